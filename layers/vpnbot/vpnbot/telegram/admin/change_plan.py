"""Change one field of a plan, or add a plan."""

from collections.abc import Mapping, Sequence

from aiogram.fsm.context import FSMContext

from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.findings import errors
from vpnbot.domain.plans.plan_field import PlanField, new_plan_id, with_answer
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.errors import Conflict
from vpnbot.telegram.admin import plans as overview
from vpnbot.telegram.admin import plans_screens as screens
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.admin.states import Shopkeeping
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.plans.keep_plans import Edit, Kept, PlanExists, UnknownPlan, add_plan, change_plan

_CHOICES: Mapping[PlanField, Sequence[str]] = {
    PlanField.DEVICES: ("1", "2", "3", "5", "10"),
    PlanField.KEYS: ("1", "2", "3", "5"),
    PlanField.NEW_DURATION: ("7", "30", "90", "180", "365"),
}
_EMPTY: Mapping[PlanField, Phrase] = {
    PlanField.TRAFFIC: phrase("button-shop-unlimited"),
    PlanField.COUNTRIES: phrase("button-shop-any_country"),
}
"""What an empty field means; any other is shown as a dash."""
_NEW_POSITION = 10
"""The distance between the positions of new plans, so that one fits between two others."""


async def ask(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the value of one field."""
    plan, field, about = _named(context, arguments)
    if plan is None or field is None:
        return overview.everything(context, phrase("shop-unknown-plan"))
    await state.set_state(Shopkeeping.typing)
    await state.set_data({"plan": plan.id, "field": field, "about": about})
    return Show(_question(context, plan, field, about))


async def choose(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take the value of a button."""
    plan, field, about = _named(context, arguments)
    if plan is None or field is None:
        return overview.everything(context, phrase("shop-unknown-plan"))
    return await _save(context, state, plan, (field, about), next(iter(arguments[3:]), ""))


async def confirm(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Save what the administrator was asked to confirm; after a stale button, show the plan."""
    plan, field, about = _named(context, arguments)
    data = await state.get_data()
    if plan is None or field is None:
        return overview.everything(context, phrase("shop-unknown-plan"))
    if (data.get("plan"), data.get("field"), data.get("about")) != (plan.id, field, about) or "text" not in data:
        return overview.one(context, plan.id, phrase("here-is-current"))
    return await _save(context, state, plan, (field, about), str(data["text"]), confirmed=True)


async def ask_new(_: UpdateContext, state: FSMContext, __: Sequence[str]) -> Reply:
    """Ask for the id of a new plan."""
    await state.set_state(Shopkeeping.typing)
    await state.set_data({})
    return Show(screens.ask_new())


async def typed(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take a typed value."""
    data = await state.get_data()
    if "plan" not in data:
        return await _add(context, state, text)
    plan, field, about = _named(context, (str(data["plan"]), str(data.get("field")), str(data.get("about", ""))))
    if plan is None or field is None:
        await state.clear()
        return overview.everything(context, phrase("shop-unknown-plan"))
    return await _save(context, state, plan, (field, about), text)


def current(context: UpdateContext, data: Mapping[str, object]) -> Screen | None:
    """Return the present question of a conversation; None if its plan is not in the catalogue any more."""
    if "plan" not in data:
        return screens.ask_new()
    plan, field, about = _named(context, (str(data["plan"]), str(data.get("field")), str(data.get("about", ""))))
    return _question(context, plan, field, about) if plan is not None and field is not None else None


def _question(context: UpdateContext, plan: SoldPlan, field: PlanField, about: str) -> Screen:
    choices: list[tuple[Phrase | str, str]] = [(value, value) for value in _CHOICES.get(field, ())]
    if field is PlanField.TRAFFIC:
        sizes = ((phrase("button-shop-gigabytes", gigabytes=size), size) for size in ("50", "100", "500"))
        choices = [(phrase("button-shop-unlimited"), "0"), *sizes]
    if field is PlanField.COUNTRIES:
        choices = [(phrase("button-shop-any_country"), "-")]
    return screens.question(plan, field, about, _present(plan, field, about), choices)


def _present(plan: SoldPlan, field: PlanField, about: str) -> Phrase | str:
    """Return the present value of a field, as it could be typed, or what an empty one means."""
    duration = plan.duration(about)
    prices = duration.prices if duration else {}
    present = {
        PlanField.TITLE: plan.titles.get(about, ""),
        PlanField.LINE: plan.lines.get(about, ""),
        PlanField.DEVICES: str(plan.devices),
        PlanField.KEYS: str(plan.keys),
        PlanField.TRAFFIC: "" if plan.traffic_bytes is None else str(gigabytes(plan.traffic_bytes)),
        PlanField.COUNTRIES: " ".join(plan.countries),
        PlanField.POSITION: str(plan.position),
        PlanField.PRICES: ", ".join(f"{Money(amount, code).text} {code}" for code, amount in prices.items()),
    }
    if written := present.get(field):
        return written
    return _EMPTY.get(field, "–")


async def _save(
    context: UpdateContext,
    state: FSMContext,
    plan: SoldPlan,
    named: tuple[PlanField, str],
    text: str,
    *,
    confirmed: bool = False,
) -> Reply:
    """Save a value; if it is not valid or doubtful, say why, and ask again or for confirmation."""
    field, about = named
    try:
        kept = change_plan(
            context.payments.sales,
            context,
            plan.id,
            lambda stored: with_answer(stored, field, about, text),
            _edit(context, f"plan {plan.id}: {field} changed", confirmed=confirmed),
        )
    except BadInput as error:
        return Show(_question(context, plan, field, about).headed(phrase(f"input-{error}")))
    except UnknownPlan:
        return overview.everything(context, phrase("shop-unknown-plan"))
    except Conflict:
        return await overview.finished(context, state, phrase("shop-changed-meanwhile"), plan.id)
    if kept.saved:
        return await overview.finished(context, state, _saved(kept), plan.id)
    if errors(kept.findings):
        return await _rejected(context, state, plan, named, kept)
    await state.set_state(Shopkeeping.typing)
    await state.set_data({"plan": plan.id, "field": field, "about": about, "text": text})
    return Show(screens.confirm(plan, field, about, kept.findings))


async def _rejected(
    context: UpdateContext, state: FSMContext, plan: SoldPlan, named: tuple[PlanField, str], kept: Kept
) -> Reply:
    """Say why a value is not saved: above its question if one was asked, or else above the plan."""
    field, about = named
    asked = await state.get_data()
    if (asked.get("plan"), asked.get("field")) == (plan.id, field):
        return _not_saved(_question(context, plan, field, about), kept)
    screen = screens.refused(plan, errors(kept.findings), overview.wording_of(context))
    return Show(screen, toast=phrase("shop-not-saved"))


def _not_saved(shown: Screen, kept: Kept) -> Show:
    screen = Screen((finding_lines(errors(kept.findings)), *shown.paragraphs), shown.rows)
    return Show(screen, toast=phrase("shop-not-saved"))


async def _add(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    try:
        plan_id = new_plan_id(text)
        position = max((plan.position for plan in overview.catalogue_of(context).plans), default=0) + _NEW_POSITION
        added = SoldPlan(plan_id, position=position)
        kept = add_plan(
            context.payments.sales, context, added, _edit(context, f"plan {plan_id}: added", confirmed=True)
        )
    except BadInput as error:
        return Show(screens.ask_new().headed(phrase(f"input-{error}")))
    except PlanExists:
        return Show(screens.ask_new().headed(phrase("shop-plan-exists")))
    except Conflict:
        return Show(screens.ask_new().headed(phrase("shop-changed-meanwhile")))
    if not kept.saved:
        return _not_saved(screens.ask_new(), kept)
    return await overview.finished(context, state, phrase("shop-added"), plan_id)


def _edit(context: UpdateContext, what: str, *, confirmed: bool) -> Edit:
    entry = Entry(context.cause, what, context.now, context.actor)
    return Edit(entry, context.views.messages.languages, confirmed)


def _saved(kept: Kept) -> Phrase:
    return phrase("shop-opened" if kept.opened else "change-done")


def _named(context: UpdateContext, arguments: Sequence[str]) -> tuple[SoldPlan | None, PlanField | None, str]:
    plan_id, name, about = (*arguments, "", "", "")[:3]
    field = next((field for field in PlanField if field == name), None)
    return overview.catalogue_of(context).plan(plan_id), field, about
