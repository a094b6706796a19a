"""The circuit breaker of a payment provider: while it is open, no payment is made but by one probe at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import alerts, card, places
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_errors import (
    OtherAccount,
    ProviderNotCalled,
    ProviderRejected,
    ProviderUnavailable,
    UnknownPayment,
    WrongAccount,
)
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.provider_breaker import ProviderBreaker
from vpnbot.errors import Conflict, StorageUnavailable
from vpnbot.providers.circuit_breaker import CircuitBreaker
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.check_order import check_order
from vpnbot.usecases.ports import PaymentProvider, ProviderBreakers

DOWN = ProviderUnavailable("no answer")
REFUSED = WrongAccount("secret", "store it again")


@pytest.fixture
def order(shop: Shop) -> Order:
    """An order that can be paid."""
    shop.arrives()
    return places(shop)


def provider(shop: Shop) -> PaymentProvider:
    """Return the provider as a process sees it."""
    return shop.payments.providers.get("card")


def fails(shop: Shop, order: Order, times: int = 3) -> None:
    """Let calls that make a payment fail."""
    for _ in range(times):
        shop.faults.at("card.begin.before", DOWN)
        with pytest.raises(ProviderUnavailable):
            provider(shop).begin(order)


def breaker(shop: Shop) -> ProviderBreaker | None:
    """Return the breaker as it is stored."""
    return shop.breakers.read("card")


def told(shop: Shop) -> list[AlertKind]:
    """Return the alerts about the provider, in order of time."""
    about = {AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_REFUSES, AlertKind.PROVIDER_UP}
    return [kind for kind, _ in alerts(shop) if kind in about]


class TestOpening:
    """It opens after failures in a row."""

    def test_two_failures_do_not_open_it_and_the_third_does(self, shop: Shop, order: Order) -> None:
        fails(shop, order, 2)
        assert provider(shop).begin(order).payment_id == order.payments[0].id
        fails(shop, order, 3)
        calls = shop.faults.passed.count("card.begin.before")
        with pytest.raises(ProviderNotCalled) as raised:
            provider(shop).begin(order)
        assert raised.value.after == timedelta(seconds=10)
        assert not raised.value.unknown
        assert shop.faults.passed.count("card.begin.before") == calls

    def test_a_failure_is_not_in_a_row_with_one_of_ten_minutes_ago(self, shop: Shop, order: Order) -> None:
        fails(shop, order, 2)
        shop.clock.advance(timedelta(minutes=10))
        fails(shop, order, 2)
        found = breaker(shop)
        assert found is not None
        assert (found.failures, found.open) == (2, False)

    @pytest.mark.parametrize(
        "error",
        [
            ProviderRejected("currency"),
            UnknownPayment("x"),
            ProviderUnavailable("429", unknown=False, down=False),
            OtherAccount("card", "restore the credentials"),
            ZeroDivisionError("a bug"),
        ],
    )
    def test_an_answer_that_concerns_one_order_is_no_failure(
        self, shop: Shop, order: Order, error: Exception
    ) -> None:
        for _ in range(5):
            shop.faults.at("card.begin.before", error)
            with pytest.raises(type(error)):
                provider(shop).begin(order)
        assert breaker(shop) is None

    def test_an_answer_ends_a_row_of_failures_and_being_throttled_does_not(self, shop: Shop, order: Order) -> None:
        fails(shop, order, 2)
        shop.faults.at("card.begin.before", ProviderUnavailable("429", down=False))
        with pytest.raises(ProviderUnavailable):
            provider(shop).begin(order)
        assert breaker(shop) is not None
        shop.faults.at("card.begin.before", ProviderRejected("currency"))
        with pytest.raises(ProviderRejected):
            provider(shop).begin(order)
        assert breaker(shop) is None

    @pytest.mark.parametrize(
        ("point", "call"),
        [
            ("card.begin.before", lambda provider, order: provider.begin(order)),
            ("card.look", lambda provider, order: provider.look(order.payments[0].id)),
            ("card.since", lambda provider, order: provider.since(order.placed_at)),
        ],
    )
    def test_refused_credentials_open_it_at_once_whatever_the_call(
        self, shop: Shop, order: Order, point: str, call: Callable[[PaymentProvider, Order], object]
    ) -> None:
        shop.faults.at(point, REFUSED)
        with pytest.raises(WrongAccount):
            call(provider(shop), order)
        with pytest.raises(ProviderNotCalled):
            provider(shop).begin(order)
        assert told(shop) == [AlertKind.PROVIDER_REFUSES]

    def test_looks_that_are_refused_meanwhile_do_not_put_off_the_probe(self, shop: Shop, order: Order) -> None:
        for _ in range(5):
            shop.faults.at("card.look", REFUSED)
            with pytest.raises(WrongAccount):
                provider(shop).look(order.payments[0].id)
            shop.clock.advance(timedelta(seconds=2))
        assert provider(shop).begin(order).payment_id == order.payments[0].id
        assert breaker(shop) is None

    def test_looks_are_neither_counted_nor_held_back(self, shop: Shop, order: Order) -> None:
        for _ in range(5):
            shop.faults.at("card.look", DOWN)
            with pytest.raises(ProviderUnavailable):
                provider(shop).look(order.payments[0].id)
        assert breaker(shop) is None
        fails(shop, order)
        assert provider(shop).look(order.payments[0].id).payment_id == order.payments[0].id
        found = breaker(shop)
        assert found is not None
        assert found.open

    def test_a_charge_is_held_back_and_counted_as_a_payment(self, shop: Shop, order: Order) -> None:
        for _ in range(3):
            shop.faults.at("card.charge.before", DOWN)
            with pytest.raises(ProviderUnavailable):
                provider(shop).charge(order, "method")
        with pytest.raises(ProviderNotCalled):
            provider(shop).charge(order, "method")

    @pytest.mark.parametrize("error", [StorageUnavailable("slow"), Conflict("busy")])
    def test_a_breaker_that_cannot_be_stored_hides_no_error_and_no_payment(
        self, shop: Shop, order: Order, error: Exception
    ) -> None:
        shop.faults.at("breaker.save", error)
        fails(shop, order, 2)
        shop.faults.at("breaker.save", error)
        assert provider(shop).begin(order).payment_id == order.payments[0].id


class TestClosing:
    """One probe at a time closes it."""

    def test_after_the_pause_one_probe_is_allowed_and_its_success_closes_it(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        shop.clock.advance(timedelta(seconds=10))
        assert provider(shop).begin(order).payment_id == order.payments[0].id
        assert breaker(shop) is None
        assert provider(shop).begin(order).payment_id == order.payments[0].id

    def test_each_failed_probe_doubles_the_pause_up_to_five_minutes(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        pauses = []
        for _ in range(7):
            with pytest.raises(ProviderNotCalled) as raised:
                provider(shop).begin(order)
            pauses.append(raised.value.after.total_seconds())
            shop.clock.advance(raised.value.after)
            fails(shop, order, 1)
        assert pauses == [10, 20, 40, 80, 160, 300, 300]

    def test_while_one_process_probes_all_others_wait(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        shop.clock.advance(timedelta(seconds=10))
        met: list[str] = []

        class Slow(type(card(shop))):  # type: ignore[misc]  # another tap comes while the probe waits for its answer
            def begin(self, order: Order) -> object:
                with pytest.raises(ProviderNotCalled):
                    provider(shop).begin(order)
                met.append("held back")
                return super().begin(order)

        card(shop).__class__ = Slow
        slow = CircuitBreaker(card(shop), shop.breakers, shop.clock)
        assert slow.begin(order).payment_id == order.payments[0].id
        assert met == ["held back"]
        assert breaker(shop) is None

    def test_a_probe_whose_process_ends_leaves_the_next_one_after_half_a_minute(
        self, shop: Shop, order: Order
    ) -> None:
        fails(shop, order)
        shop.clock.advance(timedelta(seconds=10))
        shop.faults.at("card.begin.before", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            provider(shop).begin(order)
        with pytest.raises(ProviderNotCalled) as raised:
            provider(shop).begin(order)
        assert raised.value.after == timedelta(seconds=30)
        shop.clock.advance(raised.value.after)
        assert provider(shop).begin(order).payment_id == order.payments[0].id


class TestSeveralProcesses:
    """Processes that know an older state lose nothing."""

    def test_failures_of_processes_that_do_not_know_each_others_are_counted(self, shop: Shop, order: Order) -> None:
        for _ in range(3):
            shop.faults.at("card.begin.before", DOWN)
            with pytest.raises(ProviderUnavailable):
                behind(shop, Stale(shop.breakers, None)).begin(order)
        found = breaker(shop)
        assert found is not None
        assert found.open

    def test_a_failure_that_began_before_the_breaker_opened_does_not_lengthen_the_pause(
        self, shop: Shop, order: Order
    ) -> None:
        fails(shop, order)
        before = breaker(shop)
        shop.faults.at("card.begin.before", DOWN)
        with pytest.raises(ProviderUnavailable):
            behind(shop, Stale(shop.breakers, None)).begin(order)
        assert breaker(shop) == before

    def test_a_process_that_still_knows_it_as_open_reads_that_it_is_closed(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        stale = Stale(shop.breakers, breaker(shop))
        shop.clock.advance(timedelta(seconds=10))
        provider(shop).begin(order)
        fails(shop, order, 1)
        assert behind(shop, stale).begin(order).payment_id == order.payments[0].id

    def test_of_two_probes_at_once_one_is_sent(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        found = breaker(shop)
        assert found is not None
        shop.clock.advance(timedelta(seconds=10))
        assert shop.breakers.save("card", found, found.probed(shop.clock()))
        late = Stale(shop.breakers, found, reads=[found])
        calls = shop.faults.passed.count("card.begin.before")
        with pytest.raises(ProviderNotCalled):
            behind(shop, late).begin(order)
        assert shop.faults.passed.count("card.begin.before") == calls


class TestCost:
    """When all is well, it costs nothing."""

    def test_without_failures_nothing_is_read_and_nothing_written(self, shop: Shop, order: Order) -> None:
        before = len(shop.faults.passed)
        provider(shop).begin(order)
        provider(shop).look(order.payments[0].id)
        assert shop.faults.passed[before:] == ["card.begin.before", "card.begin.after", "card.look"]

    def test_a_failure_and_the_success_after_it_cost_one_write_each(self, shop: Shop, order: Order) -> None:
        before = len(shop.faults.passed)
        fails(shop, order, 1)
        provider(shop).begin(order)
        points = [point for point in shop.faults.passed[before:] if point.startswith("breaker")]
        assert points == ["breaker.save", "breaker.save"]


class TestTaps:
    """While it is open, no tap waits for the provider."""

    def test_paid_already_and_cancel_ask_nothing(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        before = len(shop.faults.passed)
        check_order(shop.open(), shop.payments, shop.context, order.id)
        cancel_order(shop.open(), shop.payments, shop.context, update(), order.id)
        assert not [point for point in shop.faults.passed[before:] if point.startswith("card")]

    def test_an_order_that_was_placed_meanwhile_is_kept(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        cancel_order(shop.open(), shop.payments, shop.context, update(), order.id)
        before = len(shop.faults.passed)
        with pytest.raises(ProviderNotCalled):
            places(shop)
        kept = shop.look().open_purchase
        assert kept is not None
        assert kept.waits_since == shop.clock()
        assert not [point for point in shop.faults.passed[before:] if point.startswith("card")]


class TestAlerts:
    """Operators read once that it is down, and once that it is up."""

    def test_one_alert_each_however_many_probes_fail(self, shop: Shop, order: Order) -> None:
        fails(shop, order, 2)
        assert told(shop) == []
        fails(shop, order, 1)
        for _ in range(4):
            shop.clock.advance(timedelta(minutes=5))
            fails(shop, order, 1)
        assert told(shop) == [AlertKind.PROVIDER_DOWN]
        shop.clock.advance(timedelta(minutes=5))
        provider(shop).begin(order)
        assert told(shop) == [AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_UP]

    def test_credentials_that_are_refused_during_an_outage_are_reported_too(self, shop: Shop, order: Order) -> None:
        fails(shop, order)
        for _ in range(2):
            shop.clock.advance(timedelta(minutes=5))
            shop.faults.at("card.begin.before", REFUSED)
            with pytest.raises(WrongAccount):
                provider(shop).begin(order)
        assert told(shop) == [AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_REFUSES]

    def test_two_processes_that_open_it_at_once_make_one_alert(self, shop: Shop, order: Order) -> None:
        fails(shop, order, 2)
        known = breaker(shop)
        for _ in range(2):
            shop.faults.at("card.begin.before", DOWN)
            with pytest.raises(ProviderUnavailable):
                behind(shop, Stale(shop.breakers, known)).begin(order)
        assert told(shop) == [AlertKind.PROVIDER_DOWN]


class Stale:
    """The breakers as a process sees them that has read this state up to 30 seconds ago."""

    def __init__(
        self, breakers: ProviderBreakers, known: ProviderBreaker | None, reads: list[ProviderBreaker] | None = None
    ) -> None:
        self._breakers = breakers
        self._known = known
        self._reads = reads or []
        self.save = breakers.save

    def known(self, _: str) -> ProviderBreaker | None:
        """Return the old state."""
        return self._known

    def read(self, provider: str) -> ProviderBreaker | None:
        """Return the state as it was read just before another process changed it, then the present one."""
        return self._reads.pop() if self._reads else self._breakers.read(provider)


def behind(shop: Shop, breakers: Stale) -> CircuitBreaker:
    """Return the provider as a process with these breakers sees it."""
    return CircuitBreaker(card(shop), breakers, shop.clock)
