"""A renewal is charged, granted and told exactly once, wherever a process ends on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.renewing import (
    HOUR,
    MONTH,
    PRICE,
    buys_by_card,
    card,
    charges,
    ends_at,
    opened,
    paid,
    renewal_orders,
)
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.usecases.payments.switch_renewal import forget_method, turn_renewal_off

pytestmark = pytest.mark.usefixtures("nothing_is_left_overdue")


def a_shop() -> Shop:
    """Return a shop with a person whose month renews."""
    shop = opened(shop_in_memory())
    buys_by_card(shop)
    return shop


def announces(shop: Shop) -> None:
    """Move the clock to the time at which the charge is announced."""
    shop.clock.now = ends_at(shop) - 72 * HOUR + timedelta(minutes=1)


def charges_now(shop: Shop) -> None:
    """Let the charge be announced, and move the clock to its date."""
    shop.until(ends_at(shop) - 25 * HOUR)
    shop.clock.now = ends_at(shop) - 24 * HOUR + timedelta(minutes=2)


def points(begin: Callable[[Shop], None], minutes: int) -> range:
    """Return the numbers of all points at which a process may end in the minutes after `begin`."""
    shop = a_shop()
    begin(shop)
    shop.faults.passed.clear()
    for _ in range(minutes):
        shop.minute()
        shop.clock.advance(timedelta(minutes=1))
    return range(len(shop.faults.passed))


@pytest.fixture
def shop() -> Shop:
    """The same."""
    return a_shop()


def crashes(shop: Shop, step: int, *, for_minutes: int) -> str:
    """Let a process end at a step of the next minutes, and the others go on; return the name of the point."""
    reached = len(shop.faults.passed) + step
    shop.faults.crash_at_step(step)
    for _ in range(for_minutes):
        try:
            shop.minute()
        except Crash:
            shop.queue.claims.clear()
        shop.clock.advance(timedelta(minutes=1))
    shop.faults.clear()
    return shop.faults.passed[reached]


def check_renewed_once(shop: Shop) -> None:
    """Check everything that one renewal must be, and nothing more."""
    orders = renewal_orders(shop)
    assert charges(shop) == ["succeeded"]
    assert paid(shop) == 2
    assert [order.status for order in orders.values()] == [OrderStatus.PAID]
    assert [p.state for order in orders.values() for p in order.payments] == [PaymentState.CREDITED]
    assert shop.look().orders == ()
    money = [row for row in shop.people.history(shop.person_id()) if row.get("money")]
    assert sum(int(str(row["seconds"])) for row in money) == 2 * MONTH.total_seconds()
    lots = [lot.id for lot in shop.look().subscription.lots_left(shop.clock())]
    assert [lot for lot in lots if lot in orders] == list(orders)
    assert shop.meter.failed_work == []


@pytest.mark.parametrize("step", points(charges_now, 8))
def test_a_charge_is_made_once_after_a_crash_at_any_step(shop: Shop, step: int) -> None:
    end = ends_at(shop)
    charges_now(shop)
    point = crashes(shop, step, for_minutes=8)
    shop.until(end)
    check_renewed_once(shop)
    assert ends_at(shop) == end + MONTH
    sent_but_not_recorded = point in {"say.after", "observe.before"}
    assert shop.sender.kinds().count(Kind.RENEWED) == (2 if sent_but_not_recorded else 1)


@pytest.mark.parametrize("step", points(announces, 3))
def test_a_notice_counts_from_its_delivery_after_a_crash_at_any_step(shop: Shop, step: int) -> None:
    end = ends_at(shop)
    announces(shop)
    assert crashes(shop, step, for_minutes=3)
    shop.until(end - 25 * HOUR)
    assert 1 <= shop.sender.kinds().count(Kind.RENEWAL_AHEAD) <= 2
    assert charges(shop) == []
    shop.until(end)
    check_renewed_once(shop)
    renewed_at = next(sent.at for sent in shop.sender.said if sent.kind is Kind.RENEWED)
    delivered_at = [sent.at for sent in shop.sender.said if sent.kind is Kind.RENEWAL_AHEAD]
    assert renewed_at - max(delivered_at) >= 24 * HOUR


@pytest.mark.parametrize("point", ["card.charge.before", "card.charge.after"])
@pytest.mark.parametrize(
    "error",
    [ProviderUnavailable("no answer"), ProviderUnavailable("busy", unknown=False), WrongAccount("key", "401")],
)
def test_a_charge_is_made_once_whatever_the_provider_answers(shop: Shop, point: str, error: Exception) -> None:
    end = ends_at(shop)
    shop.faults.at(point, error, error)
    shop.until(end)
    check_renewed_once(shop)


@pytest.mark.parametrize("turns_off", [turn_renewal_off, lambda s, c, cause: forget_method(s, c, cause, "card")])
class TestTurnedOffMeanwhile:
    """A person turns renewal off, or removes the card, at any time before the charge is granted."""

    def test_before_the_request_nothing_is_charged(self, shop: Shop, turns_off: Callable[..., object]) -> None:
        shop.until(ends_at(shop) - 25 * HOUR)
        turns_off(shop.open(), shop.context, update())
        shop.until(ends_at(shop) + HOUR)
        assert renewal_orders(shop) == {}
        assert Kind.REMINDER_DAY in shop.sender.kinds()

    def test_between_the_order_and_the_request_nothing_is_charged(
        self, shop: Shop, turns_off: Callable[..., object]
    ) -> None:
        shop.until(ends_at(shop) - 25 * HOUR)
        shop.clock.now = ends_at(shop) - 24 * HOUR + timedelta(minutes=2)
        shop.faults.at("card.charge.before", ProviderUnavailable("busy", unknown=False))
        shop.settles(minutes=2)
        turns_off(shop.open(), shop.context, update())
        shop.until(ends_at(shop) + 48 * HOUR)
        assert renewal_orders(shop) == {}
        assert shop.look().orders == ()

    def test_after_the_request_the_money_is_sent_back(self, shop: Shop, turns_off: Callable[..., object]) -> None:
        end = ends_at(shop)
        shop.faults.at("card.charge.after", ProviderUnavailable("no answer"))
        while not charges(shop):
            shop.until(shop.clock.now + HOUR)
        turns_off(shop.open(), shop.context, update())
        shop.until(end + 2 * HOUR)
        assert ends_at(shop) == end
        assert [refund.money for refund in card(shop).refunds.values()] == [PRICE]
        assert shop.sender.kinds().count(Kind.CHARGED_THOUGH_OFF) == 1
        assert shop.look().refunds == ()

    def test_a_pending_charge_that_is_paid_later_is_sent_back(
        self, shop: Shop, turns_off: Callable[..., object]
    ) -> None:
        end = ends_at(shop)
        card(shop).charges_stay_pending = True
        shop.until(end - 20 * HOUR)
        assert charges(shop) == ["pending"]
        turns_off(shop.open(), shop.context, update())
        card(shop).pays(card(shop).last())
        shop.until(end + 2 * HOUR)
        assert ends_at(shop) == end
        assert len(card(shop).refunds) == 1


def test_a_purchase_while_a_charge_is_pending_sends_the_charge_back(shop: Shop) -> None:
    end = ends_at(shop)
    card(shop).charges_stay_pending = True
    shop.until(end - 20 * HOUR)
    pending = card(shop).last()
    buys_by_card(shop, renewal=False)
    card(shop).pays(pending)
    shop.until(end + 2 * HOUR)
    assert ends_at(shop) == end + MONTH
    assert [refund.payment_id for refund in card(shop).refunds.values()] == [pending]


def test_a_request_that_the_provider_rejects_is_a_decline(shop: Shop) -> None:
    shop.faults.at("card.charge.before", ProviderRejected("permission_revoked"))
    shop.until(ends_at(shop))
    assert shop.look().methods == ()
    assert shop.sender.kinds().count(Kind.RENEWAL_FAILED) == 1


def test_a_method_of_another_account_is_not_charged(
    shop: Shop,
) -> None:
    card(shop).account = "shop-2"
    shop.until(ends_at(shop) + HOUR)
    assert renewal_orders(shop) == {}
    assert shop.sender.kinds().count(Kind.RENEWAL_FAILED) == 1
