"""The screen of a shop that does not begin now what a person has asked for; it says whether their VPN works."""

from vpnbot.domain.keys.access import Access
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, View
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.people.change_profile import wait_for_opening


def closed(context: UpdateContext, again: str, *, trial: bool) -> Show:
    """Promise to tell the person when the shop is open, and say so; `again` is the callback data that tries again."""
    user = context.person.user
    if not (user.wants_trial if trial else user.wants_plans):
        wait_for_opening(context.session, context, context.cause, trial=trial)
    return Show(_screen(context.view(), again, works=_works(context)))


def _screen(view: View, again: str, *, works: bool) -> Screen:
    refresh = Button(phrase("button-refresh"), action=again)
    words = phrase("shop-is-closed-works" if works else "shop-is-closed")
    return Screen((words,), rows((refresh,), (CONNECT if works else None,), (view.support, HOME)))


def _works(context: UpdateContext) -> bool:
    """Tell whether VPN works as far as is known: a key works, and calls to the panel of its server succeed."""
    if not context.standing.works:
        return False
    failing = {listing.server.id for listing in context.fleet.catalogue.listings() if listing.failing}

    def usable(access: Access) -> bool:
        return access.works and access.server_id not in failing

    return any(usable(access) for access in context.person.offered_accesses)
