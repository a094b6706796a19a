"""The screens of promo codes for people: asked for, what the code has given, and why one does not work."""

from datetime import datetime

from vpnbot.domain.orders.discount import Discount
from vpnbot.domain.people.standing import Standing
from vpnbot.domain.promo.code import CodeEffect, PromoCode, Refusal
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.telegram.customer.discount_words import about_discount, own_code
from vpnbot.telegram.customer.home_screens import home_below, named
from vpnbot.telegram.customer.payment_words import end_argument, plan_title
from vpnbot.telegram.customer.terms_screens import terms_button
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, View

PROMO = Button(phrase("button-promo"), action=Action.PROMO)
WITHOUT_DISCOUNT = Action.PROMO.on("off")
"""The callback data of the button that takes a discount off."""
_AGAIN = Button(phrase("button-promo-again"), action=Action.PROMO)
_FOR_SUPPORT = frozenset({Refusal.PAUSED})


def ask(view: View) -> Screen:
    """Ask for a code; a person with a discount can take it off instead."""
    discount = own_code(view)
    off = Button(phrase("button-discount-off"), action=WITHOUT_DISCOUNT) if discount else None
    return Screen(((phrase("promo-ask"), *discount),), rows((off,), (HOME,)))


def offer(view: View, code: PromoCode, typed: str, plan: Plan | None) -> Screen:
    """Say what a code gives a person who begins with it, and what they accept; `typed` is what was entered.

    `plan` is the one of which it gives time; None: it names none.
    """
    use = Button(phrase("button-promo-use"), action=Action.PROMO.on("use", typed))
    terms = terms_button(view, action=Action.TERMS.on(Action.PROMO, typed))
    gives = phrase("promo-offer", code=typed, days=code.days)
    if plan is not None:
        gives = phrase("promo-offer-plan", code=typed, days=code.days, plan=plan_title(plan, view.language))
    return Screen((*named(view), gives, phrase("promo-offer-terms")), rows((use,), (terms, HOME)))


def given(view: View, code: PromoCode) -> Screen:
    """Return what the code has given, and until when the person has time now; or the discount that waits."""
    if code.is_discount:
        return _discount(view, code.discount())
    ends_at, making = view.person.subscription.ends_at, view.standing.making
    text = _given(view, code, ends_at=None if making else ends_at)
    return Screen((text,), rows((CONNECT if view.standing.works else None,), (HOME,)))


def _given(view: View, code: PromoCode, *, ends_at: datetime | None) -> Phrase:
    """Return what a code has given: days, a plan, or time of the plan that the person has."""
    plan = view.person.subscription.plan
    about: dict[str, Argument] = {"days": code.days}
    messages = ("promo-given", "promo-given-waiting")
    if code.effect is CodeEffect.PLAN and plan is not None:
        title = plan_title(plan, view.language)
        about = {"plan": title, "days": code.days} if plan.id == code.plan else {"plan": title}
        own = ("promo-plan", "promo-plan-waiting")
        messages = own if plan.id == code.plan else ("promo-worth", "promo-worth-waiting")
    if ends_at is None:
        return Phrase(messages[1], about)
    return Phrase(messages[0], about | {"end": end_argument(ends_at, view.now)})


def _discount(view: View, discount: Discount) -> Screen:
    """Say by how much the next order is cheaper, until when and for what, and lead to the plans."""
    lines = [about_discount(view, discount, "promo-discount", "promo-discount-always")]
    if discount.minimum is not None:
        lines.append(phrase("promo-discount-minimum", minimum=discount.minimum))
    if discount.plans:
        lines.append(phrase("promo-discount-plans"))
    off = Button(phrase("button-discount-off"), action=WITHOUT_DISCOUNT)
    return Screen((tuple(lines),), rows((view.plans_button,), (off, HOME)))


def refused(view: View, refusal: Refusal) -> Screen:
    """Say why the code does not work, and lead on: a new person to the trial."""
    text = phrase(f"promo-refused-{refusal}")
    if view.standing is Standing.NEW:
        return home_below(text, view)
    further = view.support if refusal in _FOR_SUPPORT else _AGAIN
    return Screen((text,), rows((further,), (HOME,)))
