"""The screens of the list of plans, of one plan, and of what customers see of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vpnbot.domain.money import Money
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding
from vpnbot.domain.plans.plan_field import PlanField
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.customer.payment_words import period
from vpnbot.telegram.messages.screen import Button, Paragraph, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

_PLANS = Button(phrase("button-back"), action=ShopAction.PLANS.on())
_ADD = Button(phrase("button-shop-add"), action=ShopAction.ADD.on())
_SETTINGS = Button(phrase("button-shop-settings"), action=ShopAction.SETTINGS.on())
_WITH_FINDINGS = 2
"""The lines of what a plan grants that are shown above findings: devices, servers and traffic."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The administrator's language, all languages of the bot, and how an amount of money is written."""

    language: str
    languages: Sequence[str]
    money: Callable[[Money], str]

    def prices(self, duration: SoldDuration) -> str:
        """Return all prices of a duration on one line; a dash if there is none."""
        written = [self.money(Money(amount, currency)) for currency, amount in duration.prices.items()]
        return " · ".join(written) or "–"


def plans(catalogue: Catalogue, wording: Wording, *, selling: bool) -> Screen:
    """Return the list of plans."""
    buttons = ((_plan_button(plan, wording),) for plan in catalogue.plans)
    text = phrase("shop-open" if selling else "shop-closed")
    return Screen((text,), rows(*buttons, (_ADD, _SETTINGS), (ADMIN,)))


def _plan_button(plan: SoldPlan, wording: Wording) -> Button:
    label = phrase("shop-plan-hidden" if plan.hidden else "shop-plan-sold", plan=plan.title(wording.language))
    return Button(label, action=ShopAction.PLAN.on(plan.id))


def plan(shown: SoldPlan, findings: Sequence[Finding], wording: Wording, notice: Phrase | None = None) -> Screen:
    """Return one plan, with what is wrong or doubtful about it; `notice` says what was just done.

    So that the screen stays short, less of what the plan grants is shown above findings, and nothing below a notice.
    """
    granted = tuple(_granted(shown))
    if findings:
        granted = () if notice else granted[:_WITH_FINDINGS]
    paragraphs: list[Paragraph] = [(_heading(shown, wording), *granted), tuple(_offers(shown, wording))]
    if notice:
        paragraphs.insert(0, notice)
    if findings:
        paragraphs.append(finding_lines(findings))
    return Screen(tuple(filter(None, paragraphs)), _plan_rows(shown, wording))


def refused(shown: SoldPlan, findings: Sequence[Finding], wording: Wording) -> Screen:
    """Return one plan with why a change of it was not saved; what it grants is left out, so that it stays short."""
    return Screen((finding_lines(findings), _heading(shown, wording)), _plan_rows(shown, wording))


def _heading(shown: SoldPlan, wording: Wording) -> Phrase:
    return phrase("shop-plan-hidden" if shown.hidden else "shop-plan-sold", plan=shown.title(wording.language))


def _granted(shown: SoldPlan) -> Iterator[Phrase]:
    yield phrase("shop-grants", devices=shown.devices, keys=shown.keys)
    if shown.traffic_bytes is None:
        yield phrase("shop-unlimited")
    else:
        yield phrase("shop-traffic", gigabytes=gigabytes(shown.traffic_bytes))
    yield phrase("shop-countries", countries=", ".join(shown.countries) or "any", position=shown.position)
    if shown.trial:
        yield phrase("shop-trial")


def _offers(shown: SoldPlan, wording: Wording) -> Iterator[Phrase]:
    for duration in shown.by_time:
        yield phrase("shop-offer", period=period(duration.time), prices=wording.prices(duration))


def _plan_rows(shown: SoldPlan, wording: Wording) -> Rows:
    def field(name: PlanField, about: str = "") -> Button:
        label = phrase(f"button-shop-{name}", language=about.upper())
        return Button(label, action=ShopAction.FIELD.on(shown.id, name, about))

    def switch(name: PlanField, *, on: bool) -> Button:
        label = phrase(f"button-shop-{name}-{'off' if on else 'on'}")
        return Button(label, action=ShopAction.VALUE.on(shown.id, name, "", "0" if on else "1"))

    durations = [_duration_button(shown, each) for each in shown.by_time]
    return rows(
        (Button(phrase("button-shop-preview"), action=ShopAction.PREVIEW.on(shown.id)),),
        (switch(PlanField.HIDDEN, on=shown.hidden), switch(PlanField.TRIAL, on=shown.trial)),
        *_pairs(durations),
        (field(PlanField.NEW_DURATION),),
        *((field(PlanField.TITLE, each), field(PlanField.LINE, each)) for each in wording.languages),
        (field(PlanField.DEVICES), field(PlanField.KEYS)),
        (field(PlanField.TRAFFIC), field(PlanField.COUNTRIES)),
        (field(PlanField.POSITION),),
        (_PLANS, ADMIN),
    )


def _duration_button(shown: SoldPlan, each: SoldDuration) -> Button:
    label = phrase("button-shop-duration", period=period(each.time))
    return Button(label, action=ShopAction.DURATION.on(shown.id, each.id))


def _pairs(buttons: Sequence[Button]) -> Iterator[tuple[Button, ...]]:
    for start in range(0, len(buttons), 2):
        yield tuple(buttons[start : start + 2])


def duration(shown: SoldPlan, chosen: SoldDuration, wording: Wording) -> Screen:
    """Return one duration of a plan."""
    text = phrase("shop-offer", period=period(chosen.time), prices=wording.prices(chosen))
    change = ShopAction.FIELD.on(shown.id, PlanField.PRICES, chosen.id)
    remove = ShopAction.VALUE.on(shown.id, PlanField.NO_DURATION, chosen.id)
    return Screen(
        (text,),
        rows(
            (Button(phrase("button-shop-prices"), action=change),),
            (Button(phrase("button-shop-no_duration"), action=remove),),
            (_back_to(shown.id), ADMIN),
        ),
    )


def preview(shown: SoldPlan, seen: Sequence[Paragraph]) -> Screen:
    """Return what customers see of a plan in each language."""
    return Screen((phrase("shop-preview"), *seen), rows((_back_to(shown.id), ADMIN)))


def question(
    shown: SoldPlan,
    name: PlanField,
    about: str,
    present: Phrase | str,
    choices: Sequence[tuple[Phrase | str, str]] = (),
) -> Screen:
    """Return the question for a field; `choices` are the labels and values of its buttons."""
    buttons = [Button(label, action=ShopAction.VALUE.on(shown.id, name, about, value)) for label, value in choices]
    lines = _pairs(buttons) if any(isinstance(label, Phrase) for label, _ in choices) else (tuple(buttons),)
    text = phrase(f"shop-ask-{name}", language=about.upper(), present=present)
    return Screen((text,), rows(*lines, (_back_to(shown.id),)))


def confirm(shown: SoldPlan, name: PlanField, about: str, findings: Sequence[Finding]) -> Screen:
    """Ask for confirmation of something that may be a mistake."""
    yes = Button(phrase("button-shop-confirm"), action=ShopAction.CONFIRM.on(shown.id, name, about))
    return Screen((finding_lines(findings),), rows((yes,), (_back_to(shown.id),)))


def ask_new() -> Screen:
    """Ask for the id of a new plan."""
    return Screen((phrase("shop-ask-new"),), rows((_PLANS,)))


def _back_to(plan_id: str) -> Button:
    return Button(phrase("button-back"), action=ShopAction.PLAN.on(plan_id))
