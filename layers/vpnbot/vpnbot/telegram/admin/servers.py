"""Show the servers; check, drain, reopen and remove a server."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress

from aiogram.fsm.context import FSMContext

from vpnbot.domain.servers.downtime import Evidence
from vpnbot.domain.servers.panel_errors import INBOUND_TROUBLES, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Health, Listing, PanelKind, ServerState
from vpnbot.errors import UnreadableItem
from vpnbot.telegram.admin import dead_letters
from vpnbot.telegram.admin import servers_screens as screens
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import name_of, trouble_met
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.change_server import ServerStateChanged, drain_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import check_server
from vpnbot.usecases.servers.measure_downtime import core_stopped, note_bad
from vpnbot.usecases.servers.remove_server import KeysOnServer, remove_server

type ActionHandler = Callable[[UpdateContext, Sequence[str]], Awaitable[Reply]]
"""Handles an action; the last argument is the arguments in the callback data."""


def everything(context: UpdateContext, heading: Phrase | None = None, page: int = 0) -> Show:
    """Return the list of servers; `heading` is a line above it about what was done."""
    listings = _listings(context)
    demo = not listings and bool(context.fleet.catalogue.listings())
    runs, stuck = _failing_runs(context, listings), dead_letters.link(context)
    stopped = _stopped(context, screens.on_page(listings, page))
    screen = screens.servers(listings, runs, context.now, page, stopped=stopped, demo=demo, dead_letters=stuck)
    return Show(screen.headed(heading) if heading else screen)


def one(context: UpdateContext, server_id: str, heading: Phrase | None = None, toast: Phrase | None = None) -> Show:
    """Return the screen of one server, read now; `heading` is a line above it. Without the server, the list."""
    listing = listing_of(context, server_id)
    if listing is None:
        return everything(context, phrase("server-unknown"))
    health = context.fleet.panels.without_breaker(listing.server).health()
    known = listing_of(context, server_id) or listing  # the health check may have closed its breaker
    last = context.fleet.catalogue.reconciliation_run(server_id)
    _measure(context, known, last, health)
    return Show(screens.server(known, last, health, context.now, heading=heading), toast=toast)


async def finished(context: UpdateContext, state: FSMContext, heading: Phrase, server_id: str) -> Show:
    """End a conversation; its outcome is `heading` above the screen of a server, also after a redelivery."""
    await end_with(state, Outcome(context.cause, heading, server_id))
    return one(context, server_id, heading)


def listing_of(context: UpdateContext, server_id: str) -> Listing | None:
    """Return a server, read from the table now; None if it is not in the catalogue."""
    return next((listing for listing in _listings(context) if listing.server.id == server_id), None)


def about_a_server(
    handle: Callable[[UpdateContext, Listing, Sequence[str]], Awaitable[Reply]], *, removes: bool = False
) -> ActionHandler:
    """Return a handler that passes the server of the first argument to `handle`, or shows the list without it.

    With `removes` this update may have removed the server when it was delivered before.
    """

    async def found(context: UpdateContext, arguments: Sequence[str]) -> Reply:
        server_id = next(iter(arguments), "")
        listing = listing_of(context, server_id)
        if listing is not None:
            return await handle(context, listing, arguments[1:])
        if removes and context.fleet.catalogue.decided(context.cause):
            return everything(context, phrase("server-removed", name=server_id))
        return everything(context, phrase("server-unknown"))

    return found


async def show_all(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Show a page of the servers."""
    return everything(context, page=next((int(argument) for argument in arguments if argument.isdecimal()), 0))


async def show(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Show one server."""
    return one(context, listing.server.id)


async def details(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Show the technical facts about a server."""
    return Show(screens.details(listing, context.fleet.panels.without_breaker(listing.server).health()))


async def check(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Read the server's inbound again from its panel, and show it, with what is wrong with the inbound.

    What waits for the panel is done at once.
    """
    heading = None
    try:
        check_server(context.fleet, context, listing.server)
    except (PanelUnavailable, PanelRejected) as error:
        # The screen shows every other trouble itself; what is wrong with an inbound is only found by reading it.
        heading = trouble_met(error) if error.trouble in INBOUND_TROUBLES else None
    return one(context, listing.server.id, heading, toast=phrase("toast-checked"))


async def drain(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Ask for confirmation before keys are moved off a server, unless it is not open any more."""
    if listing.server.state is not ServerState.OPEN:
        return _changed_meanwhile(context, listing)
    others = [
        other
        for other in _listings(context)
        if other.server.id != listing.server.id and other.server.state is ServerState.OPEN
    ]
    return Show(screens.drain(listing, sum(other.free for other in others)))


async def drain_now(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Start to move keys off a server."""
    try:
        drain_server(context.fleet, context, listing.server.id, context.cause, context.actor)
    except ServerStateChanged:
        return _changed_meanwhile(context, listing)
    return one(context, listing.server.id, phrase("server-draining"))


async def reopen(context: UpdateContext, listing: Listing, arguments: Sequence[str]) -> Reply:
    """Allow new keys on a server again; if its panel was declared lost, ask for confirmation first."""
    seen = _state(arguments)
    if seen is None and listing.server.state is ServerState.DECOMMISSIONED:
        return Show(screens.reopen_lost(listing))
    try:
        reopen_server(
            context.fleet,
            context,
            listing.server.id,
            context.cause,
            context.actor,
            seen=seen or ServerState.DRAINING,
        )
    except ServerStateChanged:
        return _changed_meanwhile(context, listing)
    return one(context, listing.server.id, phrase("server-reopened"))


async def remove(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Ask for confirmation before a server is removed."""
    return Show(_removal_question(context, listing))


async def remove_now(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Remove a server that has no keys."""
    try:
        remove_server(context.fleet, context, listing.server.id, context.cause, context.actor)
    except KeysOnServer:
        return Show(screens.remove(listing, used=True))
    return everything(context, phrase("server-removed", name=name_of(listing.server)))


async def lost(_: UpdateContext, listing: Listing, __: Sequence[str]) -> Reply:
    """Ask for confirmation before a server is decommissioned because its panel is lost."""
    return Show(screens.lost(listing))


async def lost_now(context: UpdateContext, listing: Listing, arguments: Sequence[str]) -> Reply:
    """Decommission a server whose panel is lost; reconciliation moves its keys, and then removes the server."""
    try:
        removed = remove_server(
            context.fleet,
            context,
            listing.server.id,
            context.cause,
            context.actor,
            panel_is_lost=True,
            seen=_state(arguments) or ServerState.OPEN,
        )
    except ServerStateChanged:
        return _changed_meanwhile(context, listing)
    return everything(
        context, phrase("server-removed" if removed else "server-leaving", name=name_of(listing.server))
    )


def _state(arguments: Sequence[str]) -> ServerState | None:
    """Return the state that the tapped screen showed; None if its button does not name one."""
    return next((state for state in ServerState if state in arguments[:1]), None)


def _changed_meanwhile(context: UpdateContext, listing: Listing) -> Reply:
    return one(context, listing.server.id, phrase("server-changed-meanwhile"))


def _listings(context: UpdateContext) -> Sequence[Listing]:
    return [
        listing
        for listing in context.fleet.catalogue.listings(fresh=True)
        if listing.server.kind is not PanelKind.DEMO
    ]


def _failing_runs(context: UpdateContext, listings: Sequence[Listing]) -> Mapping[str, ReconciliationRun]:
    catalogue = context.fleet.catalogue
    found = ((one.server.id, catalogue.reconciliation_run(one.server.id)) for one in listings if one.failing)
    return {server_id: run for server_id, run in found if run is not None}


def _stopped(context: UpdateContext, shown: Sequence[Listing]) -> Collection[str]:
    """Return the ids of the servers whose VPN core is known to have stopped, by the last observation."""
    working = [one.server for one in shown if one.failing is None and one.server.state is ServerState.OPEN]
    return [server.id for server in working if core_stopped(context.staff().downtimes, server.id)]


def _measure(context: UpdateContext, listing: Listing, last: ReconciliationRun | None, health: Health) -> None:
    """Begin a downtime, as a reconciliation run does, if the panel says that its VPN core stopped."""
    server = listing.server
    if health.problem is not PanelTrouble.CORE_STOPPED or server.state is ServerState.DECOMMISSIONED:
        return
    with suppress(UnreadableItem):  # another version has stored the last downtime, and measures it
        note_bad(
            context.staff().downtimes,
            server.id,
            Evidence.CORE_STOPPED,
            context.now,
            last_good_at=last.healthy_at if last else None,
        )


def _removal_question(context: UpdateContext, listing: Listing) -> Screen:
    return screens.remove(listing, used=bool(context.fleet.catalogue.expected(listing.server.id, limit=1)))


ACTIONS: Mapping[ServerAction, ActionHandler] = {
    ServerAction.LIST: show_all,
    ServerAction.SHOW: about_a_server(show),
    ServerAction.DETAILS: about_a_server(details),
    ServerAction.CHECK: about_a_server(check),
    ServerAction.DRAIN: about_a_server(drain),
    ServerAction.DRAIN_NOW: about_a_server(drain_now),
    ServerAction.REOPEN: about_a_server(reopen),
    ServerAction.REMOVE: about_a_server(remove),
    ServerAction.REMOVE_NOW: about_a_server(remove_now, removes=True),
    ServerAction.LOST: about_a_server(lost),
    ServerAction.LOST_NOW: about_a_server(lost_now, removes=True),
}
