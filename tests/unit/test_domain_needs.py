"""Which rows of what waits for the staff a change writes and removes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.contract import AWAITING
from tests.unit.test_domain_person import NOW, ON_TRIAL
from vpnbot.domain.effects import Delete, Put
from vpnbot.domain.needs import NEEDS, Need, NeedKind, need_moves, need_of, still_waits
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.orders.refund import Refund, RefundReason, RefundState
from vpnbot.domain.people.person import Person


def paid(state: PaymentState) -> Order:
    """Return an order with one payment."""
    payment = Payment("pay-1", "shop-1", AWAITING.price, state)
    return replace(AWAITING, status=OrderStatus.HELD, payments=(payment,))


def refund(state: RefundState) -> Refund:
    """Return a refund of that payment."""
    order = paid(PaymentState.HELD)
    return Refund(order.id, 1, "card", "shop-1", "pay-1", order.price, RefundReason.HELD, NOW, state=state)


def buyer(*, paying: bool = True) -> Person:
    """Return a person whose plan is bought, and whose keys do not work."""
    subscription = ON_TRIAL.subscription
    assert subscription.plan is not None
    plan = replace(subscription.plan, id="standard") if paying else subscription.plan
    return replace(ON_TRIAL, accesses=(), subscription=replace(subscription, plan=plan))


HELD = f"held#{ON_TRIAL.id}#{AWAITING.id}"
BY_HAND = f"by_hand#{ON_TRIAL.id}#{AWAITING.id}"
REFUND = f"refund#{ON_TRIAL.id}#{AWAITING.id}"
NO_KEY = f"no_key#{ON_TRIAL.id}#"


def test_a_payment_that_is_held_waits_until_it_is_decided() -> None:
    held = replace(ON_TRIAL, orders=(paid(PaymentState.HELD),))
    decided = replace(ON_TRIAL, orders=(paid(PaymentState.CREDITED),))
    assert list(need_moves(ON_TRIAL, held, NOW)) == [Put(NEEDS, HELD, {"payment": "pay-1"}, at=NOW)]
    assert list(need_moves(held, held, NOW)) == []
    assert list(need_moves(held, decided, NOW)) == [Delete(NEEDS, HELD)]


def test_a_refund_that_begins_ends_the_wait_and_one_by_hand_waits_itself() -> None:
    held = replace(ON_TRIAL, orders=(paid(PaymentState.HELD),))
    sending = held.with_refund(refund(RefundState.ASKED))
    by_hand = held.with_refund(refund(RefundState.BY_HAND))
    assert list(need_moves(held, sending, NOW)) == [Delete(NEEDS, HELD), Delete(NEEDS, REFUND)]
    assert list(need_moves(sending, by_hand, NOW)) == [Put(NEEDS, BY_HAND, {"payment": "pay-1"}, at=NOW)]
    assert list(need_moves(by_hand, held, NOW)) == [
        Put(NEEDS, HELD, {"payment": "pay-1"}, at=NOW),
        Delete(NEEDS, BY_HAND),
    ]


def test_who_has_paid_and_has_no_key_waits_after_ten_minutes() -> None:
    without_plan = replace(ON_TRIAL, accesses=())
    assert list(need_moves(without_plan, buyer(), NOW)) == [Put(NEEDS, NO_KEY, {}, at=NOW)]
    need = Need(NeedKind.NO_KEY, ON_TRIAL.id, "", NOW)
    assert not still_waits(need, buyer(), NOW + timedelta(minutes=9, seconds=59))
    assert still_waits(need, buyer(), NOW + timedelta(minutes=10))
    assert not still_waits(need, ON_TRIAL, NOW + timedelta(minutes=10))


def test_a_trial_without_a_key_does_not_wait_for_the_staff() -> None:
    assert list(need_moves(ON_TRIAL, buyer(paying=False), NOW)) == []


@pytest.mark.parametrize("kind", list(NeedKind))
def test_a_row_is_read_as_it_was_written(kind: NeedKind) -> None:
    need = Need(kind, "a person", "an order_1", NOW, "a payment")
    assert need_of(need.key, {"payment": "a payment"}, NOW) == need


def test_a_row_of_a_later_release_is_not_read() -> None:
    assert need_of("horoscope#a person#", {}, NOW) is None
