"""A broadcast goes to everybody it is for, to each once, whatever fails in between."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.fakes.broadcasts import BroadcastsInMemory, DeliveriesInMemory
from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.roles import becomes
from tests.fakes.shop import Shop, shop_in_memory, update
from vpnbot.domain.broadcasts.broadcast import Broadcast, Figures, Kind, State
from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.broadcasts.delivery import Outcome
from vpnbot.domain.broadcasts.sender import taken_by
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Role
from vpnbot.errors import MessageRefused, TelegramUnavailable, Unreachable, UnreadableItem
from vpnbot.usecases import ports
from vpnbot.usecases.people.change_profile import switch_news
from vpnbot.usecases.ports import Metric

PEOPLE = 12
AUTHOR = 1000
ID = "260301120000aaaaaa"


def store(shop: Shop) -> BroadcastsInMemory:
    """Return the stored broadcasts."""
    assert isinstance(shop.staff.broadcasts, BroadcastsInMemory)
    return shop.staff.broadcasts


def now(shop: Shop) -> Broadcast:
    """Return the broadcast as stored."""
    return store(shop).stored[ID]


def outcomes(shop: Shop) -> Counter[Outcome]:
    """Return how many people have each outcome."""
    assert isinstance(shop.staff.deliveries, DeliveriesInMemory)
    return Counter(each.outcome for each in shop.staff.deliveries.stored.values())


def written(shop: Shop, people: int = PEOPLE, kind: Kind = Kind.NEWS) -> Broadcast:
    """Store a draft of the first person, an administrator, in a shop with this many people."""
    for number in range(people):
        shop.arrives(1000 + number)
    becomes(shop, AUTHOR, Role.ADMIN)
    shop.clock.advance(timedelta(minutes=1))
    draft = Broadcast(ID, shop.person_id(AUTHOR), kind=kind, made_at=START).with_content("en", Content("Hello"))
    return store(shop).save(None, draft, Entry("update:1:1", "written", START, "admin:1"))


def decides(shop: Shop, after: Broadcast) -> Broadcast:
    """Let a member of the staff change the broadcast."""
    return store(shop).save(now(shop), after, Entry(update(), "changed", shop.clock(), "admin:1"))


def running(shop: Shop, people: int = PEOPLE, kind: Kind = Kind.NEWS) -> Broadcast:
    """Start a broadcast."""
    begun = written(shop, people, kind).started(shop.clock())
    return decides(shop, taken_by(begun, begun.author, 7))


def received(shop: Shop) -> Counter[str]:
    """Return how many messages reached each person."""
    return Counter(person for person, _ in shop.broadcast_sender.received)


@pytest.fixture
def shop() -> Shop:
    """An empty shop."""
    return shop_in_memory()


def test_everybody_gets_it_once_and_the_figures_are_counted(shop: Shop) -> None:
    running(shop)
    shop.settles(minutes=3)
    assert received(shop) == Counter([shop.person_id(1000 + number) for number in range(PEOPLE)])
    found = now(shop)
    assert (found.state, found.figures, found.due) == (State.DONE, Figures(sent=PEOPLE), None)
    assert shop.broadcast_sender.reported[-1].figures == Figures(sent=PEOPLE)
    shop.settles(minutes=5)
    assert len(shop.broadcast_sender.received) == PEOPLE


def test_who_comes_after_the_start_or_wants_no_news_does_not_get_it(shop: Shop) -> None:
    written(shop)
    switch_news(shop.open(1001), shop.context, update(), wanted=False)
    decides(shop, now(shop).started(shop.clock()))
    shop.clock.advance(timedelta(seconds=1))
    shop.arrives(77)
    shop.settles(minutes=3)
    assert len(received(shop)) == PEOPLE - 1
    assert {shop.person_id(77), shop.person_id(1001)}.isdisjoint(received(shop))
    assert now(shop).state is State.DONE


def test_a_scheduled_broadcast_begins_at_its_time(shop: Shop) -> None:
    draft = written(shop)
    at = shop.clock() + timedelta(hours=5)
    decides(shop, draft.scheduled(at, shop.clock()))
    shop.until(at - timedelta(minutes=1))
    assert now(shop).state is State.SCHEDULED
    shop.until(at + timedelta(minutes=4), step=timedelta(minutes=1))
    assert now(shop).state is State.DONE
    assert now(shop).started_at is not None
    assert len(received(shop)) == PEOPLE


def test_a_start_that_was_missed_for_twelve_hours_is_not_made(shop: Shop) -> None:
    draft = written(shop)
    decides(shop, draft.scheduled(shop.clock() + timedelta(hours=1), shop.clock()))
    shop.clock.advance(timedelta(hours=13, minutes=1))
    shop.settles(minutes=3)
    assert (now(shop).state, received(shop)) == (State.ASLEEP, Counter())
    assert shop.broadcast_sender.reported[-1].state is State.ASLEEP


def test_a_pause_stops_it_within_a_second_and_it_goes_on_with_the_others(shop: Shop) -> None:
    running(shop, people=100)
    seen: list[Person] = []

    def pauses(person: Person) -> None:
        seen.append(person)
        if len(seen) == 4:
            decides(shop, now(shop).paused())

    shop.broadcast_sender.refuses = pauses
    shop.settles(minutes=5)
    assert now(shop).state is State.PAUSED
    assert 4 <= len(received(shop)) <= 4 + 20 + 4, "a second at the highest rate, and the calls in flight"
    decides(shop, now(shop).resumed(shop.clock()))
    shop.settles(minutes=5)
    assert received(shop) == Counter([shop.person_id(1000 + number) for number in range(100)])
    assert now(shop).state is State.DONE


def test_after_429_nobody_is_skipped_and_nobody_gets_it_twice(shop: Shop) -> None:
    running(shop)
    asked: Iterator[int] = iter((1, 35, 400))

    def refuses(_: Person) -> None:
        wait = next(asked, None)
        if wait is not None:
            raise TelegramUnavailable("wait", after=timedelta(seconds=wait))

    shop.broadcast_sender.refuses = refuses
    shop.settles(minutes=20)
    assert received(shop) == Counter([shop.person_id(1000 + number) for number in range(PEOPLE)])
    assert now(shop).figures == Figures(sent=PEOPLE)


def test_who_has_blocked_the_bot_is_counted(shop: Shop) -> None:
    running(shop)
    blocked = {shop.person_id(1003), shop.person_id(1005)}

    def refuses(person: Person) -> None:
        if person.id in blocked:
            raise Unreachable("blocked")

    shop.broadcast_sender.refuses = refuses
    shop.settles(minutes=3)
    assert now(shop).figures == Figures(sent=PEOPLE - 2, blocked=2)


def test_a_message_that_telegram_refuses_pauses_after_twenty_people(shop: Shop) -> None:
    running(shop, people=60)

    def refuses(_: Person) -> None:
        raise MessageRefused("wrong file identifier")

    shop.broadcast_sender.refuses = refuses
    shop.settles(minutes=5)
    found = now(shop)
    assert (found.state, found.reason) == (State.PAUSED, "wrong file identifier")
    assert 20 <= outcomes(shop)[Outcome.FAILED] < 60
    assert shop.broadcast_sender.reported[-1].reason == "wrong file identifier"


def test_what_was_sent_is_deleted_from_all_chats(shop: Shop) -> None:
    running(shop)
    shop.settles(minutes=3)
    decides(shop, now(shop).deletion_begun(shop.clock()))
    shop.settles(minutes=3)
    assert received(shop) == Counter()
    assert now(shop).state is State.DELETED
    assert outcomes(shop) == Counter({Outcome.DELETED: PEOPLE})


def many(shop: Shop, kind: Kind) -> None:
    """Start a broadcast to more people than one slice reaches."""
    running(shop, people=1200, kind=kind)


def test_a_person_who_was_passed_over_in_an_early_slice_is_tried_again_in_another_round(shop: Shop) -> None:
    many(shop, Kind.SERVICE)
    failed: list[str] = []

    def fails_once(person: Person) -> None:
        if not failed:
            failed.append(person.id)
            raise RuntimeError("a bug")

    shop.broadcast_sender.refuses = fails_once
    shop.settles(minutes=15)
    assert received(shop)[failed[0]] == 1
    assert now(shop).figures == Figures(sent=1200)
    assert shop.meter.counts[Metric.BUGS] == 1


def test_a_person_whose_visit_always_fails_is_counted_as_failed_in_the_end(shop: Shop) -> None:
    running(shop)
    someone = shop.person_id(1004)
    people = shop.people.open

    def opens(person_id: PersonId) -> ports.Session:
        if person_id == someone:
            raise UnreadableItem("USER")
        return people(person_id)

    shop.people.open = opens  # type: ignore[method-assign]  # one person's data cannot be read
    shop.settles(minutes=30)
    assert now(shop).figures == Figures(sent=PEOPLE - 1, failed=1)
    assert now(shop).state is State.DONE


def test_after_a_pause_the_author_is_not_shown_that_it_runs(shop: Shop) -> None:
    running(shop, people=100)

    def pauses(_: Person) -> None:
        if now(shop).state is State.RUNNING:
            decides(shop, now(shop).paused())

    shop.broadcast_sender.refuses = pauses
    shop.settles(minutes=5)
    assert [each.state for each in shop.broadcast_sender.reported] == [State.PAUSED]


def test_a_scheduled_broadcast_knows_how_many_it_is_for(shop: Shop) -> None:
    draft = written(shop)
    decides(shop, draft.scheduled(shop.clock() + timedelta(hours=1), shop.clock()))
    shop.until(shop.clock() + timedelta(hours=1, minutes=4), step=timedelta(minutes=1))
    assert now(shop).audience == PEOPLE


def points(kind: Kind) -> int:
    """Return how many points the run of a small broadcast reaches."""
    shop = shop_in_memory()
    running(shop, people=3, kind=kind)
    before = len(shop.faults.passed)
    shop.settles(minutes=5)
    return len(shop.faults.passed) - before


@pytest.mark.parametrize("kind", list(Kind))
def test_after_a_crash_at_any_point_nobody_is_skipped_and_news_come_at_most_once(kind: Kind) -> None:
    crashes = 0
    for step in range(points(kind)):
        shop = shop_in_memory()
        running(shop, people=3, kind=kind)
        shop.faults.crash_at_step(step)
        for _ in range(2):
            try:
                shop.settles(minutes=12)
            except Crash:
                crashes += 1
                shop.queue.claims.clear()
        assert now(shop).state is State.DONE, step
        figures = now(shop).figures
        assert figures.sent + figures.unsure == 3, step
        reached = received(shop)
        if kind is Kind.NEWS:
            assert max(reached.values()) == 1, step
            assert figures.unsure <= 1, step
            assert len(reached) >= 2, step
        else:
            assert len(reached) == 3, step
            assert sum(reached.values()) <= 4, step
            assert figures.unsure == 0, step
    assert crashes > 20
