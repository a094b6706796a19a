"""The process ends at any step of a gift's way: it is bought, opened, told of and sent back once each."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.gifting import (
    FRIEND,
    buys_gift,
    gift_days,
    gift_now,
    keeps,
    link,
    opens,
    orders_gift,
    wants_back,
)
from tests.functional.usecases.ordering import PRICE, alerts_ever, asks_back, card, stored
from tests.functional.usecases.test_money_after_crashes import STEPS, Way, is_told_once, notified
from vpnbot.domain.gifts.gift import REFUND_REMINDED_AFTER, Gift, GiftState
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.usecases.gifts.open_gift import open_gift

SHORTLY = timedelta(minutes=5)

type Go = Callable[[Shop, int], Way]


def adds_up(shop: Shop, user_id: int) -> None:
    """Check that the ledger of a person has all of their time."""
    with shop.faults.quiet():
        rows = list(shop.people.history(shop.person_id(user_id)))
    seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
    assert seconds == entitlement_seconds(shop.look(user_id).subscription, shop.clock())


def opened(shop: Shop, gift: Gift) -> None:
    """Let the friend tap to open a gift."""
    open_gift(shop.open(FRIEND), shop.gifts, shop.fleet, shop.context, link(shop, gift))


def given(shop: Shop) -> Gift:
    """Return a gift that was opened, without a fault."""
    gift = buys_gift(shop)
    shop.arrives(FRIEND)
    assert opens(shop, link(shop, gift)) is None
    shop.settles()
    return gift


def a_purchase(shop: Shop, step: int) -> Way:
    """Place, begin, pay, notify, apply, tell."""
    shop.arrives()
    way, cause = Way(shop, step), update()
    way.at_least_once(lambda: orders_gift(shop, cause=cause))
    order = shop.look().open_purchase
    assert order is not None
    payment_id = card(shop).last()
    card(shop).pays(payment_id)
    way.at_least_once(lambda: notified(shop, payment_id))
    way.ends()
    gift = gift_now(shop, order.id)
    assert (gift.state, gift.version) == (GiftState.PAID, 1)
    assert [payment.lot for payment in stored(shop, order.id).payments] == [gift.id]
    is_told_once(way, Kind.GIFT_BOUGHT)
    return way


def an_opening(shop: Shop, step: int) -> Way:
    """The friend taps, the key is made, the buyer is told."""
    gift = buys_gift(shop)
    shop.arrives(FRIEND)
    shop.settles()
    way = Way(shop, step)
    way.at_least_once(lambda: opened(shop, gift))
    way.ends()
    assert [lot.id for lot in shop.look(FRIEND).subscription.lots] == [gift.lot]
    assert shop.look(FRIEND).served
    stored_gift = gift_now(shop, gift.id)
    assert (stored_gift.state, stored_gift.told, stored_gift.due) == (GiftState.REDEEMED, True, None)
    is_told_once(way, Kind.GIFT_OPENED)
    adds_up(shop, FRIEND)
    return way


def a_refund_before_the_opening(shop: Shop, step: int) -> Way:
    """The buyer asks, the staff send it, the gift is void."""
    gift = buys_gift(shop)
    shop.settles()
    way, cause, asking = Way(shop, step), update(), update()
    way.at_least_once(lambda: wants_back(shop, gift, asking))
    payment = stored(shop, gift.id).payments[0]
    way.at_least_once(lambda: asks_back(shop, stored(shop, gift.id), payment, cause=cause))
    way.ends()
    assert gift_now(shop, gift.id).state is GiftState.VOID
    is_sent_back_once(way, gift)
    return way


def a_refund_after_the_opening(shop: Shop, step: int) -> Way:
    """The staff send it, and due work takes the time."""
    gift = given(shop)
    way, cause = Way(shop, step), update()
    payment = stored(shop, gift.id).payments[0]
    way.at_least_once(lambda: asks_back(shop, stored(shop, gift.id), payment, cause=cause))
    way.ends()
    assert (gift_now(shop, gift.id).state, gift_days(shop, gift)) == (GiftState.VOID, 0)
    is_sent_back_once(way, gift)
    is_told_once(way, Kind.GIFT_TAKEN)
    assert [client for client in shop.panel.held.values() if client.enabled] == []
    adds_up(shop, FRIEND)
    return way


def is_sent_back_once(way: Way, gift: Gift) -> None:
    """Check what a refund of all money leads to."""
    (refund,) = card(way.shop).refunds.values()
    assert refund.money == PRICE
    assert stored(way.shop, gift.id).status is OrderStatus.REFUNDED
    is_told_once(way, Kind.REFUNDED)


def a_request_without_an_answer(shop: Shop, step: int) -> Way:
    """The buyer asks, and the staff are reminded."""
    gift = buys_gift(shop)
    shop.settles()
    way, asking = Way(shop, step), update()
    way.at_least_once(lambda: wants_back(shop, gift, asking))
    shop.clock.advance(REFUND_REMINDED_AFTER)
    way.ends()
    held = gift_now(shop, gift.id)
    assert (held.awaits_answer, held.refund_requests, held.refund_reminders) == (True, 1, 1)
    assert {kind for kind, _ in alerts_ever(shop)} == {AlertKind.REFUND_WANTED, AlertKind.REFUND_UNANSWERED}
    assert len(alerts_ever(shop)) == 2
    is_told_once(way, Kind.GIFT_WAITS)
    return way


def a_request_taken_back(shop: Shop, step: int) -> Way:
    """The buyer keeps the gift."""
    gift = buys_gift(shop)
    wants_back(shop, gift)
    shop.settles()
    way, cause = Way(shop, step), update()
    way.at_least_once(lambda: keeps(shop, gift, cause=cause))
    way.ends()
    kept = gift_now(shop, gift.id)
    assert (kept.state, kept.version) == (GiftState.PAID, 3)
    assert [kind for kind, _ in alerts_ever(shop)] == [AlertKind.REFUND_WANTED, AlertKind.REFUND_WITHDRAWN]
    assert list(shop.staff.needs.waiting()) == []
    return way


def a_reminder(shop: Shop, step: int) -> Way:
    """A week passes."""
    gift = buys_gift(shop)
    shop.until(gift.next_moment - SHORTLY)
    way = Way(shop, step)
    way.ends()
    assert gift_now(shop, gift.id).reminders == 1
    is_told_once(way, Kind.GIFT_REMINDER)
    return way


def an_end(shop: Shop, step: int) -> Way:
    """A year passes."""
    gift = buys_gift(shop)
    shop.until(gift.ends_at - SHORTLY)
    way = Way(shop, step)
    way.ends()
    assert gift_now(shop, gift.id).state is GiftState.EXPIRED
    is_told_once(way, Kind.GIFT_EXPIRED)
    return way


WAYS: dict[str, tuple[Go, int]] = {
    "a purchase": (a_purchase, 20),
    "an opening": (an_opening, 15),
    "a refund before the opening": (a_refund_before_the_opening, 20),
    "a refund after the opening": (a_refund_after_the_opening, 20),
    "a request without an answer": (a_request_without_an_answer, 12),
    "a request taken back": (a_request_taken_back, 6),
    "a reminder": (a_reminder, 8),
    "an end": (an_end, 8),
}
"""Each way, and the least of steps that it has."""


@pytest.mark.parametrize("name", WAYS)
def test_a_crash_at_any_step_loses_nothing_and_does_nothing_twice(name: str) -> None:
    go, least = WAYS[name]
    length = go(shop_in_memory(), STEPS * 10).length
    assert length >= least
    for step in range(length):
        way = go(shop_in_memory(), step)
        assert way.crashed_at, f"{name} has no step {step}"
