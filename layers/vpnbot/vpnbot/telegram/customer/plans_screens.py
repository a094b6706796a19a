"""The screens before an order: plan, duration, way to pay, address for the receipt, confirmation.

The choices are data of the handler: each has the callback data of its button, and `back` is that of the screen that
was shown before, because steps with only one choice are skipped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.payments.purchase import PurchaseKind, PurchasePreview
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.telegram.customer.discount_words import own_discount, price_words
from vpnbot.telegram.customer.payment_words import end_argument, every, pay_label, period, plan_title, provider_name
from vpnbot.telegram.customer.payment_words import traffic as traffic_words
from vpnbot.telegram.customer.promo_screens import PROMO
from vpnbot.telegram.customer.terms_screens import terms_button
from vpnbot.telegram.messages.callbacks import CONTACT_BACK, Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, PAYMENTS, View


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A plan on sale. `price` is its lowest price; `several`: there are dearer offers, too."""

    plan: Plan
    price: Money
    several: bool
    action: str


@dataclass(frozen=True, slots=True)
class DurationChoice:
    """A duration of one plan. `saving_percent` is how much cheaper a day is than with the shortest one.

    `full` is the price without a discount; None: there is none.
    """

    duration: timedelta
    price: Money
    saving_percent: int
    action: str
    full: Money | None = None


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A payment provider for one offer, with the price in its currency; `full` as in `DurationChoice`."""

    provider: str
    price: Money
    action: str
    full: Money | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the last screen before an order shows: `preview` is what the purchase would do now.

    `pay`, `back`, `terms`, `renewal` and `change_contact` are the callback data of its buttons; `renewal` None:
    automatic renewal is not offered with this payment. `renews`: it is turned on. `contact` is the address for the
    receipt. `gift`: it is for another person; `begin_gift` is the callback data that
    begins one instead.
    """

    offer: Offer
    provider: str
    preview: PurchasePreview
    pay: str
    back: str
    terms: str
    renewal: str | None = None
    renews: bool = False
    contact: str | None = None
    change_contact: str = ""
    gift: bool = False
    begin_gift: str | None = None


def plans(view: View, choices: Sequence[PlanChoice], gift: str | None = None) -> Screen:
    """Return the choice of a plan, with what becomes of the time that is left; `gift` begins a gift."""
    lines = ((Button(_plan_label(view, choice), action=choice.action),) for choice in choices)
    text = (_plans_text(view, choices), *own_discount(view))
    return Screen((text,), rows(*lines, (PROMO, _gift(gift)), (PAYMENTS, HOME)))


def gift_plans(view: View, choices: Sequence[PlanChoice]) -> Screen:
    """Return the choice of a plan for another person."""
    lines = ((Button(_plan_label(view, choice), action=choice.action),) for choice in choices)
    return Screen((phrase("gift-plans"),), rows(*lines, (_back(Action.PLANS), HOME)))


def _gift(action: str | None) -> Button | None:
    return None if action is None else Button(phrase("button-gift"), action=action)


def _plans_text(view: View, choices: Sequence[PlanChoice]) -> Phrase:
    left = view.person.subscription.left(view.now)
    if not left or not (view.standing.opens_everything or view.person.traffic_used_up):
        return phrase("plans")
    own = view.person.subscription.plan
    converts = any(own is None or choice.plan.id != own.id for choice in choices)
    return phrase("plans-convert" if converts else "plans-left", left=left)


def _plan_label(view: View, choice: PlanChoice) -> Phrase:
    message = "button-plan-from" if choice.several else "button-plan"
    title = plan_title(choice.plan, view.language)
    return phrase(message, plan=title, devices=choice.plan.devices, price=choice.price)


def durations(
    view: View,
    plan: Plan,
    choices: Sequence[DurationChoice],
    back: str,
    gift: str | None = None,
    *,
    for_gift: bool = False,
) -> Screen:
    """Return the choice of a duration of one plan, `for_gift`: for another person; `gift` begins a gift."""
    title = plan_title(plan, view.language)
    text = phrase("plan", plan=title, devices=plan.devices, traffic=traffic_words(plan))
    lines = ((Button(_duration_label(choice), action=choice.action),) for choice in choices)
    about = (text,) if for_gift else (text, *own_discount(view))
    return Screen((about,), rows(*lines, (_gift(gift),), (_back(back), HOME)))


def _duration_label(choice: DurationChoice) -> Phrase:
    time = period(choice.duration)
    if choice.saving_percent and choice.full is None:
        return phrase("button-duration-saving", period=time, price=choice.price, percent=choice.saving_percent)
    return phrase("button-duration", period=time, price=price_words(choice.price, choice.full))


def methods(choices: Sequence[MethodChoice], back: str, gift: str | None = None) -> Screen:
    """Return the choice of a way to pay; `gift` begins a gift."""
    return Screen((phrase("payment-method"),), rows(*method_rows(choices), (_gift(gift),), (_back(back), HOME)))


def method_rows(choices: Sequence[MethodChoice]) -> tuple[tuple[Button, ...], ...]:
    """Return a row with a button for each way to pay."""
    return tuple((Button(_method_label(choice), action=choice.action),) for choice in choices)


def _method_label(choice: MethodChoice) -> Phrase:
    price = price_words(choice.price, choice.full)
    return phrase("button-method", method=provider_name(choice.provider), price=price)


def ask_contact(known: str | None, *, optional: bool) -> Screen:
    """Ask for the address for receipts; `known` is the present one, `optional`: the buyer may give none."""
    text = phrase("contact-ask-again", contact=known) if known else phrase("contact-ask")
    return Screen((text,), _contact_rows(optional=optional))


def wrong_contact(*, optional: bool) -> Screen:
    """Explain that a text is no e-mail address."""
    return Screen((phrase("contact-wrong"),), _contact_rows(optional=optional))


def _contact_rows(*, optional: bool) -> tuple[tuple[Button, ...], ...]:
    without = Button(phrase("button-without-receipt"), action=Action.CONTACT.on("none")) if optional else None
    return rows((without,), (_back(CONTACT_BACK), HOME))


def confirm(view: View, shown: Confirmation) -> Screen:
    """Return the last screen before the order: what is bought, and what becomes of the time that is left."""
    price = shown.offer.price
    pay = pay_label(shown.provider, price)
    renewal = phrase("button-renewal-on" if shown.renews else "button-renewal-off")
    return Screen(
        (tuple(_promise(view, shown)),),
        rows(
            (Button(pay, action=shown.pay),),
            (Button(renewal, action=shown.renewal) if shown.renewal else None,),
            (_contact_button(shown), _gift(shown.begin_gift)),
            (terms_button(view, "button-terms-accepted", shown.terms),),
            (_back(shown.back), HOME),
        ),
    )


def confirm_again(view: View, shown: Confirmation) -> Screen:
    """Return the last screen before the order when the offer has changed since the person saw it."""
    return confirm(view, shown).headed(phrase("confirm-again"))


def confirm_at_full_price(view: View, shown: Confirmation) -> Screen:
    """Return the last screen before the order when the discount that the person saw does not count any more."""
    return confirm(view, shown).headed(phrase("promo-gone"))


def _contact_button(shown: Confirmation) -> Button | None:
    if not shown.contact:
        return None
    return Button(phrase("button-contact", contact=shown.contact), action=shown.change_contact)


def _promise(view: View, shown: Confirmation) -> list[Phrase]:
    if shown.gift:
        return list(_gift_promise(view, shown.offer))
    offer, preview = shown.offer, shown.preview
    bought: dict[str, Argument] = {
        "plan": plan_title(offer.plan, view.language),
        "period": period(offer.duration),
        "price": price_words(offer.price, offer.full_price),
    }
    found = [Phrase(_message(preview), bought | _effect(view, preview)), *_smaller(offer.plan, preview)]
    if preview.kind is PurchaseKind.CHANGE and preview.traffic_used and preview.converted:
        found.append(phrase("confirm-traffic-used"))
    if shown.renews and preview.kind is not PurchaseKind.CHANGE:
        found.append(phrase("confirm-renews", price=offer.undiscounted.price, every=every(offer.duration)))
    if preview.kind is PurchaseKind.CHANGE and view.person.subscription.renews and not shown.renews:
        found.append(phrase("confirm-renewal-ends"))
    return found


def _gift_promise(view: View, offer: Offer) -> Iterator[Phrase]:
    title = plan_title(offer.plan, view.language)
    yield phrase("confirm-gift", plan=title, period=period(offer.duration), price=offer.price)
    if view.person.discounts:
        yield phrase("confirm-gift-discount")


def _message(preview: PurchasePreview) -> str:
    if preview.kind is PurchaseKind.NEW:
        return "confirm-new"
    if preview.kind is PurchaseKind.CHANGE and preview.ends_at and not preview.converted:
        return "confirm-change-used-up"
    if preview.kind is PurchaseKind.CHANGE:
        return "confirm-change" if preview.ends_at else "confirm-change-waiting"
    return "confirm-added" if preview.ends_at else "confirm-added-waiting"


def _effect(view: View, preview: PurchasePreview) -> dict[str, Argument]:
    effect: dict[str, Argument] = {}
    if preview.kind is PurchaseKind.NEW:
        return effect
    effect["left"] = preview.left
    if preview.kind is PurchaseKind.CHANGE:
        effect["converted"] = preview.converted
        effect["old"] = plan_title(preview.old_plan or view.plan, view.language)
    if preview.ends_at is not None:
        effect["end"] = end_argument(preview.ends_at, view.now)
    return effect


def _smaller(plan: Plan, preview: PurchasePreview) -> tuple[Phrase, ...]:
    """Return which limits become smaller with the payment; empty if none does."""
    limit = gigabytes(plan.traffic_limit_bytes or 0)
    if preview.fewer_devices and preview.less_traffic:
        return (phrase("confirm-smaller", devices=plan.devices, gigabytes=limit),)
    if preview.fewer_devices:
        return (phrase("confirm-fewer", devices=plan.devices),)
    return (phrase("confirm-less", gigabytes=limit),) if preview.less_traffic else ()


def _back(action: str) -> Button:
    return Button(phrase("button-back"), action=action)
