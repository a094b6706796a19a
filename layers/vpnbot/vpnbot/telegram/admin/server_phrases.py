"""How servers, their panels and what is wrong with them are put into words; lines that several screens share."""

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

COUNTRIES = ("NL", "DE", "FI", "SE", "PL", "FR", "GB", "US", "TR", "KZ", "LV", "CH")
"""Where servers for people in Russia often stand; any other is typed."""
CAPACITIES = (50, 100, 200, 500)
_A_ROW = 3
_SHOWN_KEY_CHARACTERS = 12


def name_of(server: Server) -> str:
    """Return how administrators call a server: its flag and its name in the catalogue."""
    return f"{flag(server.country)} {server.id}".strip()


def status_line(listing: Listing, now: datetime) -> Phrase:
    """Return how a server is, in one line."""
    silent_for = now - listing.breaker.since if listing.breaker else None
    return phrase(
        "server-line",
        state=_state(listing),
        name=name_of(listing.server),
        taken=listing.taken,
        capacity=listing.server.capacity,
        silent=silent_for or "",
    )


def _state(listing: Listing) -> str:
    if listing.server.state is not ServerState.OPEN:
        return str(listing.server.state)
    if listing.breaker is not None:
        return "silent"
    return "open" if listing.has_capacity else "full"


def inbound_lines(inbound_id: int, endpoint: Endpoint | None) -> Iterator[Phrase]:
    """Yield how an inbound presents itself, and who it lets in."""
    if endpoint is None:
        yield phrase("server-unread")
        return
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
    if not endpoint.accepts_every_app:
        yield phrase("server-picky")


def panel_lines(address: str, panel_version: str | None, core_version: str | None) -> Iterator[Phrase]:
    """Yield where a panel is and what runs there."""
    yield phrase("server-panel", address=address)
    if panel_version or core_version:
        yield phrase("server-versions", panel=panel_version or "?", core=core_version or "?")


def round_lines(last: ReconciliationRun | None) -> Iterator[Phrase]:
    """Yield what the last round has found."""
    if last is None or last.ended_at is None:
        return
    mended = last.missing + last.different + last.orphans
    yield phrase("server-round", at=last.ended_at, keys=last.keys, mended=mended)
    if last.unmoved:
        yield phrase("server-unmoved", count=last.unmoved)


def health_line(health: Health) -> Phrase | None:
    """Return what is wrong with a server just now; None when it is well."""
    return None if health.problem is None else trouble(health.problem, health.detail)


def trust(server_id: str, fingerprint: str) -> Button:
    """Return the button that pins a certificate; the tap says which one was meant, as far as it holds it."""
    return Button(
        phrase("button-trust"),
        action=ServerAction.VALUE.on(server_id, Field.CERTIFICATE, short_fingerprint(fingerprint)),
    )


def short_fingerprint(fingerprint: str) -> str:
    """Return the first 64 bits of a certificate's SHA-256."""
    return fingerprint.replace(":", "")[:16]


def trouble_met(error: PanelUnavailable | PanelRejected) -> Phrase:
    """Return what an error of a panel means, and what to do about it."""
    return trouble(error.trouble, error.detail)


def trouble(trouble: PanelTrouble, detail: str = "") -> Phrase:
    """Return what a trouble means, and what to do about it."""
    message, arguments = trouble_message(trouble, detail)
    return phrase(message, **arguments)


def countries(choose: ServerAction, *arguments: str) -> Rows:
    """Return a button for each country that is likely."""
    buttons = [
        Button(phrase("button-country", flag=flag(code), name=phrase(f"country-{code.lower()}")), action=action)
        for code in COUNTRIES
        for action in [choose.on(*arguments, code)]
    ]
    return tuple(tuple(buttons[start : start + _A_ROW]) for start in range(0, len(buttons), _A_ROW))


def capacities(choose: ServerAction, *arguments: str) -> Rows:
    """Return a button for each capacity that is likely."""
    return (tuple(Button(str(number), action=choose.on(*arguments, number)) for number in CAPACITIES),)
