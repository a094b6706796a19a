"""A provider that cannot send money back: an operator is asked to, and reminded until it is done."""

from dataclasses import replace

from tests.fakes.reconciliations import ShopLedger
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import alerts, applies, asks_back, card, paid_report, pays, places, stored
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import RefundState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import HELD_REMINDER
from vpnbot.usecases.payments.confirm_by_hand import confirm_by_hand
from vpnbot.usecases.payments.request_refund import return_second
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


def granted(shop: Shop) -> Order:
    """Let a payment be granted at a provider that cannot send money back; return the order."""
    provider = card(shop)
    provider.abilities = replace(provider.abilities, refunds=Refunds.NONE)
    shop.arrives()
    order = places(shop)
    pays(shop, order)
    return stored(shop, order.id)


def reminders(shop: Shop) -> list[str]:
    """Return the causes of the reminders of money that waits for operators."""
    assert isinstance(shop.ledger, ShopLedger)
    return [cause for cause, entry in shop.ledger.entries.items() if entry.what == "operators reminded"]


def test_money_of_a_deleted_person_waits_for_an_operator_who_sends_it(shop: Shop) -> None:
    order_id = paid_after_deletion(shop)
    shop.settles(minutes=10)
    (refund,) = shop.look().refunds
    assert refund.state is RefundState.BY_HAND
    assert refund.due is not None
    assert shop.clock() < refund.due.at <= shop.clock() + HELD_REMINDER
    (payment,) = stored(shop, order_id).payments
    confirm_by_hand(shop.open(), shop.payments, shop.context, "operator", order_id, payment.id)
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
    assert [kind for kind, _ in alerts(shop)].count(AlertKind.STILL_TO_SEND) == 2


def test_the_operators_are_reminded_of_a_refund_of_granted_money_until_it_is_sent(shop: Shop) -> None:
    shop.support_chat_id, shop.admin_ids = None, frozenset()
    order = granted(shop)
    (payment,) = order.payments
    asks_back(shop, order, payment)
    assert stored(shop, order.id).archived, "the order itself has nothing left to do"
    shop.days(3.5)
    assert [kind for kind, _ in alerts(shop)].count(AlertKind.REFUND_BY_HAND) == 1
    reminded = [about for kind, about in alerts(shop) if kind is AlertKind.STILL_TO_SEND]
    assert [(about["payment"], about["amount"]) for about in reminded] == [(payment.id, "30000 RUB")] * 3
    confirm_by_hand(shop.open(), shop.payments, shop.context, "operator", order.id, payment.id)
    shop.days(3)
    assert len(reminders(shop)) == 3


def test_a_second_payment_that_its_buyer_returns_is_reminded_of_as_well(shop: Shop) -> None:
    order = granted(shop)
    again = paid_report(shop, order.id)
    applies(shop, again)
    return_second(shop.open(), shop.payments, shop.context, update(), order.id, again.payment_id)
    shop.days(1.5)
    assert len(reminders(shop)) == 1


def test_a_refund_that_an_earlier_release_left_to_the_operators_is_reminded_of_with_its_order(shop: Shop) -> None:
    paid_after_deletion(shop)
    shop.settles(minutes=10)
    person = shop.look()
    (refund,) = person.refunds
    shop.open().commit(person.with_refund(replace(refund, due=None)))
    shop.days(2.5)
    assert [cause.split(":")[0] for cause in reminders(shop)] == ["order", "order"]


def test_a_paused_person_who_pays_too_little_gets_no_time_for_it(shop: Shop) -> None:
    shop.arrives()
    order = places(shop)
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
    settlement = applies(shop, paid_report(shop, order.id, money=Money(100, "RUB")))
    assert settlement.outcome is Outcome.SHORT
    assert not shop.look().subscription.lots
