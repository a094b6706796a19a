"""Two broadcasts at one time, two workers at one broadcast, many taps on its start: each person gets it once."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

import pytest

from tests.fakes.broadcasts import BroadcastsInMemory
from tests.fakes.clock import START
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.fakes.threads import ThreadsInVirtualTime
from tests.functional.usecases.test_run_broadcast import decides, now, received, running, written
from vpnbot.domain.broadcasts.broadcast import Broadcast, Kind, State
from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.payments.shop_settings import DEFAULT_BROADCAST_RATE
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff.acts import BroadcastAct
from vpnbot.errors import ClaimLost
from vpnbot.usecases.audience.walk import THREADS
from vpnbot.usecases.broadcasts.change_broadcast import ChangedMeanwhile, change_broadcast
from vpnbot.usecases.broadcasts.run_broadcast import BroadcastWork, run_broadcast
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts
from vpnbot.usecases.concurrency import run_concurrently

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
OTHER = "260301120000bbbbbb"
PEOPLE = 300


@pytest.fixture
def shop() -> Shop:
    """An empty shop."""
    return shop_in_memory()


def store(shop: Shop) -> BroadcastsInMemory:
    """Return the stored broadcasts."""
    assert isinstance(shop.staff.broadcasts, BroadcastsInMemory)
    return shop.staff.broadcasts


def workers_at_once(shop: Shop, pace: ThreadsInVirtualTime, errors: list[Exception]) -> None:
    """Let as many workers as there are broadcasts that are due begin together, and end."""
    bulk = replace(shop.bulk, pace=pace, concurrently=pace.concurrently)
    staff = shop.staff
    owners = [shop.person_id(user_id) for user_id in shop.admin_ids]
    ports = BroadcastPorts(staff.broadcasts, staff.deliveries, shop.people, bulk, shop.broadcast_sender, owners)

    def works(work: BroadcastWork) -> None:
        try:
            run_broadcast(work)
        except ClaimLost as error:
            errors.append(error)

    due = [item for item in shop.index.due(shop.clock(), 100) if item.sort_key.startswith("BROADCAST#")]
    claims = [claim for item in due if (claim := shop.index.claim(item, shop.clock())) is not None]
    works_on = [BroadcastWork(claim, ports, shop.context, shop.index) for claim in claims]
    run_concurrently([partial(works, work) for work in works_on])


def most_in_a_second(times: list[datetime]) -> int:
    """Return the largest number of times within a second, wherever it begins."""
    return max(sum(first <= time < first + SECOND for time in times) for first in times)


def test_two_broadcasts_of_one_minute_go_one_after_the_other_and_the_rate_is_that_of_one(shop: Shop) -> None:
    draft = written(shop, people=PEOPLE)
    at = shop.clock() + timedelta(hours=1)
    other = replace(draft, id=OTHER, version=0).with_content("en", Content("Other"))
    store(shop).save(None, other.scheduled(at, shop.clock()), Entry(update(), "scheduled", START, "admin:1"))
    decides(shop, draft.scheduled(at, shop.clock()))
    sent: list[tuple[datetime, str]] = []
    send = shop.broadcast_sender.send

    def records(broadcast: Broadcast, person: Person) -> int:
        sent.append((shop.clock(), broadcast.id))
        return send(broadcast, person)

    shop.broadcast_sender.send = records  # type: ignore[method-assign]  # records the times
    shop.clock.now = at
    pace = ThreadsInVirtualTime(shop.clock)
    for _ in range(12):
        began = shop.clock.now
        workers_at_once(shop, pace, [])
        shop.clock.now = max(shop.clock.now, began + MINUTE)
    assert {each.state for each in store(shop).stored.values()} == {State.DONE}
    assert Counter(name for _, name in sent) == {draft.id: PEOPLE, OTHER: PEOPLE}
    texts = shop.broadcast_sender.texts
    got = Counter((person, texts[person, number]) for person, number in shop.broadcast_sender.received)
    everybody = [shop.person_id(1000 + number) for number in range(PEOPLE)]
    assert got == Counter((person, text) for person in everybody for text in ("Hello", "Other"))
    in_order = [name for name, _ in groupby(name for _, name in sorted(sent))]
    assert len(in_order) == 2, "the other one begins when the first has ended"
    assert most_in_a_second([at for at, _ in sent]) <= DEFAULT_BROADCAST_RATE * 1.1 + THREADS


@pytest.mark.parametrize("kind", list(Kind))
def test_of_two_workers_at_one_broadcast_one_loses_and_nobody_gets_news_twice(shop: Shop, kind: Kind) -> None:
    """The first worker stands still in a call until its claim and its turn have ended; another one goes on."""
    running(shop, people=100, kind=kind)
    sent: list[str] = []

    def stands_still(person: Person) -> None:
        sent.append(person.id)
        if len(sent) == 30:
            shop.clock.advance(timedelta(seconds=100))
            shop.minute()
            assert len(sent) > 31, "the other worker has sent it to more people"

    shop.broadcast_sender.refuses = stands_still
    shop.minute()
    shop.settles(minutes=12)
    found = now(shop)
    assert found.state is State.DONE
    copies = received(shop)
    assert len(copies) == 100, "nobody is skipped"
    if kind is Kind.NEWS:
        assert max(copies.values()) == 1
        assert (found.figures.sent, found.figures.unsure) == (99, 1), "of the call that stood still it is not known"
    else:
        assert sum(copies.values()) <= 101
        assert found.figures.sent == 100


def test_of_forty_taps_at_once_on_its_start_one_starts_it(shop: Shop) -> None:
    draft = written(shop)
    people: list[int] = []

    def starts(number: int) -> Broadcast | None:
        entry = Entry("act:1:77", "started", shop.clock(), "admin:1")

        def started(each: Broadcast) -> Broadcast:
            people.append(number)
            return each.started(shop.clock(), audience=12)

        try:
            return change_broadcast(
                shop.staff.broadcasts, draft.id, entry, started, seen=draft.version, act=BroadcastAct.SEND
            )
        except ChangedMeanwhile as error:
            return error.current

    found = run_concurrently([partial(starts, number) for number in range(40)])
    assert {(each.state, each.version) for each in found if each is not None} == {(State.RUNNING, draft.version + 1)}
    assert [entry.what for entry in store(shop).entries.values()].count("started") == 1
