"""The screens of the list of servers and of one server, and the questions for confirmation."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from vpnbot.domain.servers.panel_errors import CERTIFICATE_TROUBLES, PanelTrouble
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Health, Listing, Server, ServerState
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import (
    health_line,
    inbound_lines,
    name_of,
    panel_lines,
    run_line,
    run_notices,
    status_line,
    trust,
    waiting_lines,
)
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN, SERVERS

PAGE = 12
_BUTTONS_PER_ROW = 2
_ADD = Button(phrase("button-server-add"), action=ServerAction.ADD.on())


def servers(
    listings: Sequence[Listing],
    runs: Mapping[str, ReconciliationRun],
    now: datetime,
    page: int = 0,
    *,
    stopped: Collection[str] = (),
    demo: bool = False,
    dead_letters: Button | None = None,
) -> Screen:
    """Return a page of the servers, from page 0; `demo`: there are none, and the demo panel is used.

    `runs` are the reconciliation runs of servers whose panels fail, by server id. `stopped` are the ids of servers
    whose VPN core is known to have stopped. `dead_letters` is the button to the dead-lettered work, if there is any.
    """
    if not listings:
        return Screen(
            (phrase("servers-none-demo" if demo else "servers-none"),), rows((dead_letters,), (_ADD,), (ADMIN,))
        )
    page = _existing(page, listings)
    shown = on_page(listings, page)
    taken = sum(listing.taken for listing in listings)
    capacity = sum(listing.server.capacity for listing in listings)
    buttons = [Button(name_of(listing.server), action=ServerAction.SHOW.on(listing.server.id)) for listing in shown]
    return Screen(
        (
            phrase("servers", taken=taken, capacity=capacity),
            *_status(shown, runs, stopped, now),
        ),
        rows(
            *(tuple(buttons[start : start + _BUTTONS_PER_ROW]) for start in range(0, len(buttons), _BUTTONS_PER_ROW)),
            (
                Button("⬅️", action=ServerAction.LIST.on(page - 1)) if page else None,
                Button("➡️", action=ServerAction.LIST.on(page + 1)) if (page + 1) * PAGE < len(listings) else None,
            ),
            (dead_letters,),
            (_ADD, ADMIN),
        ),
    )


def on_page(listings: Sequence[Listing], page: int) -> Sequence[Listing]:
    """Return the servers that a page shows, from page 0; of the last page if there is no such page."""
    first = _existing(page, listings) * PAGE
    return listings[first : first + PAGE]


def _existing(page: int, listings: Sequence[Listing]) -> int:
    return min(max(page, 0), max(len(listings) - 1, 0) // PAGE)


def _status(
    shown: Sequence[Listing], runs: Mapping[str, ReconciliationRun], stopped: Collection[str], now: datetime
) -> Iterator[tuple[Phrase, ...]]:
    """Yield a paragraph for each server whose panel fails, and one for all others."""
    for listing in shown:
        if listing.failing:
            yield (status_line(listing, now), *waiting_lines(runs.get(listing.server.id)))
    others = (listing for listing in shown if not listing.failing)
    lines = tuple(status_line(listing, now, core_stopped=listing.server.id in stopped) for listing in others)
    if lines:
        yield lines


def server(
    listing: Listing, last: ReconciliationRun | None, health: Health, now: datetime, *, heading: Phrase | None = None
) -> Screen:
    """Return the screen of one server: its state, what is most urgent about it, and the actions.

    `heading` says what was done; it stands there instead of what is urgent.
    """
    known, server_id = listing.server, listing.server.id
    urgent = heading or next(_notices(listing, last, health), None) or run_line(last)
    status = status_line(listing, now, core_stopped=health.problem is PanelTrouble.CORE_STOPPED)
    paragraphs = (urgent, status) if heading else (status, urgent)
    closed = known.state is not ServerState.OPEN
    may_trust = health.trouble in CERTIFICATE_TROUBLES and health.detail
    return Screen(
        tuple(filter(None, paragraphs)),
        rows(
            (trust(server_id, health.detail) if may_trust else None,),
            (
                Button(phrase("button-server-check"), action=ServerAction.CHECK.on(server_id)),
                Button(phrase("button-server-change"), action=ServerAction.CHANGE.on(server_id)),
            ),
            (
                Button(phrase("button-server-reopen"), action=_reopening(known))
                if closed
                else Button(phrase("button-server-drain"), action=ServerAction.DRAIN.on(server_id)),
                Button(phrase("button-server-remove"), action=ServerAction.REMOVE.on(server_id)),
            ),
            (Button(phrase("button-server-details"), action=ServerAction.DETAILS.on(server_id)), SERVERS),
            (ADMIN,),
        ),
    )


def _notices(listing: Listing, last: ReconciliationRun | None, health: Health) -> Iterator[Phrase]:
    """Yield what an operator should know or do about a server, the most urgent first."""
    problem, known = health_line(health), listing.server
    if problem is not None:
        yield problem
    yield from run_notices(last)
    if not health.limits_devices:
        yield phrase("server-devices")
    if known.endpoint is None:
        yield phrase("server-unread")
    elif not known.endpoint.accepts_every_app:
        yield phrase("server-picky")


def details(listing: Listing, health: Health) -> Screen:
    """Return the technical facts about a server: its panel, and the inbounds that people use."""
    known = listing.server
    facts = [
        *panel_lines(known.address, health.panel_version, health.core_version),
        *inbound_lines(known.inbound_id, known.endpoint),
    ]
    if known.limited_inbound_id is not None:
        facts.append(phrase("server-limited", inbound=known.limited_inbound_id))
    return Screen((phrase("server-details", name=name_of(known)), tuple(facts)), rows((_back(listing), ADMIN)))


def drain(listing: Listing, free_elsewhere: int) -> Screen:
    """Return the question before a server is drained; `free_elsewhere`: how many keys other servers can take."""
    text = phrase("server-drain", name=name_of(listing.server), taken=listing.taken)
    too_small = free_elsewhere < listing.taken
    warning = (phrase("server-drain-short", room=free_elsewhere),) if too_small else ()
    yes = Button(phrase("button-server-drain-now"), action=ServerAction.DRAIN_NOW.on(listing.server.id))
    return Screen((text, *warning), rows((yes,), (_back(listing),)))


def remove(listing: Listing, *, used: bool) -> Screen:
    """Return the question before a server is removed; with keys (`used`) it must be drained, or its panel is lost.

    If its panel was declared lost already, there is no question: the server is removed when its keys are moved.
    """
    server_id, name = listing.server.id, name_of(listing.server)
    if used and listing.server.state is ServerState.DECOMMISSIONED:
        return Screen((phrase("server-leaving", name=name),), rows((_back(listing),)))
    if not used:
        yes = Button(phrase("button-server-remove-now"), action=ServerAction.REMOVE_NOW.on(server_id))
        return Screen((phrase("server-remove", name=name),), rows((yes,), (_back(listing),)))
    draining = listing.server.state is ServerState.DRAINING
    return Screen(
        (phrase("server-remove-used", name=name),),
        rows(
            (None if draining else Button(phrase("button-server-drain"), action=ServerAction.DRAIN.on(server_id)),),
            (Button(phrase("button-server-lost"), action=ServerAction.LOST.on(server_id)),),
            (_back(listing),),
        ),
    )


def lost(listing: Listing) -> Screen:
    """Return the question before a server is decommissioned."""
    yes = Button(
        phrase("button-server-lost-now"), action=ServerAction.LOST_NOW.on(listing.server.id, listing.server.state)
    )
    return Screen((phrase("server-lost", name=name_of(listing.server)),), rows((yes,), (_back(listing),)))


def reopen_lost(listing: Listing) -> Screen:
    """Return the question before a server is opened again although its panel was declared lost."""
    known = listing.server
    yes = Button(phrase("button-server-reopen"), action=ServerAction.REOPEN.on(known.id, known.state))
    return Screen((phrase("server-reopen-lost", name=name_of(known)),), rows((yes,), (_back(listing),)))


def _reopening(known: Server) -> str:
    """Return the callback data that names the state which is on the screen; a lost panel leads to a question."""
    seen = () if known.state is ServerState.DECOMMISSIONED else (known.state,)
    return ServerAction.REOPEN.on(known.id, *seen)


def _back(listing: Listing) -> Button:
    return Button(phrase("button-back"), action=ServerAction.SHOW.on(listing.server.id))
