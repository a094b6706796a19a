"""The screens of replacing the link: the question before, and what to do afterwards."""

from vpnbot.telegram.customer.connect_screens import demo_note, devices
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View


def ask(key_tag: str) -> Screen:
    """Return the question before the link of the key `key_tag` is replaced."""
    return Screen(
        (phrase("new-link"),),
        rows(
            (Button(phrase("button-rotate"), action=Action.ROTATE.on(key_tag)),),
            (Button(phrase("button-back"), action=Action.SETTINGS), HOME),
        ),
    )


def done(view: View) -> Screen:
    """Return what to do next: connect each device again, wait until the key is ready, or renew."""
    if view.standing.works:
        return Screen((phrase("notice-link_ready"), *demo_note(view)), devices())
    if view.standing.making:
        return home(view)
    return home(view).headed(phrase("new-link-later"))
