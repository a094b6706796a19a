"""A provider that saves no payment methods for this account: the purchase goes on without automatic renewal."""

from tests.fakes.offers import offer_of
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import card
from tests.functional.usecases.purchases import MONTH
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.reports import Source
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.payments.place_order import OrderRequest, place_order


def test_the_person_can_pay_and_nothing_is_renewed(shop: Shop) -> None:
    shop.arrives()
    card(shop).saving_forbidden = True
    request = OrderRequest(offer_of(MONTH), "card", "en", contact="a@example.com", renewal=True)
    session = shop.open()
    page = place_order(session, shop.payments, shop.context, update(), request)
    assert page.link is not None
    order = page.order
    assert (order.status, order.renewal_agreed, order.idempotence_key) == (
        OrderStatus.AWAITING,
        False,
        f"{order.id}-2",
    )
    card(shop).pays(card(shop).last())
    check_order(session, shop.payments, shop.context, order.id, Source.POLL)
    person = shop.look()
    assert person.subscription.plan is not None
    assert (person.subscription.plan.id, person.subscription.renewal, person.methods) == (MONTH.id, None, ())


def test_a_second_tap_uses_the_order_without_saving_again(shop: Shop) -> None:
    shop.arrives()
    card(shop).saving_forbidden = True
    request = OrderRequest(offer_of(MONTH), "card", "en", contact="a@example.com", renewal=True)
    first = place_order(shop.open(), shop.payments, shop.context, update(), request)
    again = place_order(shop.open(), shop.payments, shop.context, update(), request)
    assert (again.order, again.link) == (first.order, first.link)
    assert [order.id for order in shop.look().orders] == [first.order.id]
