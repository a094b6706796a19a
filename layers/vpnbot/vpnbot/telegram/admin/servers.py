"""Look at the servers, check one, empty it, open it again, remove it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from vpnbot.domain.servers.panel_errors import PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server import Listing, PanelKind, ServerState
from vpnbot.errors import Rejected
from vpnbot.telegram.admin import servers_screens as screens
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.server_phrases import name_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.change_server import drain_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.remove_server import remove_server

type ActionHandler = Callable[[UpdateContext, Sequence[str]], Awaitable[Reply]]
"""What a deed does with the subjects that its button names."""


def everything(context: UpdateContext, heading: Phrase | None = None, page: int = 0) -> Show:
    """Return the servers, below a word on what has just happened."""
    listings = _listings(context)
    demo = not listings and bool(context.fleet.catalogue.listings())
    screen = screens.servers(listings, context.now, page, demo=demo)
    return Show(screen.headed(heading) if heading else screen)


def one(context: UpdateContext, server_id: str, heading: Phrase | None = None, toast: Phrase | None = None) -> Show:
    """Return one server as it is right now, below a word on what has just happened; all of them when it is gone."""
    listing = listing_of(context, server_id)
    if listing is None:
        return everything(context, phrase("server-unknown"))
    health = context.fleet.panels.without_pause(listing.server).health()
    known = listing_of(context, server_id) or listing  # the look may have mended its breaker, or tripped it
    screen = screens.server(known, context.fleet.catalogue.round(server_id), health, context.now)
    return Show(screen.headed(heading) if heading else screen, toast=toast)


def listing_of(context: UpdateContext, server_id: str) -> Listing | None:
    """Return a server as it is right now."""
    return next((one for one in _listings(context) if one.server.id == server_id), None)


def about_a_server(act: Callable[[UpdateContext, Listing, Sequence[str]], Awaitable[Reply]]) -> ActionHandler:
    """Give an act the server that the button names first; one that is not there any more leads to all of them."""

    async def found(context: UpdateContext, arguments: Sequence[str]) -> Reply:
        listing = listing_of(context, arguments[0]) if arguments else None
        return (
            await act(context, listing, arguments[1:]) if listing else everything(context, phrase("server-unknown"))
        )

    return found


async def show_all(context: UpdateContext, arguments: Sequence[str]) -> Reply:
    """Show a page of the servers."""
    return everything(context, page=next((int(subject) for subject in arguments if subject.isdecimal()), 0))


async def show(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Show one server."""
    return one(context, listing.server.id)


async def check(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Read the server's inbound again from its panel, and show it."""
    with suppress(PanelUnavailable, PanelRejected):  # what is wrong stands on the screen
        refresh_server(context.fleet, context, listing.server)
    return one(context, listing.server.id, toast=phrase("toast-checked"))


async def drain(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Ask before people are moved off."""
    others = [
        one
        for one in _listings(context)
        if one.server.id != listing.server.id and one.server.state is ServerState.OPEN
    ]
    return Show(screens.drain(listing, sum(shard.free for one in others for shard in one.shards)))


async def drain_now(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Let people be moved off."""
    drain_server(context.fleet, context, listing.server.id, context.cause, context.actor)
    return one(context, listing.server.id, phrase("server-draining"))


async def reopen(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Let new keys come again."""
    reopen_server(context.fleet, context, listing.server.id, context.cause, context.actor)
    return one(context, listing.server.id, phrase("server-reopened"))


async def remove(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Ask before a server is removed."""
    return Show(_asked_to_remove(context, listing))


async def remove_now(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Remove a server that has no keys."""
    try:
        remove_server(context.fleet, context, listing.server.id, context.cause, context.actor)
    except Rejected:
        return Show(screens.remove(listing, used=True))
    return everything(context, phrase("server-removed", name=name_of(listing.server)))


async def lost(_: UpdateContext, listing: Listing, __: Sequence[str]) -> Reply:
    """Ask before a panel is given up for good."""
    return Show(screens.lost(listing))


async def lost_now(context: UpdateContext, listing: Listing, _: Sequence[str]) -> Reply:
    """Move everybody off a panel that is lost; the server goes by itself then."""
    gone = remove_server(context.fleet, context, listing.server.id, context.cause, context.actor, panel_is_lost=True)
    return everything(context, phrase("server-removed" if gone else "server-leaving", name=name_of(listing.server)))


def _listings(context: UpdateContext) -> Sequence[Listing]:
    return [one for one in context.fleet.catalogue.listings(fresh=True) if one.server.kind is not PanelKind.DEMO]


def _asked_to_remove(context: UpdateContext, listing: Listing) -> Screen:
    return screens.remove(listing, used=bool(context.fleet.catalogue.expected(listing.server.id, limit=1)))


ACTIONS: Mapping[ServerAction, ActionHandler] = {
    ServerAction.LIST: show_all,
    ServerAction.SHOW: about_a_server(show),
    ServerAction.CHECK: about_a_server(check),
    ServerAction.DRAIN: about_a_server(drain),
    ServerAction.DRAIN_NOW: about_a_server(drain_now),
    ServerAction.REOPEN: about_a_server(reopen),
    ServerAction.REMOVE: about_a_server(remove),
    ServerAction.REMOVE_NOW: about_a_server(remove_now),
    ServerAction.LOST: about_a_server(lost),
    ServerAction.LOST_NOW: about_a_server(lost_now),
}
