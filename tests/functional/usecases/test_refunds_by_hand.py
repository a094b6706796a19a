"""A provider that cannot send money back: an operator is asked to, and reminded until it is done."""

from dataclasses import replace

from tests.fakes.reconciliations import ShopLedger
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import alerts, applies, card, paid_report, pays, places, stored
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import RefundState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.usecases.payments.confirm_by_hand import confirm_by_hand
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def paid_after_deletion(shop: Shop) -> str:
    """Let a payment arrive for a person who has deleted their data; return the order."""
    provider = card(shop)
    provider.abilities = replace(provider.abilities, refunds=Refunds.NONE)
    shop.arrives()
    order = places(shop)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    pays(shop, order)
    return order.id


def reminders(shop: Shop) -> list[str]:
    """Return the causes of the reminders of money that waits for operators."""
    assert isinstance(shop.ledger, ShopLedger)
    return [cause for cause in shop.ledger.entries if ":held:" in cause]


def test_money_of_a_deleted_person_waits_for_an_operator_who_sends_it(shop: Shop) -> None:
    order_id = paid_after_deletion(shop)
    shop.settles(minutes=10)
    (refund,) = shop.look().refunds
    assert (refund.state, refund.due) == (RefundState.BY_HAND, None)
    (payment,) = stored(shop, order_id).payments
    confirm_by_hand(shop.open(), shop.context, "operator", order_id, payment.id)
    order = stored(shop, order_id)
    assert (order.status, order.payments[0].state) == (OrderStatus.REFUNDED, PaymentState.RETURNED)
    assert not shop.look().refunds


def test_the_operators_are_reminded_until_it_is_sent(shop: Shop) -> None:
    shop.support_chat_id, shop.admin_ids = None, frozenset()
    paid_after_deletion(shop)
    shop.settles(minutes=10)
    kinds = [kind for kind, _ in alerts(shop)]
    assert AlertKind.REFUND_BY_HAND in kinds
    assert AlertKind.REFUND_REFUSED not in kinds
    assert not reminders(shop)
    shop.days(2.5)
    assert len(reminders(shop)) == 2


def test_a_paused_person_who_pays_too_little_gets_no_time_for_it(shop: Shop) -> None:
    shop.arrives()
    order = places(shop)
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
    settlement = applies(shop, paid_report(shop, order.id, money=Money(100, "RUB")))
    assert settlement.outcome is Outcome.SHORT
    assert not shop.look().subscription.lots
