"""A person's servers: which work, as far as it is known without asking their panels."""

from collections.abc import Iterator, Mapping, Sequence

from aiogram.types import CallbackQuery

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.known_state import known_state
from vpnbot.domain.servers.server import Listing
from vpnbot.localization.server_names import server_names
from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.customer.servers_screens import AGAIN, MyServer, mark_of, my_servers
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.messages.view import View
from vpnbot.telegram.update_context import UpdateContext


async def show(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the servers; home if no key of the person works any more. A tap on *Refresh* is answered with a toast.

    The servers are those that a process keeps for 30 seconds, for all people.
    """
    view = context.view()
    if not view.standing.works:
        return show_current(context)
    arguments = action_arguments(query.data)
    refreshed = arguments[:1] == [AGAIN]
    listings = {listing.server.id: listing for listing in context.fleet.catalogue.listings()}
    marks = () if refreshed else tuple(arguments)
    screen = my_servers(view, list(_known(context, view, listings, marks)), diagnosed=bool(marks))
    return Show(screen, toast=phrase("toast-my-servers") if refreshed else None)


def _known(
    context: UpdateContext, view: View, listings: Mapping[str, Listing], marks: Sequence[str]
) -> Iterator[MyServer]:
    """Yield the servers of the person's keys; not those whose country and name are not known yet.

    `marks` stand for the servers that a diagnosis found not to work.
    """
    watched = {watch.server_id for watch in view.person.watches}
    names = {**view.servers, **_other_names(context, view, listings)}
    for access in view.person.living_accesses:
        if access.server_id in names:
            found_down = access.server_id in watched or mark_of(access.server_id) in marks
            state = known_state(access, listings.get(access.server_id), found_down=found_down)
            yield MyServer(names[access.server_id], state)


def _other_names(context: UpdateContext, view: View, listings: Mapping[str, Listing]) -> Mapping[str, str]:
    """Return the names of the servers that apps do not show: a key is being made there, or leaves."""
    others = [access for access in view.person.living_accesses if access.server_id not in view.servers]
    found = {access.server_id: _endpoint(access, listings.get(access.server_id)) for access in others}
    endpoints = {server_id: endpoint for server_id, endpoint in found.items() if endpoint is not None}
    taken = view.servers.values()
    names = server_names(context.views.messages, view.language, list(endpoints.values()), taken)
    return dict(zip(endpoints, names, strict=True))


def _endpoint(access: Access, listing: Listing | None) -> Endpoint | None:
    if access.endpoint is not None:
        return access.endpoint
    server = listing.server if listing is not None else None
    return server.presented(server.endpoint) if server is not None and server.endpoint is not None else None
