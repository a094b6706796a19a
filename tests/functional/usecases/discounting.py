"""People who buy with the discount of a promo code, and what became of its uses."""

from dataclasses import replace

from tests.fakes.provider import FakeProvider
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.ordering import CONTACT, OFFER, applies, card
from tests.functional.usecases.redeeming import enters, offers
from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import Pricing, discounted_offer
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.reports import PaymentReport, Source
from vpnbot.domain.payments.settlement import Settlement
from vpnbot.domain.promo.code import CodeRefused, PromoCode
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.time_credit import Source as TimeSource
from vpnbot.errors import Conflict
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.place_order import DiscountGone, OrderRequest, place_order

HALF = PromoCode("HALF", 0, percent=50, total=1, author="a member")
SECONDS = OFFER.seconds
"""The time of the offer."""
REDUCED = Money(OFFER.price.amount_minor // 2, OFFER.price.currency)


def offered(shop: Shop, user_id: int = USER_ID, offer: Offer = OFFER) -> Offer:
    """Return an offer as it is shown to a person now."""
    return discounted_offer(offer, shop.look(user_id).discounts, Pricing("RUB", shop.clock()))


def orders(
    shop: Shop, user_id: int = USER_ID, *, provider: str = "card", cause: str = "", offer: Offer | None = None
) -> Order:
    """Let a person order what is shown to them."""
    request = OrderRequest(offer or offered(shop, user_id), provider, "en", contact=CONTACT)
    return place_order(shop.open(user_id), shop.payments, shop.context, cause or update(), request).order


def orders_until_decided(shop: Shop, user_id: int, offer: Offer, cause: str) -> bool:
    """Let a person order an offer, whose update is delivered again after a conflict; tell whether it was placed."""
    while True:
        try:
            order = orders(shop, user_id, cause=cause, offer=offer)
        except (CodeRefused, DiscountGone):
            return False
        except Conflict:
            continue
        return order.offer == offer


def with_code(shop: Shop, code: PromoCode = HALF, user_id: int = USER_ID) -> None:
    """Make a code, and let a person enter it."""
    offers(shop, code)
    shop.arrives(user_id)
    assert enters(shop, code.id, user_id) is None


def cancels(shop: Shop, order: Order, user_id: int = USER_ID) -> None:
    """Let a person cancel an order."""
    cancel_order(shop.open(user_id), shop.payments, shop.context, update(), order.id)


def pays_page(shop: Shop, order: Order) -> Settlement:
    """Let the buyer pay on the page of an order, whatever its state is, and apply it."""
    provider, payment_id = card(shop), payment_of(shop, order)
    provider.pays(payment_id)
    return applies(shop, provider.payments[payment_id])


def payment_of(shop: Shop, order: Order) -> str:
    """Return the id of the payment that the provider has made for an order."""
    (found,) = [report.payment_id for report in card(shop).payments.values() if report.order == order.id][:1]
    return found


def expires(shop: Shop, *placed: Order) -> None:
    """Let the time to pay orders be over at the provider, and due work learn of it."""
    for order in placed:
        card(shop).declines(payment_of(shop, order), "expired_on_confirmation")
    shop.settles(minutes=70)


def pays_stars(shop: Shop, order: Order, charge: str) -> Settlement:
    """Let Telegram charge for an order, and tell of it."""
    stars: FakeProvider = shop.providers.get("stars")
    report = next(each for each in stars.payments.values() if each.order == order.id)
    stars.payments.pop(report.payment_id)
    report = replace(report, payment_id=charge)
    stars.payments[charge] = report
    stars.pays(charge)
    return applies(shop, stars.payments[charge], Source.UPDATE)


def bought_seconds(shop: Shop, user_id: int = USER_ID) -> int:
    """Return the time of all payments of a person, as bought."""
    lots = shop.look(user_id).subscription.lots
    return sum(lot.bought_seconds for lot in lots if lot.source is TimeSource.BOUGHT)


def use_rows(shop: Shop, code: PromoCode = HALF, user_id: int = USER_ID) -> list[int]:
    """Return the numbers of the uses of a person that are in the table."""
    mark = shop.person_id(user_id)
    with shop.faults.quiet():
        return [number for number in range(1, 6) if shop.codes.used(code.id, f"USE#{mark}#{number}")]


def credited(shop: Shop, reports: list[PaymentReport]) -> int:
    """Return how many of these payments were granted."""
    found = 0
    for report in reports:
        assert report.order is not None
        order = shop.open().recall(report.order).order(report.order)
        payment = None if order is None else order.payment(report.payment_id)
        found += payment is not None and payment.state is PaymentState.CREDITED
    return found


def reserved(shop: Shop, user_id: int = 42) -> list[str]:
    """Return the discounts of which a person has a use that is not final."""
    return [use.source for use in shop.look(user_id).user.reserved]


def adds_up(shop: Shop, user_id: int = 42) -> bool:
    """Tell whether the seconds of the ledger are what the person has."""
    rows = list(shop.people.history(shop.person_id(user_id)))
    seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
    return seconds == entitlement_seconds(shop.look(user_id).subscription, shop.clock())
