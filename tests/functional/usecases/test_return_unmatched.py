"""A payment that belongs to no order is sent back by an operator, once."""

from dataclasses import replace

import pytest

from tests.fakes.provider import EVERYTHING
from tests.fakes.reconciliations import ShopLedger
from tests.fakes.shop import Shop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.payments.return_unmatched import find_payment, return_unmatched
from vpnbot.usecases.ports.payments import Refunds

PAID = PaymentReport("card", "shop-1", "pay-9", ReportedState.SUCCEEDED, Money(29_900, "RUB"))


def returned(shop: Shop, payment_id: str = "pay-9") -> None:
    """Send the payment back."""
    return_unmatched(shop.providers.get("card"), payment_id, shop.payments, shop.context, "operator")


def test_all_of_it_is_sent_back_once_however_often_it_is_asked(shop: Shop) -> None:
    card = shop.providers.get("card")
    card.payments["pay-9"] = PAID
    returned(shop)
    returned(shop)
    assert [refund.money for refund in card.refunds.values()] == [PAID.money]
    assert isinstance(shop.ledger, ShopLedger)
    (entry,) = shop.ledger.entries.values()
    assert (entry.what, entry.money) == ("sent back, no order", Money(-29_900, "RUB"))


def test_what_was_not_paid_is_not_sent_back(shop: Shop) -> None:
    card = shop.providers.get("card")
    card.payments["pay-9"] = replace(PAID, state=ReportedState.PENDING)
    with pytest.raises(NothingToSendBack):
        returned(shop)
    assert card.refunds == {}


def test_a_provider_that_cannot_send_money_back_says_so(shop: Shop) -> None:
    card = shop.providers.get("card")
    card.payments["pay-9"], card.abilities = PAID, replace(EVERYTHING, refunds=Refunds.NONE)
    with pytest.raises(NothingToSendBack, match="by hand"):
        returned(shop)


def test_a_payment_in_stars_is_found_in_the_list_of_transactions(shop: Shop) -> None:
    stars = shop.providers.get("stars")
    stars.payments["charge"] = replace(PAID, provider="stars", payment_id="charge", payer=42)
    assert find_payment(stars, "charge", shop.clock()) == stars.payments["charge"]
    assert find_payment(stars, "other", shop.clock()) is None
