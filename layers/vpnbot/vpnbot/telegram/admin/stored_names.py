"""What the staff call plans, servers, ad links and roles, of which logs and cards have the ids."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from vpnbot.domain.people.roles import Role
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import UnreadableItem
from vpnbot.telegram.admin.server_phrases import name_of
from vpnbot.telegram.messages.screen import Argument, Titles, phrase
from vpnbot.telegram.update_context import UpdateContext


@dataclass(frozen=True, slots=True)
class Names:
    """What plans and servers are called, by their ids."""

    plan: Callable[[str], Argument] = str
    server: Callable[[str], Argument] = str


AS_STORED = Names()


def names_in(context: UpdateContext) -> Names:
    """Return the names that the catalogues have now."""
    return Names(partial(plan_named, context), partial(server_named, context))


def plan_named(context: UpdateContext, plan_id: str) -> Argument:
    """Return the title of a plan; its id if it has none."""
    if plan_id == TRIAL.id:
        return phrase("plan-trial")
    plan = context.payments.sales.plans.load().plan(plan_id)
    return Titles(plan.titles) if plan is not None and plan.titles else plan_id


def server_named(context: UpdateContext, server_id: str) -> str:
    """Return the name of a server for the staff; the id of one that was removed."""
    listings = context.fleet.catalogue.listings()
    return next((name_of(each.server) for each in listings if each.server.id == server_id), server_id)


def ad_named(context: UpdateContext, tag: str) -> str:
    """Return what the staff call the link of an advertisement; its tag if there is none, or it cannot be read."""
    try:
        link = context.payments.links().get(tag)
    except UnreadableItem:
        return tag
    return link.title if link is not None else tag


def role_named(role: str) -> Argument:
    """Return the name of a role; empty: none. One of a later release is shown as it is."""
    if role in frozenset(Role):
        return phrase(f"role-{role}")
    return role or phrase("role-none")
