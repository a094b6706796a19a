"""The screens of promo codes for the staff: the list, the card of one, and the steps to a new one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.bot_link import bot_address
from vpnbot.domain.money import Money
from vpnbot.domain.promo.code import CodeEffect, CodeState, PromoCode
from vpnbot.domain.promo.entered import start_payload
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.made_at import time_of
from vpnbot.telegram.admin.promo_drafts import Draft
from vpnbot.telegram.customer.discount_words import reduction
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

FIELDS = ("total", "times", "valid", "begins", "minimum")
"""The fields of which a number is chosen."""
BACK = Button(phrase("button-promos-back"), action=Area.CODES.on("list"))
_NEW = Button(phrase("button-promo-new"), action=Area.CODES.on("new"))
_PER_ROW = 4
_NAMED_PLANS = 2
"""So many plans of a discount are named on its card; more are on a screen of their own."""

type PlanTitles = Mapping[str, str]
"""The titles of the plans in the language of the reader, by their ids."""


def listed(codes: Sequence[PromoCode], titles: PlanTitles, now: datetime, *, more: bool) -> Screen:
    """Return a page of the codes; `more`: there are older ones."""
    lines = [(Button(_line(code, titles, now), action=Area.CODES.on("one", code.id)),) for code in codes]
    made_at = codes[-1].made_at if more else None
    older = None
    if made_at is not None:
        older = Button(phrase("button-promos-older"), action=Area.CODES.on("list", time_of(made_at)))
    return Screen((phrase("promos" if codes else "promos-none"),), rows((_NEW,), *lines, (older,), (ADMIN,)))


def _line(code: PromoCode, titles: PlanTitles, now: datetime) -> Phrase:
    return phrase("promo-line", state=_state(code, now), code=code.id, effect=_effect(code, titles))


def _effect(code: PromoCode, titles: PlanTitles) -> Phrase:
    """Return what a code gives."""
    if code.is_discount:
        return reduction(code.percent, code.amount)
    if code.effect is CodeEffect.PLAN:
        return phrase("promo-effect-plan", plan=titles.get(code.plan, code.plan), days=code.days)
    return phrase("promo-effect-days", days=code.days)


def _state(code: PromoCode, now: datetime) -> str:
    if code.state is CodeState.LIVE and code.over_at(now):
        return str(CodeState.ENDED)
    return str(code.state)


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a code: how often it was used, and what it has brought, one amount for each currency."""

    used: int
    brought: Sequence[Money] = ()


def card(code: PromoCode, results: Results, titles: PlanTitles, bot_username: str, now: datetime) -> Screen:
    """Return the card of a code with what can be done."""
    state = _state(code, now)
    link = None
    if code.one_time:
        link = Button(phrase("button-promo-file"), action=_on(code, "file"))
    elif bot_username and state == CodeState.LIVE:
        link = Button(phrase("button-promo-link"), copy=_link(code.id, bot_username))
    steps = {CodeState.LIVE: "pause", CodeState.PAUSED: "resume"}
    step = steps.get(CodeState(state))
    move = Button(phrase(f"button-promo-{step}"), action=_versioned(code, step)) if step else None
    end = None if state == CodeState.ENDED else Button(phrase("button-promo-end"), action=_on(code, "ask_end"))
    plans = None
    if len(code.plans) > _NAMED_PLANS:
        plans = Button(phrase("button-promo-plans", count=len(code.plans)), action=_on(code, "plans"))
    facts = tuple(_facts(code, results, titles, state, now))
    return Screen((facts,), rows((link,), (plans,), (move, end), (BACK, ADMIN)))


def _facts(code: PromoCode, results: Results, titles: PlanTitles, state: str, now: datetime) -> Iterator[Phrase]:
    yield phrase("promo-card", state=state, code=code.id, effect=_effect(code, titles))
    if code.total is None:
        yield phrase("promo-used", used=results.used)
    else:
        yield phrase("promo-used-of", used=results.used, total=code.total)
    yield from (phrase("promo-brought", sum=money) for money in results.brought)
    if code.starts_at is not None and now < code.starts_at:
        yield phrase("promo-from", begin=code.starts_at)
    if code.ends_at is not None:
        yield phrase("promo-until", end=code.ends_at)
    if code.per_person > 1:
        yield phrase("promo-times", times=code.per_person)
    if code.one_time:
        yield phrase("promo-one-time")
    if code.newcomers:
        yield phrase("promo-newcomers")
    for plan in code.plans if len(code.plans) <= _NAMED_PLANS else ():
        yield phrase("promo-for-plan", plan=titles.get(plan, plan))
    if code.minimum is not None:
        yield phrase("promo-minimum", sum=code.minimum)


def plans_of(code: PromoCode, titles: PlanTitles) -> Screen:
    """Return the plans for which a discount counts."""
    lines = (phrase("promo-for-plan", plan=titles.get(plan, plan)) for plan in code.plans)
    back = Button(phrase("button-back"), action=_on(code, "one"))
    return Screen(((phrase("promo-plans", code=code.id), *lines),), rows((back,)))


def file_of(codes: Iterable[str], bot_username: str) -> bytes:
    """Return the codes as a text file: one in each line, with its link if the name of the bot is known."""
    lines = (f"{code} {_link(code, bot_username)}" if bot_username else code for code in codes)
    return "".join(f"{line}\n" for line in lines).encode()


def _link(code: str, bot_username: str) -> str:
    return f"{bot_address(bot_username)}?start={start_payload(code)}"


def ask_end(code: PromoCode) -> Screen:
    """Ask before a code ends for good."""
    yes = Button(phrase("button-promo-end-yes"), action=_versioned(code, "end"))
    no = Button(phrase("button-promo-cancel"), action=_on(code, "one"))
    return Screen((phrase("promo-ask-end", code=code.id),), rows((yes, no)))


def ask_name() -> Screen:
    """Ask for the name of a new code."""
    made = Button(phrase("button-promo-any"), action=Area.CODES.on("any"))
    return Screen((phrase("promo-ask-name"),), rows((made,), (BACK, ADMIN)))


def draft(chosen: Draft, titles: PlanTitles, question: str) -> Screen:
    """Show what was chosen so far; `question` makes two taps on the button that makes the code one act."""
    numbers = {
        field: Button(_chosen(chosen, field), action=Area.CODES.on("f", field, *chosen.arguments)) for field in FIELDS
    }
    effect = Button(_given(chosen), action=Area.CODES.on("f", "effect", *chosen.arguments))
    plan = Button(_plans(chosen, titles), action=Area.CODES.on("f", "plan", *chosen.arguments))
    other = replace(chosen, newcomers=not chosen.newcomers)
    whom = "new" if chosen.newcomers else "all"
    people = Button(phrase(f"button-promo-for-{whom}"), action=Area.CODES.on("d", *other.arguments))
    kind = "once" if chosen.one_time else "one"
    switch = Button(phrase(f"button-promo-kind-{kind}"), action=Area.CODES.on("d", *chosen.switched().arguments))
    yes = Button(phrase("button-promo-make"), action=Area.CODES.on("make", *chosen.arguments, question))
    return Screen(
        (phrase("promo-draft", code=chosen.id),),
        rows(
            (effect,),
            (plan,),
            (numbers["total"], numbers["times"]),
            (numbers["begins"], numbers["valid"]),
            (people, numbers["minimum"] if chosen.is_discount else None),
            (switch,),
            (yes,),
            (BACK, ADMIN),
        ),
    )


def choices(chosen: Draft, field: str) -> Screen:
    """Return the values that a field can have."""
    buttons = [
        Button(_number(chosen, field, number), action=Area.CODES.on("d", *with_it.arguments))
        for number, with_it in chosen.choices(field)
    ]
    return _choice(chosen, field, _in_rows(buttons))


def effects(chosen: Draft) -> Screen:
    """Return what a code can give: days, a share of the price, a sum."""
    lines: list[tuple[Button, ...]] = []
    for kind in chosen.effects():
        buttons = [Button(_effect_of(each), action=Area.CODES.on("d", *each.arguments)) for each in kind]
        lines += _in_rows(buttons)
    return _choice(chosen, "effect", lines)


def plans(chosen: Draft, titles: PlanTitles) -> Screen:
    """Return the plans of which the days can be, or for which the discount counts, of which each is switched."""
    none = replace(chosen, plans=())
    lines = [(Button(_plans(none, titles), action=Area.CODES.on("d", *none.arguments)),)]
    for plan in chosen.options.plans:
        changed = chosen.with_plan_switched(plan).arguments
        to = ("f", "plan", *changed) if chosen.is_discount else ("d", *changed)
        label = "button-promo-plan-chosen" if plan in chosen.plans else "button-promo-plan"
        lines.append((Button(phrase(label, plan=titles.get(plan, plan)), action=Area.CODES.on(*to)),))
    return _choice(chosen, "plans" if chosen.is_discount else "plan", lines)


def _choice(chosen: Draft, field: str, lines: Sequence[tuple[Button, ...]]) -> Screen:
    back = Button(phrase("button-back"), action=Area.CODES.on("d", *chosen.arguments))
    return Screen((phrase(f"promo-choose-{field}", code=chosen.id),), rows(*lines, (back,)))


def _in_rows(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Return the buttons in as few rows as they need, of about the same length, the longer ones first."""
    left, lines = list(buttons), []
    for more in range(-(-len(buttons) // _PER_ROW), 0, -1):
        length = -(-len(left) // more)
        lines.append(tuple(left[:length]))
        del left[:length]
    return lines


def _given(chosen: Draft) -> Phrase:
    if chosen.is_discount:
        return phrase("button-promo-reduction", effect=_effect_of(chosen))
    return phrase("button-promo-days", count=chosen.value)


def _effect_of(chosen: Draft) -> Phrase:
    if chosen.effect is CodeEffect.PERCENT:
        return reduction(chosen.value, None)
    if chosen.effect is CodeEffect.SUM:
        return reduction(0, chosen.options.money(chosen.value))
    return phrase("promo-effect-days", days=chosen.value)


def _plans(chosen: Draft, titles: PlanTitles) -> Phrase:
    if len(chosen.plans) > 1:
        return phrase("button-promo-plans", count=len(chosen.plans))
    for plan in chosen.plans:
        return phrase("button-promo-plan", plan=titles.get(plan, plan))
    return phrase("button-promo-plan-any" if chosen.is_discount else "button-promo-plan-own")


def _chosen(chosen: Draft, field: str) -> Phrase:
    number = getattr(chosen, field)
    if field != "minimum":
        return phrase(f"button-promo-{field}", count=number)
    if not number:
        return phrase("button-promo-minimum-none")
    return phrase("button-promo-minimum", sum=chosen.options.money(number))


def _number(chosen: Draft, field: str, number: int) -> Phrase | str:
    if field == "minimum":
        return phrase("promo-price", sum=chosen.options.money(number))
    return str(number) if number or field == "begins" else "∞"


def _on(code: PromoCode, tap: str) -> str:
    return Area.CODES.on(tap, code.id)


def _versioned(code: PromoCode, tap: str) -> str:
    return Area.CODES.on(tap, code.id, code.version)
