"""People whose orders waited for a payment provider are notified once when it works again, in slices."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.offers import offer_of
from tests.fakes.provider import FakeProvider
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import alerts, card
from tests.functional.usecases.purchases import MONTH
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.provider_waiters import provider_waiters
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.scheduling import PROBE_PROVIDER, DueItem
from vpnbot.domain.shop import SHOP
from vpnbot.errors import TelegramUnavailable
from vpnbot.usecases.payments import watch_provider
from vpnbot.usecases.payments.begin_payment import begin_payment
from vpnbot.usecases.payments.cancel_order import cancel_order
from vpnbot.usecases.payments.place_order import OrderRequest, place_order

DOWN = ProviderUnavailable("no answer")
PEOPLE = range(100, 160)


def goes_down(shop: Shop, name: str = "card") -> None:
    """Let the provider make no payment until it comes back."""
    shop.faults.at(f"{name}.begin.before", *(DOWN for _ in range(10_000)))


def comes_back(shop: Shop) -> None:
    """Let the provider make payments again."""
    shop.faults.clear()


def orders(shop: Shop, user_id: int, name: str = "card") -> Order:
    """Let a person place an order while the provider does not answer."""
    shop.arrives(user_id)
    offer = offer_of(MONTH)
    if name == "stars":
        offer = replace(offer, price=Money(199, "XTR"))
    request = OrderRequest(offer, name, "en")
    with pytest.raises(ProviderUnavailable):
        place_order(shop.open(user_id), shop.payments, shop.context, update(), request)
    order = shop.look(user_id).open_purchase
    assert order is not None
    return order


def told(shop: Shop) -> Counter[str]:
    """Return how often each person was notified that the provider works again."""
    kind = NotificationKind.PROVIDER_BACK
    return Counter(sent.person_id for sent in shop.sender.said if sent.kind is kind)


def probing(shop: Shop, name: str = "card") -> list[DueItem]:
    """Return the due work that probes the provider."""
    due = shop.index.due(shop.clock() + timedelta(days=365), 10_000)
    return [item for item in due if item.prefix == PROBE_PROVIDER.prefix]


class TestRecovery:
    """Each person who waits is notified once, and no other person."""

    @pytest.mark.parametrize("hours", [0.1, 5])
    def test_everybody_who_waits_is_notified_once_within_five_minutes(self, shop: Shop, hours: float) -> None:
        goes_down(shop)
        for user_id in PEOPLE:
            orders(shop, user_id)
        shop.days(hours / 24, step=timedelta(minutes=1))
        assert not told(shop)
        comes_back(shop)
        shop.settles(minutes=6)
        assert told(shop) == {shop.person_id(user_id): 1 for user_id in PEOPLE}
        assert all(shop.look(user_id).orders[0].payments for user_id in PEOPLE)
        assert not shop.waiters.waiting("card")
        kinds = [kind for kind, _ in alerts(shop) if kind in {AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_UP}]
        assert kinds == [AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_UP]
        shop.settles(minutes=120)
        assert not probing(shop)
        assert set(told(shop).values()) == {1}

    def test_during_the_outage_the_provider_gets_one_request_for_each_probe(self, shop: Shop) -> None:
        goes_down(shop)
        for user_id in PEOPLE:
            orders(shop, user_id)
        shop.settles(minutes=10)
        before = shop.faults.passed.count("card.begin.before")
        shop.settles(minutes=60)
        assert shop.faults.passed.count("card.begin.before") - before <= 60 / 5 + 2

    def test_one_worker_notifies_one_slice_at_a_time(self, shop: Shop) -> None:
        goes_down(shop)
        for user_id in PEOPLE:
            orders(shop, user_id)
        shop.settles(minutes=10)
        comes_back(shop)
        shop.clock.advance(timedelta(minutes=5))
        slices = []
        while work := probing(shop):
            (item,) = work
            claim = shop.index.claim(item, shop.clock())
            assert claim is not None
            before = len(shop.sender.said)
            shop.work(claim)
            slices.append(len(shop.sender.said) - before)
        assert slices == [watch_provider.SLICE, watch_provider.SLICE, len(PEOPLE) - 2 * watch_provider.SLICE]

    def test_an_outage_without_people_ends_by_a_probe(self, shop: Shop) -> None:
        goes_down(shop)
        order = orders(shop, 100)
        cancel_order(shop.open(100), shop.payments, shop.context, update(), order.id)
        assert not shop.waiters.waiting("card")
        shop.faults.at("card.probe", *(DOWN for _ in range(10_000)))
        shop.settles(minutes=20)
        assert [kind for kind, _ in alerts(shop)] == [AlertKind.PROVIDER_DOWN]
        comes_back(shop)
        shop.settles(minutes=6)
        assert [kind for kind, _ in alerts(shop)] == [AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_UP]
        assert not told(shop)
        assert not probing(shop)

    def test_a_provider_whose_other_calls_work_does_not_come_up_while_people_wait(self, shop: Shop) -> None:
        goes_down(shop)  # `probe` and `look` work all the time
        orders(shop, 100)
        shop.settles(minutes=60)
        assert [kind for kind, _ in alerts(shop)] == [AlertKind.PROVIDER_DOWN]


class TestWhoIsNotNotified:
    """People who do not wait any more."""

    def test_a_person_who_has_chosen_another_way(self, shop: Shop) -> None:
        goes_down(shop)
        orders(shop, 100)
        request = OrderRequest(replace(offer_of(MONTH), price=Money(199, "XTR")), "stars", "en")
        place_order(shop.open(100), shop.payments, shop.context, update(), request)
        assert not shop.waiters.waiting("card")
        shop.settles(minutes=10)
        comes_back(shop)
        shop.settles(minutes=10)
        assert not told(shop)

    def test_a_person_whose_tap_made_the_payment(self, shop: Shop) -> None:
        goes_down(shop)
        order = orders(shop, 100)
        comes_back(shop)
        page = begin_payment(shop.open(100), shop.payments, shop.context, order)
        assert page.link is not None
        assert page.order.waits_since is None
        assert not shop.waiters.waiting("card")
        shop.settles(minutes=10)
        assert not told(shop)


class TestOtherProviders:
    """Providers without keys, and providers that cannot be asked for one payment."""

    @pytest.fixture
    def crypto(self, shop: Shop) -> FakeProvider:
        """A provider that makes another payment for each request."""
        found = card(shop)
        found.abilities = replace(found.abilities, idempotent=False)
        return found

    def test_in_stars_a_link_is_the_probe_and_the_person_is_notified(self, shop: Shop) -> None:
        goes_down(shop, "stars")
        order = orders(shop, 100, "stars")
        shop.settles(minutes=10)
        comes_back(shop)
        shop.settles(minutes=6)
        assert told(shop) == {shop.person_id(100): 1}
        kept = shop.look(100).order(order.id)
        assert kept is not None
        assert kept.open
        assert kept.waits_since is None

    def test_without_keys_nothing_is_made_and_the_person_is_notified(self, shop: Shop, crypto: FakeProvider) -> None:
        goes_down(shop)
        shop.faults.at("card.probe", *(DOWN for _ in range(10_000)))
        orders(shop, 100)
        shop.settles(minutes=10)
        comes_back(shop)
        shop.settles(minutes=6)
        assert told(shop) == {shop.person_id(100): 1}
        assert not crypto.payments

    def test_without_keys_a_payment_whose_answer_was_lost_is_found(self, shop: Shop, crypto: FakeProvider) -> None:
        shop.faults.at("card.begin.after", DOWN)
        orders(shop, 100)
        shop.settles(minutes=6)
        assert told(shop) == {shop.person_id(100): 1}
        assert [payment.id for payment in shop.look(100).orders[0].payments] == list(crypto.payments)

    def test_a_second_outage_of_the_same_order_is_announced_again(self, shop: Shop) -> None:
        for times in (1, 2):
            goes_down(shop, "stars")
            order = shop.look(100).open_purchase
            if order is None:
                orders(shop, 100, "stars")
            else:
                with pytest.raises(ProviderUnavailable):
                    begin_payment(shop.open(100), shop.payments, shop.context, order)
            comes_back(shop)
            shop.settles(minutes=6)
            assert told(shop) == {shop.person_id(100): times}


class TestTroubleWithOnePerson:
    """One order that fails does not keep the others waiting."""

    def test_an_order_for_which_the_provider_always_fails(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        goes_down(shop)
        for user_id in PEOPLE[:10]:
            orders(shop, user_id)
        first = shop.waiters.waiting("card")[0]
        shop.settles(minutes=10)
        comes_back(shop)
        begin = card(shop).begin

        def fails_for_one(order: Order) -> object:
            if order.person == first:
                shop.faults.at("card.begin.before", DOWN)
            return begin(order)

        monkeypatch.setattr(card(shop), "begin", fails_for_one)
        shop.settles(minutes=15)
        assert told(shop) == {
            shop.person_id(user_id): 1 for user_id in PEOPLE[:10] if shop.person_id(user_id) != first
        }

    def test_telegram_that_does_not_answer_delays_the_words_and_loses_none(self, shop: Shop) -> None:
        goes_down(shop)
        for user_id in PEOPLE[:10]:
            orders(shop, user_id)
        shop.settles(minutes=10)
        comes_back(shop)
        shop.faults.at("say.before", *(TelegramUnavailable("429") for _ in range(4)))
        shop.settles(minutes=30)
        assert told(shop) == {shop.person_id(user_id): 1 for user_id in PEOPLE[:10]}

    @pytest.mark.parametrize("step", range(0, 40, 3))
    def test_a_crash_anywhere_notifies_nobody_twice_and_forgets_nobody(self, shop: Shop, step: int) -> None:
        goes_down(shop)
        for user_id in PEOPLE[:4]:
            orders(shop, user_id)
        shop.settles(minutes=10)
        comes_back(shop)
        shop.clock.advance(timedelta(minutes=5))
        (item,) = probing(shop)
        claim = shop.index.claim(item, shop.clock())
        assert claim is not None
        shop.faults.crash_at_step(step)
        try:
            shop.work(claim)
        except Crash:
            shop.faults.clear()
        shop.settles(minutes=90)
        counted = told(shop)
        assert set(counted) == {shop.person_id(user_id) for user_id in PEOPLE[:4]}
        assert sum(counted.values()) <= 5  # a crash between the sending and its commit repeats one message
        assert not probing(shop)


def test_an_open_breaker_is_probed_although_no_row_has_an_order(shop: Shop) -> None:
    goes_down(shop)
    for user_id in PEOPLE[:3]:
        order = orders(shop, user_id)
        cancel_order(shop.open(user_id), shop.payments, shop.context, update(), order.id)
    shop.people.table.put_counter(provider_waiters("card"), shop.person_id(100), 0, 0)  # type: ignore[attr-defined]  # in memory
    comes_back(shop)
    shop.settles(minutes=6)
    assert [kind for kind, _ in alerts(shop)] == [AlertKind.PROVIDER_DOWN, AlertKind.PROVIDER_UP]
    assert shop.breakers.read("card") is None
    assert not probing(shop)


def test_a_row_without_an_order_is_removed(shop: Shop) -> None:
    goes_down(shop)
    order = orders(shop, 100)
    comes_back(shop)
    begin_payment(shop.open(100), shop.payments, shop.context, order)
    shop.people.table.put_counter(provider_waiters("card"), shop.person_id(100), 0, 0)  # type: ignore[attr-defined]  # in memory
    shop.settles(minutes=6)
    assert not shop.waiters.waiting("card")
    assert not told(shop)
    assert SHOP not in {item.partition for item in probing(shop)}


class TestTurn:
    """People are notified only by the job that has the turn, and while Telegram may be called."""

    def test_it_waits_for_the_turn_and_comes_before_a_broadcast(self, shop: Shop) -> None:
        goes_down(shop)
        for user_id in PEOPLE:
            orders(shop, user_id)
        shop.settles(minutes=10)
        comes_back(shop)
        now = shop.clock()
        assert shop.turn.take("5-news#2026#b", now, now + timedelta(minutes=3)) is not None
        shop.settles(minutes=2)
        assert not told(shop)
        assert shop.turn.take("5-news#2026#b", shop.clock() + timedelta(minutes=1), shop.clock()) is None, "held"
        shop.settles(minutes=6)
        assert told(shop) == {shop.person_id(user_id): 1 for user_id in PEOPLE}
        assert shop.turn.take("5-news#2026#b", shop.clock(), shop.clock() + timedelta(minutes=3)) is not None

    def test_nobody_is_notified_before_the_time_that_telegram_has_asked_for(self, shop: Shop) -> None:
        goes_down(shop)
        for user_id in PEOPLE:
            orders(shop, user_id)
        shop.settles(minutes=10)
        comes_back(shop)
        until = shop.clock() + timedelta(minutes=20)
        shop.turn.pause(until, shop.clock())
        shop.settles(minutes=6)
        assert [item.due_at for item in probing(shop)] == [until]
        shop.settles(minutes=30)
        assert told(shop) == {shop.person_id(user_id): 1 for user_id in PEOPLE}
