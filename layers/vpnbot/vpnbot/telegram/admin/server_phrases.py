"""Phrases about servers, their panels and troubles, and lines that several screens share."""

from collections.abc import Iterator
from datetime import datetime

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Health, Listing, Server, ServerState
from vpnbot.domain.servers.server_field import Field
from vpnbot.localization.panel_troubles import trouble_message
from vpnbot.localization.server_names import flag
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, phrase
from vpnbot.telegram.update_context import UpdateContext, administrator

COUNTRIES = ("NL", "DE", "FI", "SE", "PL", "FR", "GB", "US", "TR", "KZ", "LV", "CH")
"""Countries in which servers for people in Russia often are; any other country can be typed."""
CAPACITIES = (50, 100, 200, 500)
_BUTTONS_PER_ROW = 2
_SHOWN_KEY_CHARACTERS = 12


def name_of(server: Server) -> str:
    """Return the name of a server for administrators: its flag and its id."""
    return f"{flag(server.country)} {server.id}".strip()


def already_added(context: UpdateContext, added_by: str) -> Phrase:
    """Return that the panel belongs to a server already, and who added it: another administrator as a link."""
    ring = context.fleet.ring()
    administrators = {administrator(ring.person_id(user_id)): user_id for user_id in context.views.admin_ids}
    user_id = administrators.get(added_by)
    if user_id is None:
        return phrase("adding-known", by=added_by, user="")
    return phrase("adding-known", by="you" if user_id == context.user_id else "administrator", user=str(user_id))


def status_line(listing: Listing, now: datetime, *, core_stopped: bool = False) -> Phrase:
    """Return the state and the capacity of a server, in one line.

    `core_stopped`: its panel answers, and says that the VPN core does not run.
    """
    silent_for = now - listing.failing.since if listing.failing else None
    return phrase(
        "server-line",
        state=_state(listing, core_stopped=core_stopped),
        name=name_of(listing.server),
        taken=listing.taken,
        capacity=listing.server.capacity,
        silent=silent_for or "",
    )


def _state(listing: Listing, *, core_stopped: bool) -> str:
    if listing.server.state is not ServerState.OPEN:
        return str(listing.server.state)
    if listing.failing is not None:
        return "refusing" if listing.failing.refuses else "silent"
    if core_stopped:
        return "stopped"
    return "open" if listing.has_capacity else "full"


def inbound_lines(inbound_id: int, endpoint: Endpoint | None) -> Iterator[Phrase]:
    """Yield the endpoint of an inbound, if it was read."""
    if endpoint is not None:
        yield phrase(
            "server-inbound",
            inbound=inbound_id,
            host=endpoint.host,
            port=str(endpoint.port),
            transport=", ".join(filter(None, (endpoint.network, endpoint.flow))),
            sni=endpoint.server_name,
            sid=endpoint.short_id or "-",
            key=f"{endpoint.public_key[:_SHOWN_KEY_CHARACTERS]}…",
        )


def panel_lines(address: str, panel_version: str | None, core_version: str | None) -> Iterator[Phrase]:
    """Yield the address of a panel, and the versions of its software as far as known."""
    yield phrase("server-panel", address=address)
    if panel_version or core_version:
        yield phrase("server-versions", panel=panel_version or "?", core=core_version or "?")


def waiting_lines(last: ReconciliationRun | None) -> Iterator[Phrase]:
    """Yield how many keys wait for the panel of a server; nothing while it works."""
    if last is not None and last.failure is not None and last.failure.waiting:
        yield phrase("server-waiting", count=last.failure.waiting)


def run_notices(last: ReconciliationRun | None) -> Iterator[Phrase]:
    """Yield what the last reconciliation run could not do, first what needs an operator."""
    if last is not None and last.refused:
        yield phrase("server-refused", names=", ".join(last.refused))
    if last is not None and last.ended_at is not None and last.unmoved:
        yield phrase("server-unmoved", count=last.unmoved)
    yield from waiting_lines(last)


def run_line(last: ReconciliationRun | None) -> Phrase | None:
    """Return the result of the last reconciliation run; None: there was none."""
    if last is None or last.ended_at is None:
        return None
    corrected = last.missing + last.different + last.orphans
    return phrase("server-round", at=last.ended_at, keys=last.keys, mended=corrected)


def health_line(health: Health) -> Phrase | None:
    """Return what is wrong with a server; None if it is healthy."""
    return None if health.problem is None else trouble(health.problem, health.detail)


def trust(server_id: str, fingerprint: str) -> Button:
    """Return the button that pins a certificate; its callback data has the first 64 bits of the fingerprint."""
    return Button(
        phrase("button-trust"),
        action=ServerAction.VALUE.on(server_id, Field.CERTIFICATE, short_fingerprint(fingerprint)),
    )


def short_fingerprint(fingerprint: str) -> str:
    """Return the first 64 bits of a certificate's SHA-256 fingerprint, as 16 hexadecimal digits."""
    return fingerprint.replace(":", "")[:16]


def trouble_met(error: PanelUnavailable | PanelRejected) -> Phrase:
    """Return what the trouble of a panel's error means, and what to do about it."""
    return trouble(error.trouble, error.detail)


def trouble(trouble: PanelTrouble, detail: str = "") -> Phrase:
    """Return what a trouble means, and what to do about it."""
    message, arguments = trouble_message(trouble, detail)
    return phrase(message, **arguments)


def countries(choose: ServerAction, *arguments: str) -> Rows:
    """Return a button for each of `COUNTRIES`."""
    buttons = [
        Button(phrase("button-country", flag=flag(code), name=phrase(f"country-{code.lower()}")), action=action)
        for code in COUNTRIES
        for action in [choose.on(*arguments, code)]
    ]
    return tuple(
        tuple(buttons[start : start + _BUTTONS_PER_ROW]) for start in range(0, len(buttons), _BUTTONS_PER_ROW)
    )


def capacities(choose: ServerAction, *arguments: str) -> Rows:
    """Return a button for each of `CAPACITIES`."""
    return (tuple(Button(str(number), action=choose.on(*arguments, number)) for number in CAPACITIES),)
