"""The account at a provider is changed, or its credentials are removed, while there are orders."""

from tests.fakes.shop import Shop
from tests.functional.usecases.ordering import applies, asks_back, card, pays, places, stored
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.refund import RefundState
from vpnbot.usecases.payments.ask_refund import offered_refund
from vpnbot.usecases.payments.grant_held import acts_for


def test_the_same_offer_is_ordered_again_from_the_new_account(shop: Shop) -> None:
    shop.arrives()
    before = places(shop)
    card(shop).account = "shop-2"
    after = places(shop)
    assert after.id != before.id
    assert (after.account, after.payments[0].account) == ("shop-2", "shop-2")
    assert stored(shop, before.id).status is OrderStatus.CANCELLED
    pays(shop, after)
    assert shop.look().subscription.lots[0].id == after.id


def test_an_order_without_a_payment_does_not_keep_the_buyer_from_buying(shop: Shop) -> None:
    shop.arrives()
    shop.faults.at("card.begin.before", ProviderUnavailable("no answer"))
    try:
        places(shop)
    except ProviderUnavailable:
        card(shop).account = "shop-2"
    assert places(shop).account == "shop-2"


def test_without_the_credentials_of_its_provider_a_payment_is_shown_and_sent_back_by_hand(shop: Shop) -> None:
    shop.arrives()
    order = places(shop)
    pays(shop, order)
    order = stored(shop, order.id)
    del shop.providers.known["card"]
    assert offered_refund(shop.look(), shop.payments, shop.context, order) is not None
    assert acts_for(shop.look(), order, order.payments[0].id, shop.payments, shop.context)
    asks_back(shop, order, order.payments[0])
    (refund,) = shop.look().refunds
    assert refund.state is RefundState.BY_HAND


def test_a_payment_to_the_earlier_account_still_counts(shop: Shop) -> None:
    shop.arrives()
    before = places(shop)
    card(shop).pays(before.payments[0].id)
    card(shop).account = "shop-2"
    places(shop)
    applies(shop, card(shop).payments[before.payments[0].id])
    assert stored(shop, before.id).status is OrderStatus.PAID
