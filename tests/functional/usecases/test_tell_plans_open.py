"""Each person who asked is notified once when plans can be bought, whatever fails in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.contract import entry
from tests.fakes.faults import Crash
from tests.fakes.plans import Plans
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.purchases import buys
from tests.unit.plans import LANGUAGES, PRO
from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.waiters import waiter_shard
from vpnbot.errors import StorageUnavailable, TelegramUnavailable
from vpnbot.usecases.people.change_profile import join_plans_waitlist
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.plans.keep_plans import Edit, add_plan, change_plan
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def asks(shop: Shop, user_id: int) -> None:
    """Let a person open the bot and ask to be told when plans open."""
    shop.arrives(user_id)
    join_plans_waitlist(shop.open(user_id), shop.context, update())


def opens(shop: Shop) -> None:
    """Sell the first plan."""
    assert add_plan(shop.sales, shop.context, PRO, Edit(entry(update()), LANGUAGES)).opened


def told(shop: Shop) -> list[int]:
    """Return who was notified that plans are open, each as often as that happened."""
    users = {shop.person_id(user_id): user_id for user_id in range(1, 100)}
    return [users[sent.person_id] for sent in shop.sender.said if sent.kind is NotificationKind.PLANS_OPEN]


def waiting(shop: Shop) -> int:
    """Return how many people are on the list."""
    with shop.faults.quiet():
        partitions = [*(f"WAIT#plans#{shard}" for shard in range(16)), "WAITLIST#plans"]
        return sum(len(shop.waiter_rows.page(partition, limit=1000)) for partition in partitions)


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """An empty shop."""
    return empty_shop


def test_each_person_on_the_list_is_notified_once_with_the_lowest_price(shop: Shop) -> None:
    for user_id in (1, 2, 3):
        asks(shop, user_id)
    shop.arrives(4)
    opens(shop)
    shop.settles()
    assert sorted(told(shop)) == [1, 2, 3]
    assert {sent.arguments["price"] for sent in shop.sender.said} == {"199 XTR"}
    assert waiting(shop) == 0
    assert shop.index.next_due() is None
    assert not shop.look(1).user.wants_plans
    assert shop.history(1)[-1].startswith("event:plans_open:2026-03-01T12:00:00.000000Z/")


def test_many_people_are_notified_in_slices_of_48_seconds(shop: Shop) -> None:
    for user_id in range(1, 100):
        asks(shop, user_id)
    opens(shop)
    assert shop.turn.take("another job", shop.clock(), shop.clock() + timedelta(seconds=1))
    shop.turn.end("another job", shop.clock() + timedelta(seconds=1), shop.clock(), rate=1)
    shop.clock.advance(timedelta(minutes=1))
    began_at = shop.clock()
    shop.minute()
    assert (len(told(shop)), waiting(shop)) == (48, 51)
    assert timedelta(seconds=47) <= shop.clock() - began_at < timedelta(seconds=50)
    shop.minute()
    assert (len(told(shop)), waiting(shop)) == (96, 3)
    shop.settles()
    assert sorted(told(shop)) == list(range(1, 100))


def test_a_person_whom_an_earlier_release_has_listed_is_notified_once(shop: Shop) -> None:
    """The mark is the same; the row is in the partition of that release, or in both."""
    for user_id in (1, 2, 3):
        asks(shop, user_id)
    session = shop.open(1)
    session.commit(session.person, effects=[Put("WAITLIST#plans", shop.person_id(1))])
    only_there = shop.open(2)
    shard = waiter_shard(shop.person_id(2))
    rows: list[Effect] = [Delete(f"WAIT#plans#{shard}", shop.person_id(2)), Put("WAITLIST#plans", shop.person_id(2))]
    only_there.commit(only_there.person, effects=rows)
    opens(shop)
    shop.settles()
    assert sorted(told(shop)) == [1, 2, 3]
    assert waiting(shop) == 0


def test_a_crash_at_any_point_notifies_each_person_once() -> None:
    steps = _points_passed()
    assert steps > 10
    for step in range(steps):
        shop = shop_in_memory()
        for user_id in (1, 2):
            asks(shop, user_id)
        opens(shop)
        passed = len(shop.faults.passed)
        shop.faults.crash_at_step(step)
        with pytest.raises(Crash):
            shop.settles()
        shop.queue.claims.clear()
        shop.faults.clear()
        shop.settles(minutes=60)
        crashed_at = shop.faults.passed[passed + step]
        sent_again = crashed_at in {"say.after", "observe.before"}  # sent, and the process ended before it was stored
        assert sorted(set(told(shop))) == [1, 2], crashed_at
        assert len(told(shop)) <= 2 + sent_again, crashed_at
        assert waiting(shop) == 0
        assert shop.index.next_due() is None


def _points_passed() -> int:
    shop = shop_in_memory()
    for user_id in (1, 2):
        asks(shop, user_id)
    opens(shop)
    before = len(shop.faults.passed)
    shop.clock.advance(timedelta(minutes=1))
    shop.minute()
    return len(shop.faults.passed) - before


def test_a_person_who_has_deleted_their_data_is_not_notified(shop: Shop) -> None:
    asks(shop, 1)
    delete_data(shop.open(1), shop.fleet, shop.context, update())
    opens(shop)
    shop.settles()
    assert told(shop) == []
    assert shop.sales.plans.opening("2026-03-01T12:00:00.000000Z") is None


def test_a_row_without_a_wish_is_removed(shop: Shop) -> None:
    asks(shop, 1)
    session = shop.open(1)
    session.commit(replace(session.person, user=replace(session.person.user, wants_plans=False)))
    opens(shop)
    shop.settles()
    assert (told(shop), waiting(shop)) == ([], 0)


def test_a_person_who_has_bought_a_plan_meanwhile_is_not_notified(shop: Shop) -> None:
    asks(shop, 1)
    buys(shop, Plan("month", timedelta(days=30), devices=2), user_id=1)
    opens(shop)
    shop.settles()
    assert (told(shop), waiting(shop)) == ([], 0)


def test_a_paused_person_is_notified_of_the_next_opening(shop: Shop) -> None:
    asks(shop, 1)
    suspend(shop.open(1), shop.fleet, shop.context, update(), "admin:ann")
    opens(shop)
    shop.settles()
    assert (told(shop), waiting(shop)) == ([], 1)
    assert shop.index.next_due() is None


def test_a_shop_that_closes_again_at_once_notifies_no_one_and_keeps_the_list(shop: Shop) -> None:
    asks(shop, 1)
    opens(shop)
    change_plan(
        shop.sales, shop.context, "pro", lambda plan: replace(plan, hidden=True), Edit(entry(update()), LANGUAGES)
    )
    shop.settles()
    assert (told(shop), waiting(shop)) == ([], 1)
    assert shop.index.next_due() is None


def test_a_person_who_asks_again_is_notified_of_the_next_opening(shop: Shop) -> None:
    asks(shop, 1)
    opens(shop)
    shop.clock.advance(timedelta(minutes=1))
    shop.minute()
    plans = shop.sales.plans
    assert isinstance(plans, Plans)
    plans.stored = {}
    join_plans_waitlist(shop.open(1), shop.context, update())
    opens(shop)
    shop.settles()
    assert told(shop) == [1, 1]


def test_people_are_notified_later_while_telegram_asks_to_wait(shop: Shop) -> None:
    for user_id in (1, 2, 3):
        asks(shop, user_id)
    opens(shop)
    shop.faults.at("say.before", TelegramUnavailable("429", after=timedelta(seconds=40)))
    shop.settles()
    assert sorted(told(shop)) == [1, 2, 3]


def test_one_persons_trouble_does_not_keep_the_others_waiting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for user_id in (1, 2, 3):
        asks(shop, user_id)
    opens(shop)
    troubled, opened = shop.person_id(2), shop.people.open

    def open_with_trouble(person_id: str) -> object:
        if person_id == troubled:
            raise RuntimeError("a bug with this person")
        return opened(person_id)  # type: ignore[arg-type]  # a person id

    monkeypatch.setattr(shop.people, "open", open_with_trouble)
    shop.settles(minutes=5)
    assert sorted(told(shop)) == [1, 3]
    monkeypatch.undo()
    shop.settles(minutes=120)
    assert sorted(told(shop)) == [1, 2, 3]


def test_the_storage_is_asked_again_after_it_did_not_answer(shop: Shop) -> None:
    asks(shop, 1)
    opens(shop)
    shop.faults.at("commit.before", StorageUnavailable("no answer"))
    shop.settles()
    assert told(shop) == [1]
