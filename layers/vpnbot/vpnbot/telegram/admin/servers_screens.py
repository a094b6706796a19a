"""The servers, one server, and the questions before something happens to it."""

from collections.abc import Sequence
from datetime import datetime

from vpnbot.domain.servers.panel_errors import CERTIFICATE_TROUBLES
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Health, Listing, ServerState
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import (
    health_line,
    inbound_lines,
    name_of,
    panel_lines,
    round_lines,
    status_line,
    trust,
)
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, SERVERS

PAGE = 12
_A_ROW = 2
_ADD = Button(phrase("button-server-add"), action=ServerAction.ADD.on())


def servers(listings: Sequence[Listing], now: datetime, page: int = 0, *, demo: bool = False) -> Screen:
    """Return the servers, a page at a time; `demo` says that the demo panel stands in while there are none."""
    if not listings:
        return Screen((phrase("servers-none-demo" if demo else "servers-none"),), rows((_ADD,), (HOME,)))
    page = min(max(page, 0), (len(listings) - 1) // PAGE)
    shown = listings[page * PAGE : (page + 1) * PAGE]
    taken, capacity = sum(one.taken for one in listings), sum(one.server.capacity for one in listings)
    buttons = [Button(name_of(one.server), action=ServerAction.SHOW.on(one.server.id)) for one in shown]
    return Screen(
        (phrase("servers", taken=taken, capacity=capacity), tuple(status_line(one, now) for one in shown)),
        rows(
            *(tuple(buttons[start : start + _A_ROW]) for start in range(0, len(buttons), _A_ROW)),
            (
                Button("⬅️", action=ServerAction.LIST.on(page - 1)) if page else None,
                Button("➡️", action=ServerAction.LIST.on(page + 1)) if (page + 1) * PAGE < len(listings) else None,
            ),
            (_ADD, HOME),
        ),
    )


def server(listing: Listing, last: ReconciliationRun | None, health: Health, now: datetime) -> Screen:
    """Return one server, how it is right now, and what can be done."""
    known, server_id = listing.server, listing.server.id
    limited = known.limited_inbound_id
    wrong = health_line(health)
    paragraphs: tuple[tuple[Phrase, ...], ...] = (
        (status_line(listing, now), *((wrong,) if wrong else ())),
        tuple(panel_lines(known.address, health.panel_version, health.core_version)),
        tuple(inbound_lines(known.inbound_id, known.endpoint)),
        (phrase("server-limited", inbound=limited),) if limited is not None else (),
        tuple(round_lines(last)),
    )
    emptied = known.state is not ServerState.OPEN
    may_trust = health.trouble in CERTIFICATE_TROUBLES and health.detail
    return Screen(
        tuple(lines for lines in paragraphs if lines),
        rows(
            (trust(server_id, health.detail) if may_trust else None,),
            (
                Button(phrase("button-server-check"), action=ServerAction.CHECK.on(server_id)),
                Button(phrase("button-server-change"), action=ServerAction.CHANGE.on(server_id)),
            ),
            (
                Button(phrase("button-server-reopen"), action=ServerAction.REOPEN.on(server_id))
                if emptied
                else Button(phrase("button-server-drain"), action=ServerAction.DRAIN.on(server_id)),
                Button(phrase("button-server-remove"), action=ServerAction.REMOVE.on(server_id)),
            ),
            (SERVERS, HOME),
        ),
    )


def drain(listing: Listing, free_elsewhere: int) -> Screen:
    """Ask before a server is emptied."""
    text = phrase("server-drain", name=name_of(listing.server), taken=listing.taken)
    short = free_elsewhere < listing.taken
    warning = (phrase("server-drain-short", room=free_elsewhere),) if short else ()
    yes = Button(phrase("button-server-drain-now"), action=ServerAction.DRAIN_NOW.on(listing.server.id))
    return Screen((text, *warning), rows((yes,), (_back(listing),)))


def remove(listing: Listing, *, used: bool) -> Screen:
    """Ask before a server is removed; one that is used is emptied first, or its panel is lost."""
    server_id, name = listing.server.id, name_of(listing.server)
    if not used:
        yes = Button(phrase("button-server-remove-now"), action=ServerAction.REMOVE_NOW.on(server_id))
        return Screen((phrase("server-remove", name=name),), rows((yes,), (_back(listing),)))
    emptied = listing.server.state is ServerState.DRAINING
    return Screen(
        (phrase("server-remove-used", name=name),),
        rows(
            (None if emptied else Button(phrase("button-server-drain"), action=ServerAction.DRAIN.on(server_id)),),
            (Button(phrase("button-server-lost"), action=ServerAction.LOST.on(server_id)),),
            (_back(listing),),
        ),
    )


def lost(listing: Listing) -> Screen:
    """Ask once more before a panel is given up."""
    yes = Button(phrase("button-server-lost-now"), action=ServerAction.LOST_NOW.on(listing.server.id))
    return Screen((phrase("server-lost", name=name_of(listing.server)),), rows((yes,), (_back(listing),)))


def _back(listing: Listing) -> Button:
    return Button(phrase("button-back"), action=ServerAction.SHOW.on(listing.server.id))
