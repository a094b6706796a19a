"""A new link instead of one that another person may have: what it means, and what to do then."""

from vpnbot.telegram.customer.connect_screens import demo_note, devices
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View


def ask(key_tag: str) -> Screen:
    """Say what will happen, and ask."""
    return Screen(
        (phrase("new-link"),),
        rows(
            (Button(phrase("button-rotate"), action=Action.ROTATE.on(key_tag)),),
            (Button(phrase("button-back"), action=Action.SETTINGS), HOME),
        ),
    )


def done(view: View) -> Screen:
    """Say what to do now: connect each device again, or wait a little, or renew first."""
    if view.standing.works:
        return Screen((phrase("notice-link_ready"), *demo_note(view)), devices())
    if view.standing.making:
        return home(view)
    return home(view).headed(phrase("new-link-later"))
