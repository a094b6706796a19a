"""Save a plan after its checks. The first plan that can be bought opens the shop."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from vpnbot.domain.payments.shop_settings import ShopSettings, offered
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, errors, to_confirm
from vpnbot.domain.plans.opening import Opening, opening_at
from vpnbot.domain.plans.plan_checks import check_plan
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports import Context, Sales


class UnknownPlan(Rejected):
    """There is no plan with this id."""


class PlanExists(Rejected):
    """There is a plan with this id already."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit by an operator: its ledger entry, and whether the operator has confirmed what is doubtful.

    `languages` are those of the bot.
    """

    entry: Entry
    languages: Collection[str]
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The result of a save. `saved` is False if the findings forbid it or have to be confirmed; `plan` is as stored.

    Without a save, `plan` is what was to be saved.
    """

    plan: SoldPlan
    findings: tuple[Finding, ...]
    saved: bool
    opened: bool = False


def change_plan(
    sales: Sales, context: Context, plan_id: str, change: Callable[[SoldPlan], SoldPlan], edit: Edit
) -> Kept:
    """Apply a change to the stored plan and save it.

    Raises:
        UnknownPlan: there is no such plan.
        Conflict: another operator changed the plan, or the settings, at the same moment.
        StorageUnavailable: the storage did not answer; call again with the same cause.
    """
    catalogue = sales.plans.load(fresh=True)
    before = catalogue.plan(plan_id)
    if before is None:
        raise UnknownPlan(plan_id)
    return _keep(sales, context, catalogue, before, change(before), edit)


def add_plan(sales: Sales, context: Context, plan: SoldPlan, edit: Edit) -> Kept:
    """Save a new plan.

    Raises:
        PlanExists: there is a plan with this id, which another cause added.
        Conflict: another operator adds it, or changed the settings, at the same moment.
        StorageUnavailable: the storage did not answer; call again with the same cause.
    """
    catalogue = sales.plans.load(fresh=True)
    known = catalogue.plan(plan.id)
    if known is not None and not sales.plans.decided(edit.entry.cause):
        raise PlanExists(plan.id)
    return _keep(sales, context, catalogue, known, plan, edit)


def _keep(
    sales: Sales,
    context: Context,
    catalogue: Catalogue,
    before: SoldPlan | None,
    after: SoldPlan,
    edit: Edit,
) -> Kept:
    if sales.plans.decided(edit.entry.cause):
        return Kept(before or after, (), saved=True)
    findings = check_plan(catalogue, after, edit.languages, before)
    if errors(findings) or (to_confirm(findings) and not edit.confirmed):
        return Kept(after, findings, saved=False)
    if before is not None and before.version and after == before:
        return Kept(before, findings, saved=True)
    settings = sales.settings.load(fresh=True)
    opening = opening_of(settings, catalogue, settings, catalogue.with_plan(after), context)
    try:
        sales.plans.save(before, after, edit.entry, settings, opening)
    except AlreadyDecided:  # the answer to an earlier call with this cause was lost
        opening = None
    stored = replace(after, version=(before.version if before else 0) + 1)
    return Kept(stored, findings, saved=True, opened=opening is not None)


def opening_of(
    settings_before: ShopSettings,
    before: Catalogue,
    settings_after: ShopSettings,
    after: Catalogue,
    context: Context,
) -> Opening | None:
    """Return the opening that a change of plans or settings must commit; None if nothing more is begun with it."""
    added = offered(settings_after, after) - offered(settings_before, before)
    return opening_at(context.clock()) if added else None
