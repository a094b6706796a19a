"""The screen of a diagnosis: the checks that passed, one sentence, one button."""

from vpnbot.domain.keys.vpn_apps import app_named
from vpnbot.domain.people.standing import Standing
from vpnbot.domain.support import Diagnosis, Finding
from vpnbot.telegram.customer.servers_screens import button as servers_button
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, DEVICES, HOME, TRY, View

_OPEN_APP_AGAIN = frozenset({Finding.NEVER_LOADED, Finding.OLD_LINK, Finding.LOADED_LONG_AGO, Finding.NO_TRAFFIC})
_NO_ACTION = frozenset(
    {Finding.KEY_BEING_MADE, Finding.KEY_REFUSED, Finding.SERVER_DOWN, Finding.PAUSED, Finding.UNREADABLE}
)
_BUY = frozenset({Finding.EXPIRED, Finding.TRAFFIC_USED_UP})


def trouble(view: View, diagnosis: Diagnosis) -> Screen:
    """Return the screen of a diagnosis: what is wrong, and what to do."""
    sentence, servers = _sentence(view, diagnosis), _servers(view, diagnosis)
    if diagnosis.finding in _NO_ACTION:
        return Screen((sentence,), rows((servers,), (view.support, HOME)))
    check = Button(phrase("button-check-again"), action=Action.CHECK)
    return Screen(
        (*_passed_checks(diagnosis), sentence),
        rows((_action(view, diagnosis.finding),), (check, view.support), (servers, HOME)),
    )


def _servers(view: View, diagnosis: Diagnosis) -> Button | None:
    """Return the button to the person's servers; with one server there is nothing to choose."""
    several = view.standing.works and len(view.person.living_accesses) > 1
    return servers_button(diagnosis.down) if several else None


def _passed_checks(diagnosis: Diagnosis) -> tuple[Phrase, ...]:
    if diagnosis.app_fine:
        return (phrase("lights-app"),)
    if diagnosis.server_fine:
        return (phrase("lights-server"),)
    return (phrase("lights-access"),) if diagnosis.access_fine else ()


def _sentence(view: View, diagnosis: Diagnosis) -> Phrase:
    finding = diagnosis.finding
    if finding is Finding.ONE_SERVER_DOWN:
        names = [view.servers[name] for name in diagnosis.down]
        return phrase("cause-one_server_down", servers=", ".join(names), count=len(names))
    if finding is Finding.NO_SUBSCRIPTION and view.standing is not Standing.NEW:
        return phrase("cause-no_subscription_selling" if view.selling else "cause-no_subscription_used")
    return phrase(f"cause-{finding}")


def _action(view: View, finding: Finding) -> Button | None:
    if finding is Finding.NO_SUBSCRIPTION:
        return TRY if view.standing is Standing.NEW else view.plans_button
    if finding in _BUY:
        return view.plans_button
    if finding in {Finding.WRONG_APP, Finding.ALL_GOOD}:
        return CONNECT
    if finding is Finding.DEVICE_LIMIT:
        return DEVICES
    return _open_again(view) if finding in _OPEN_APP_AGAIN else None


def _open_again(view: View) -> Button:
    fetch = view.person.fetch
    app = app_named(fetch.app) if fetch else None
    url = view.open_in_app_url(app.id) if app and app.deep_link else None
    return Button(phrase("button-open-again", app=app.title), url=url) if app and url else CONNECT
