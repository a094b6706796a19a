"""Look at the servers, check one, empty it, open it again, remove it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from vpnbot.domain.servers.server import Duty, Listing, PanelKind
from vpnbot.errors import PanelRefused, PanelUnavailable, Rejected
from vpnbot.telegram.admin import servers_screens as screens
from vpnbot.telegram.admin.callbacks import Deed
from vpnbot.telegram.admin.server_phrases import name_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import Visit
from vpnbot.usecases.servers.change_server import drain_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.remove_server import remove_server

type Act = Callable[[Visit, Sequence[str]], Awaitable[Reply]]
"""What a deed does with the subjects that its button names."""


def everything(visit: Visit, heading: Phrase | None = None, page: int = 0) -> Show:
    """Return the servers, below a word on what has just happened."""
    listings = _listings(visit)
    demo = not listings and bool(visit.shop.servers.listings())
    screen = screens.servers(listings, visit.now, page, demo=demo)
    return Show(screen.headed(heading) if heading else screen)


def one(visit: Visit, server_id: str, heading: Phrase | None = None, toast: Phrase | None = None) -> Show:
    """Return one server as it is right now, below a word on what has just happened; all of them when it is gone."""
    listing = listing_of(visit, server_id)
    if listing is None:
        return everything(visit, phrase("server-unknown"))
    health = visit.shop.panel.examine(listing.server)
    known = listing_of(visit, server_id) or listing  # the look may have mended its breaker, or tripped it
    screen = screens.server(known, visit.shop.servers.round(server_id), health, visit.now)
    return Show(screen.headed(heading) if heading else screen, toast=toast)


def listing_of(visit: Visit, server_id: str) -> Listing | None:
    """Return a server as it is right now."""
    return next((one for one in _listings(visit) if one.server.id == server_id), None)


def about_a_server(act: Callable[[Visit, Listing, Sequence[str]], Awaitable[Reply]]) -> Act:
    """Give an act the server that the button names first; one that is not there any more leads to all of them."""

    async def found(visit: Visit, subjects: Sequence[str]) -> Reply:
        listing = listing_of(visit, subjects[0]) if subjects else None
        return await act(visit, listing, subjects[1:]) if listing else everything(visit, phrase("server-unknown"))

    return found


async def show_all(visit: Visit, subjects: Sequence[str]) -> Reply:
    """Show a page of the servers."""
    return everything(visit, page=next((int(subject) for subject in subjects if subject.isdecimal()), 0))


async def show(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Show one server."""
    return one(visit, listing.server.id)


async def check(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Read the server's inbound anew from its panel, and show it."""
    with suppress(PanelUnavailable, PanelRefused):  # what is wrong stands on the screen
        refresh_server(visit.shop, listing.server)
    return one(visit, listing.server.id, toast=phrase("toast-checked"))


async def drain(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Ask before people are moved off."""
    others = [one for one in _listings(visit) if one.server.id != listing.server.id and one.server.duty is Duty.OPEN]
    return Show(screens.drain(listing, sum(room.free for one in others for room in one.rooms)))


async def drain_now(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Let people be moved off."""
    drain_server(visit.shop, listing.server.id, visit.cause, visit.actor)
    return one(visit, listing.server.id, phrase("server-draining"))


async def reopen(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Let new keys come again."""
    reopen_server(visit.shop, listing.server.id, visit.cause, visit.actor)
    return one(visit, listing.server.id, phrase("server-reopened"))


async def remove(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Ask before a server is removed."""
    return Show(_asked_to_remove(visit, listing))


async def remove_now(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Remove a server that nobody has a key on."""
    try:
        remove_server(visit.shop, listing.server.id, visit.cause, visit.actor)
    except Rejected:
        return Show(screens.remove(listing, used=True))
    return everything(visit, phrase("server-removed", name=name_of(listing.server)))


async def lost(_: Visit, listing: Listing, __: Sequence[str]) -> Reply:
    """Ask before a panel is given up for good."""
    return Show(screens.lost(listing))


async def lost_now(visit: Visit, listing: Listing, _: Sequence[str]) -> Reply:
    """Move everybody off a panel that is lost; the server goes by itself then."""
    gone = remove_server(visit.shop, listing.server.id, visit.cause, visit.actor, panel_is_lost=True)
    return everything(visit, phrase("server-removed" if gone else "server-leaving", name=name_of(listing.server)))


def _listings(visit: Visit) -> Sequence[Listing]:
    return [one for one in visit.shop.servers.listings(fresh=True) if one.server.kind is not PanelKind.DEMO]


def _asked_to_remove(visit: Visit, listing: Listing) -> Screen:
    return screens.remove(listing, used=bool(visit.shop.servers.expected(listing.server.id, limit=1)))


DEEDS: Mapping[Deed, Act] = {
    Deed.LIST: show_all,
    Deed.SHOW: about_a_server(show),
    Deed.CHECK: about_a_server(check),
    Deed.DRAIN: about_a_server(drain),
    Deed.DRAIN_NOW: about_a_server(drain_now),
    Deed.REOPEN: about_a_server(reopen),
    Deed.REMOVE: about_a_server(remove),
    Deed.REMOVE_NOW: about_a_server(remove_now),
    Deed.LOST: about_a_server(lost),
    Deed.LOST_NOW: about_a_server(lost_now),
}
