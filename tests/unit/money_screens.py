"""A sample of every screen about money, for each provider, and people in every standing who see it."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from vpnbot.domain.gifts.gift import Gift, GiftRefusal, GiftState
from vpnbot.domain.gifts.link import gift_token
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.money import STARS, Money
from vpnbot.domain.notifications import MONEY_KINDS, NotificationKind
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.reports import ReceiptReport
from vpnbot.domain.payments.declines import REMEDIES
from vpnbot.domain.payments.gift_opening import OpeningKind, OpeningPreview
from vpnbot.domain.payments.money_notifications import (
    about_order,
    money_notification,
)
from vpnbot.domain.payments.purchase import PurchaseKind, PurchasePreview
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.localization.messages import Messages
from vpnbot.telegram.customer import gifts_screens as gifts
from vpnbot.telegram.customer import orders_screens as orders
from vpnbot.telegram.customer import payments_history_screens as history
from vpnbot.telegram.customer import plans_screens as plans
from vpnbot.telegram.customer import refunds_screens as refunds
from vpnbot.telegram.customer import renewal_screens as renewal
from vpnbot.telegram.customer.notifications_screens import notification_screen
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Button, Screen
from vpnbot.telegram.messages.view import View

MESSAGES = Messages()
LANGUAGES = MESSAGES.languages
NOW = datetime(2026, 12, 30, 23, 30, tzinfo=UTC)
LONGEST_SCREEN_WORDS = 30
LONGEST_LABEL = {1: 40, 2: 22}
"""How many characters fit on one button of a row of so many, at a width of 390 pixels."""
PROVIDERS = ("stars", "yookassa", "crypto_pay", "demo")
STANDARD = Plan("standard", timedelta(), devices=5, keys=3, titles={"en": "Standard", "ru": "Стандарт"})
FAMILY = replace(STANDARD, id="family", devices=10, titles={"en": "Family", "ru": "Семейный"})
METERED = replace(STANDARD, traffic_limit_bytes=100_000_000_000)
PRICE = {"stars": Money(1_990, STARS), "yookassa": Money(129_900, "RUB"), "crypto_pay": Money(1_349, "USD")}
ORDER_ID = "01JDZ8Q4M2" + "7H3K9P5R1S6T8V0W"
CHILD_ID = f"{ORDER_ID}_999"
LONGEST_GIFT = f"{ORDER_ID}+99"
LONGEST = "b" * 20
BUY = f"buy:{LONGEST}:{LONGEST}:crypto_pay:999999r"


def price(provider: str) -> Money:
    """Return the price at a provider."""
    return PRICE.get(provider, PRICE["yookassa"])


def offer(provider: str = "yookassa", duration: timedelta = timedelta(days=90)) -> Offer:
    """Return an offer with long ids."""
    listed = ListPrice(129_900, int(duration.total_seconds()))
    return Offer(LONGEST, replace(STANDARD, id=LONGEST), duration, price(provider), listed, listed, 999_999)


def order(provider: str = "yookassa", status: OrderStatus = OrderStatus.PAID, **changed: object) -> Order:
    """Return an order; one that waits has a link."""
    state = PaymentState.PENDING if status in {OrderStatus.AWAITING, OrderStatus.CREATED} else PaymentState.CREDITED
    link = "https://pay.example/1" if status is OrderStatus.AWAITING else None
    made = Payment("p" * 120, "shop", price(provider), state, link)
    kept = () if status in {OrderStatus.CREATED, OrderStatus.CANCELLED, OrderStatus.ENDED} else (made,)
    plain = Order(CHILD_ID, OrderKind.PURCHASE, offer(provider), provider, "ab" * 16, NOW, status, payments=kept)
    return replace(plain, **changed)  # type: ignore[arg-type]  # names are those of Order's fields


def person(subscription: Subscription) -> Person:
    """Return a person with this subscription."""
    return Person(PersonId("ab" * 16), subscription=subscription)


def running(plan: Plan = STANDARD, left: timedelta = timedelta(days=12, hours=14)) -> Subscription:
    """Return a subscription that runs."""
    return Subscription(Status.ACTIVE, plan, Key(1, "5eed"), starts_at=NOW, ends_at=NOW + left)


MAKING = Subscription(Status.ACTIVE, STANDARD, Key(1, "5eed"), waiting=timedelta(days=30))
OVER = running(left=timedelta(days=-1))
PEOPLE = {
    "none": Subscription(),
    "trial": Subscription(Status.TRIAL, TRIAL, Key(1, "5eed"), starts_at=NOW, ends_at=NOW + timedelta(days=2)),
    "running": running(),
    "two years": running(left=timedelta(days=729)),
    "making": MAKING,
    "over": OVER,
    "paused": replace(running(), status=Status.SUSPENDED, suspended_at=NOW),
}


def view(language: str = "en", subscription: Subscription | None = None) -> View:
    """Return a view of a person; operators can be written to."""
    names = {"en": "English", "ru": "Русский"}
    subject = person(subscription or running())
    return View(subject, NOW, language, names, None, None, True, TRIAL)


def _preview(
    kind: PurchaseKind,
    left: timedelta = timedelta(),
    old: Plan | None = None,
    became: timedelta | None = None,
    end: int | None = None,
    smaller: str = "",
) -> PurchasePreview:
    """Return a preview that ends after `end` days; `smaller` has a d for fewer devices, a t for less traffic."""
    ends_at = None if end is None else NOW + timedelta(days=end)
    after = left if became is None else became
    return PurchasePreview(
        kind, left, old, after, timedelta(days=30), ends_at, fewer_devices="d" in smaller, less_traffic="t" in smaller
    )


type Make = Callable[[View], Screen]


def _plans() -> Iterator[tuple[str, Make]]:
    choices = [
        plans.PlanChoice(STANDARD, Money(129_900, "RUB"), several=True, action=f"buy:{LONGEST}"),
        plans.PlanChoice(FAMILY, Money(2_499, STARS), several=False, action=f"buy:{LONGEST}"),
    ]
    times = [
        plans.DurationChoice(timedelta(days=30), Money(29_900, "RUB"), 0, f"buy:{LONGEST}:{LONGEST}"),
        plans.DurationChoice(timedelta(days=365), Money(1_299_900, "RUB"), 33, f"buy:{LONGEST}:{LONGEST}"),
    ]
    ways = [plans.MethodChoice(name, price(name), BUY) for name in PROVIDERS]
    yield "S1", lambda v: plans.plans(v, choices)
    yield "S2", lambda v: plans.durations(v, STANDARD, times, "plans")
    yield "S2 with a limit", lambda v: plans.durations(v, METERED, times, "plans")
    yield "S3", lambda _: plans.methods(ways, f"buy:{LONGEST}")
    yield "S4", lambda _: plans.ask_contact(None, optional=True)
    yield "S4 again", lambda _: plans.ask_contact("someone@mail.example", optional=False)
    shown = plans.Confirmation(offer(), "yookassa", OUTCOMES["added far"], "pay", "plans", "terms")
    yield "S5 again", lambda v: plans.confirm_again(v, shown)
    yield "S4 wrong", lambda _: plans.wrong_contact(optional=True)
    for name, effect in OUTCOMES.items():
        for provider, renews in itertools.product(PROVIDERS, (False, True)):
            yield f"S5 {name} {provider} {renews}", confirmation(effect, provider, renews=renews)
    waiting = order(status=OrderStatus.CREATED)
    for provider in PROVIDERS:
        yield from _trouble_of(provider, ways, waiting)


def _trouble_of(provider: str, ways: Sequence[plans.MethodChoice], waiting: Order) -> Iterator[tuple[str, Make]]:
    yield f"S28 {provider}", lambda _: orders.provider_down(provider, ways[:2], BUY, waiting)
    yield f"S28 alone {provider}", lambda _: orders.provider_down(provider, (), BUY, waiting)
    yield f"rejected {provider}", lambda v: orders.provider_rejected(v, provider, ways[:2], BUY)
    yield f"S29 {provider}", lambda _: orders.provider_back(provider, price(provider), CHILD_ID)


OUTCOMES = {
    "first": _preview(PurchaseKind.NEW),
    "added": _preview(PurchaseKind.EXTEND, timedelta(days=2, hours=4), STANDARD, end=92),
    "added far": _preview(PurchaseKind.EXTEND, timedelta(days=364, hours=23), STANDARD, end=729),
    "waits": _preview(PurchaseKind.EXTEND, timedelta(days=30), STANDARD),
    "change": _preview(PurchaseKind.CHANGE, timedelta(days=20), STANDARD, timedelta(days=10), end=90, smaller="d"),
    "change to less": _preview(PurchaseKind.CHANGE, timedelta(days=20), STANDARD, timedelta(days=9), 90, "t"),
    "change to the smallest": _preview(PurchaseKind.CHANGE, timedelta(days=9), STANDARD, timedelta(days=8), 90, "dt"),
    "change with used traffic": replace(
        _preview(PurchaseKind.CHANGE, timedelta(days=20), METERED, timedelta(days=3), end=90), traffic_used=True
    ),
    "change of time without traffic": replace(
        _preview(PurchaseKind.CHANGE, timedelta(days=20), METERED, timedelta(), end=30), traffic_used=True
    ),
    "change of the trial": _preview(PurchaseKind.CHANGE, timedelta(days=2), TRIAL, timedelta(hours=16), end=90),
    "change while waiting": _preview(PurchaseKind.CHANGE, timedelta(days=20), FAMILY, timedelta(days=40)),
}


def confirmation(effect: PurchasePreview, provider: str, *, renews: bool) -> Make:
    """Return the confirmation of a purchase with this effect, with the longest callback data."""
    shown = plans.Confirmation(
        offer(provider, timedelta(days=30)),
        provider,
        effect,
        pay=f"pay:{LONGEST}:{LONGEST}:crypto_pay:999999r",
        back=f"buy:{LONGEST}:{LONGEST}",
        terms=f"terms:{LONGEST}:{LONGEST}:crypto_pay:r",
        renewal=BUY,
        renews=renews,
        contact="someone@mail.example" if provider == "yookassa" else None,
        change_contact=f"buy:{LONGEST}:{LONGEST}:yookassa:999999e",
    )
    return lambda v: plans.confirm(v, shown)


def _orders() -> Iterator[tuple[str, Make]]:
    for provider, status in itertools.product(PROVIDERS, OrderStatus):
        yield from _order_of(provider, status)
    yield "S6 not yet", lambda v: orders.not_yet(v, order(status=OrderStatus.AWAITING))
    yield "S6 not yet, without a link", lambda v: orders.not_yet(v, order(status=OrderStatus.CREATED))
    yield "S6u", lambda v: orders.unpaid(v, order(status=OrderStatus.AWAITING), "buy")
    yield "unknown", orders.unknown
    yield "gift, to the payer", lambda v: orders.gift_thanks(v, price("stars"))
    yield "S10 sent", lambda v: orders.second_sent(v, price("stars"))
    yield "S10 too late", orders.second_too_late
    yield "S10 again", orders.second_again
    partly = replace(order().payments[0], refunded_minor=10_000)
    returned = order(payments=(partly,))
    yield "S13 part", lambda v: history.payment(v, returned, sending=None)
    yield "S13 sending", lambda v: history.payment(v, returned, sending=Money(5_000, "RUB"))
    told = ReceiptReport("succeeded", "1234567", "9287440301234567", "3456789012")
    with_contact = order(contact="someone@mail.example")
    yield "S14", lambda _: history.receipt(with_contact, told)
    yield "S14p", lambda _: history.receipt(with_contact, None)
    yield "S14 refused", lambda _: history.receipt(with_contact, ReceiptReport("canceled"))
    yield "S12 empty", lambda v: history.payments(v, (), first=True, older=False, renewal=True)
    yield "S12 end", lambda v: history.payments(v, (), first=False, older=False, renewal=True)
    yield "S12", lambda v: history.payments(v, (order(),) * 5, first=False, older=True, renewal=True)
    for hours in (1, 21, 24, 48, 168):
        yield from _answered_within(hours)
    yield "S33 closed", lambda v: history.paysupport(replace(v, support_in_chat=False), 24)


def _order_of(provider: str, status: OrderStatus) -> Iterator[tuple[str, Make]]:
    one = order(provider, status)
    yield f"order {status} {provider}", lambda v: orders.order_screen(v, one, BUY)
    yield f"S13 {status} {provider}", lambda v: history.payment(v, one, refundable=True)
    yield f"S14 {status} {provider}", lambda _: history.receipt(one, None)


def _answered_within(hours: int) -> Iterator[tuple[str, Make]]:
    yield f"S33 {hours}", lambda v: history.paysupport(v, hours)
    one, gift = order("stars"), _paid_gift("stars")
    yield f"S25 {hours}", lambda v: refunds.asked(v, hours, one)
    yield f"S25 gift {hours}", lambda v: refunds.asked(v, hours, gift)


def _renewal() -> Iterator[tuple[str, Make]]:
    for provider in PROVIDERS:
        yield from _renewal_of(provider)
    yield "S15 without a method", lambda v: renewal.off(v, None)
    yield "S18", renewal.turned_off
    yield "S19", lambda _: renewal.remove_method("Mastercard •• 4477")
    yield "S19 done", renewal.method_removed
    left, amount, whole = timedelta(days=12, hours=14), Money(99_999, "RUB"), Money(129_900, "RUB")
    yield "S24", lambda v: refunds.ask(v, CHILD_ID, amount, whole, left, NOW + timedelta(days=500))
    yield "S24 off", lambda v: refunds.ask(v, CHILD_ID, amount, whole, left, None)
    yield "S24 unused", lambda v: refunds.ask(v, CHILD_ID, whole, whole, None, None)
    yield "S24 gift", lambda _: refunds.ask_for_gift(CHILD_ID, whole)
    yield "refund: nothing", refunds.nothing
    yield "refund: under way", refunds.underway


def _renewal_of(provider: str) -> Iterator[tuple[str, Make]]:
    method = "" if provider in {"stars", "crypto_pay"} else "Mastercard •• 4477"
    charge = renewal.Charge(STANDARD, timedelta(days=90), price(provider), provider, method)
    yield f"S15 {provider}", lambda v: renewal.off(v, charge)
    yield f"S16 {provider}", lambda _: renewal.consent(charge, NOW, BUY, BUY)
    yield f"S16 without a date {provider}", lambda _: renewal.consent(charge, None, BUY, BUY)
    yield f"S17 {provider}", lambda _: renewal.on(charge, NOW, failing=True)
    yield f"S17 without a date {provider}", lambda _: renewal.on(charge, None)


def _gifts() -> Iterator[tuple[str, Make]]:
    choices = [plans.PlanChoice(STANDARD, Money(129_900, "RUB"), several=True, action=f"buy:{LONGEST}:::g")]
    yield "gift: plans", lambda v: plans.gift_plans(v, choices)
    yield "S1 with gifts", lambda v: plans.plans(v, choices, "buy::::g")
    times = [plans.DurationChoice(timedelta(days=30), Money(29_900, "RUB"), 0, f"buy:{LONGEST}:{LONGEST}")]
    yield "S2 with gifts", lambda v: plans.durations(v, STANDARD, times, "home", "buy::::g")
    for provider in PROVIDERS:
        yield from _gift_orders(provider)
    gift = Gift(LONGEST_GIFT, "ab" * 16, offer(), Money(129_900, "RUB"), NOW, generation=99)
    token = gift_token(gift.id, gift.generation, lambda *_: "x" * 22)
    for state, link in itertools.product(GiftState, ("", f"https://t.me/{'b' * 32}?start=g_{token}")):
        one = replace(gift, state=state, redeemed_at=NOW)
        yield f"gift {state} {bool(link)}", _gift_of_buyer(one, link)
    yield "gift: an answer is awaited", _gift_of_buyer(replace(gift, state=GiftState.HELD, due=Due(NOW)), "")
    yield "gift: new link?", lambda _: gifts.ask_new_link(gift)
    yield "gift: unknown", gifts.unknown
    yield "gift: taken", gifts.taken
    for kind, ends in itertools.product(OpeningKind, (None, NOW + timedelta(days=500))):
        preview = OpeningPreview(kind, STANDARD, timedelta(days=364, hours=23), ends)
        yield f"gift: offered {kind} {ends is None}", _gift_offered(gift, preview, token)
    for refusal in GiftRefusal:
        yield f"gift: {refusal}", _gift_refused(refusal)


def _paid_gift(provider: str) -> Order:
    paid = order(provider, kind=OrderKind.GIFT)
    return replace(paid, payments=(replace(paid.payments[0], lot=LONGEST_GIFT),))


def _gift_orders(provider: str) -> Iterator[tuple[str, Make]]:
    paid = _paid_gift(provider)
    unpaid = order(provider, OrderStatus.AWAITING, kind=OrderKind.GIFT)
    yield f"gift paid {provider}", lambda v: orders.order_screen(v, paid, BUY)
    yield f"gift waits {provider}", lambda v: orders.waiting(v, unpaid)
    yield f"gift unpaid {provider}", lambda v: orders.unpaid(v, unpaid, "buy::::g")
    yield f"S13 gift {provider}", lambda v: history.payment(v, paid, refundable=True)
    yield f"S12 gift {provider}", lambda v: history.payments(v, (paid,), first=True, older=False, renewal=False)
    pay, effect = f"pay:{LONGEST}:{LONGEST}:crypto_pay:999999g", OUTCOMES["first"]
    shown = plans.Confirmation(offer(provider), provider, effect, pay, "plans", BUY, gift=True)
    yield f"S34 {provider}", lambda v: plans.confirm(v, shown)
    told = money_notification(NotificationKind.REFUNDED, "payment:1", NOW, about_order(paid), amount=price(provider))
    yield f"gift refunded {provider}", lambda v: notification_screen(told, v)


def _gift_of_buyer(gift: Gift, link: str) -> Make:
    return lambda v: gifts.of_buyer(v, gift, link, CHILD_ID)


def _gift_offered(gift: Gift, preview: OpeningPreview, token: str) -> Make:
    return lambda v: gifts.offered(v, gift, preview, token)


def _gift_refused(refusal: GiftRefusal) -> Make:
    return lambda v: gifts.refused(v, refusal, LONGEST_GIFT)


def _notifications() -> Iterator[tuple[str, Make]]:
    for kind, provider in itertools.product(sorted(MONEY_KINDS), PROVIDERS):
        for reason in REMEDIES if kind in WITH_REASON else ("general_decline",):
            yield f"{kind} {provider} {reason}", _notified(kind, provider, reason)


WITH_REASON = {NotificationKind.DECLINED, NotificationKind.RENEWAL_RETRY, NotificationKind.RENEWAL_FAILED}


def _notified(kind: NotificationKind, provider: str, reason: str) -> Make:
    paid = replace(order(provider).payments[0], method="" if provider in {"stars", "crypto_pay"} else "MIR •• 4477")
    sent = money_notification(
        kind,
        "payment:1",
        NOW,
        about_order(order(provider, payments=(paid,))),
        paid=price(provider),
        amount=price(provider),
        payment=paid.id,
        reason=reason,
        date=NOW + timedelta(days=1),
        gift=LONGEST_GIFT,
        title="Standard",
    )
    return lambda v: notification_screen(sent, v)


SCREENS = dict(itertools.chain(_plans(), _orders(), _renewal(), _gifts(), _notifications()))


@dataclass(frozen=True)
class Sample:
    """One screen for one person in one language."""

    name: str
    language: str
    screen: Screen

    @property
    def text(self) -> str:
        """The text, without tags."""
        html = Renderer(MESSAGES, self.language).html(self.screen)
        return html.replace("<b>", "").replace("</b>", "")

    def labels(self) -> Iterator[tuple[int, str, Button]]:
        """Yield each button with the number of buttons in its row, and its label."""
        renderer = Renderer(MESSAGES, self.language)
        for line in self.screen.rows:
            for button in line:
                yield len(line), renderer.plain(button.label), button


def samples(name: str) -> Iterator[Sample]:
    """Yield a screen for every person and language."""
    for who, language in itertools.product(PEOPLE, LANGUAGES):
        yield Sample(f"{name}, {who}", language, SCREENS[name](view(language, PEOPLE[who])))
