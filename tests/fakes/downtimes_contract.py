"""The storage contract for measured outages and for the people who were hurt by them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import FOLLOW_DOWNTIME, Due, kind_of
from vpnbot.domain.servers.downtime import Compensation, Downtime, Evidence, Verdict, hurt_shard
from vpnbot.domain.servers.hurt import Hurt, KeyElsewhere
from vpnbot.domain.servers.spans import Span
from vpnbot.errors import AlreadyDecided, Conflict

HOUR = timedelta(hours=1)
BEGUN = Downtime("nl", START, START, Evidence.SILENT, due=Due(START))
FULL = Downtime(
    "de-2",
    START,
    START + HOUR,
    Evidence.CORE_STOPPED,
    last_good_at=START - HOUR,
    first_good_at=START + 2 * HOUR,
    verdict=Verdict.DOWN,
    recorded_at=START + HOUR,
    frozen=True,
    compensation=Compensation.DONE,
    compensated_by="admin:1",
    compensated_at=START + 3 * HOUR,
    period=("de-2#260301120000", "nl#260301120000"),
    given_to=2,
    given_days=3,
)
HURT = Hurt(
    "a" * 32,
    (Span(START, START + HOUR), Span(START + 2 * HOUR, START + 3 * HOUR)),
    START + 4 * HOUR,
    ("de", "fi"),
    2,
    (Span(START, START + HOUR),),
    (KeyElsewhere("de", START, START + HOUR), KeyElsewhere("fi", START + 2 * HOUR)),
)


def entry(number: int) -> Entry:
    """Return the entry of a decision about a downtime."""
    return Entry(f"act:1:{number}", "judged", START, "admin:1")


class TestDowntimes:
    """Downtimes are versioned and listed by their beginning; each decision is made once."""

    @pytest.mark.parametrize("downtime", [BEGUN, FULL])
    def test_a_downtime_is_read_as_it_was_written(self, shop: Shop, downtime: Downtime) -> None:
        downtimes = shop.staff.downtimes
        assert downtimes.observe(None, downtime)
        assert downtimes.get(downtime.id) == replace(downtime, version=1)
        assert downtimes.last_of(downtime.server_id) == replace(downtime, version=1)
        assert downtimes.get("another#1") is None
        assert downtimes.last_of("d") is None

    def test_it_is_due_as_long_as_it_lasts(self, shop: Shop) -> None:
        shop.staff.downtimes.observe(None, BEGUN)
        (item,) = shop.index.due(START, 10)
        assert (kind_of(item), item.sort_key) == (FOLLOW_DOWNTIME, f"DOWNTIME#{BEGUN.id}")
        stored = shop.staff.downtimes.get(BEGUN.id)
        assert stored is not None
        assert shop.staff.downtimes.observe(stored, replace(stored, due=None))
        assert shop.index.due(START, 10) == []

    def test_an_observation_is_written_only_over_what_was_read(self, shop: Shop) -> None:
        downtimes = shop.staff.downtimes
        assert downtimes.observe(None, BEGUN)
        assert not downtimes.observe(None, BEGUN)
        first = downtimes.get(BEGUN.id)
        assert first is not None
        assert downtimes.observe(first, first.ended(START + HOUR))
        assert not downtimes.observe(first, first.still_bad(Evidence.SILENT, START + HOUR))
        stored = downtimes.get(BEGUN.id)
        assert stored is not None
        assert (stored.first_good_at, stored.version) == (START + HOUR, 2)

    def test_a_decision_is_made_once_and_about_the_stored_version_alone(self, shop: Shop) -> None:
        downtimes = shop.staff.downtimes
        downtimes.observe(None, BEGUN)
        first = downtimes.get(BEGUN.id)
        assert first is not None
        second = downtimes.decide(first, first.judged(Verdict.DOWN), entry(1))
        assert second.version == 2
        with pytest.raises(AlreadyDecided):
            downtimes.decide(second, second.judged(Verdict.NOT_DOWN), entry(1))
        with pytest.raises(Conflict):
            downtimes.decide(first, first.judged(Verdict.NOT_DOWN), entry(2))
        assert downtimes.get(BEGUN.id) == second
        assert [downtimes.decided(f"act:1:{number}") for number in (1, 2)] == [True, False]

    def test_they_are_listed_by_their_beginning_whatever_their_server(self, shop: Shop) -> None:
        names = ["se", "de", "nl", "fi"]
        for number, name in enumerate(names):
            shop.staff.downtimes.observe(None, replace(BEGUN, server_id=name, first_bad_at=START + number * HOUR))
        first = shop.staff.downtimes.latest(limit=2)
        second = shop.staff.downtimes.latest(before=first[-1].first_bad_at, limit=3)
        assert [each.server_id for each in (*first, *second)] == names[::-1]
        assert [each.server_id for each in shop.staff.downtimes.since(START + HOUR)] == names[1:]

    def test_the_last_one_of_a_server_is_its_newest(self, shop: Shop) -> None:
        for number in (1, 3, 2):
            shop.staff.downtimes.observe(None, replace(BEGUN, first_bad_at=START + number * HOUR))
        shop.staff.downtimes.observe(None, replace(BEGUN, server_id="nl-2", first_bad_at=START + 9 * HOUR))
        last = shop.staff.downtimes.last_of("nl")
        assert last is not None
        assert last.first_bad_at == START + 3 * HOUR


class TestHurtPeople:
    """What is recorded about a person is written as a whole."""

    def test_a_row_is_read_as_it_was_written_and_replaced(self, shop: Shop) -> None:
        shop.staff.hurt.put(FULL, HURT)
        assert shop.staff.hurt.get(FULL.id, HURT.person) == HURT
        assert shop.staff.hurt.get(BEGUN.id, HURT.person) is None
        shop.staff.hurt.put(FULL, Hurt(HURT.person))
        assert shop.staff.hurt.get(FULL.id, HURT.person) == Hurt(HURT.person)

    def test_pages_have_all_of_them(self, shop: Shop) -> None:
        people = [f"{number:032x}" for number in range(40)]
        for person in people:
            shop.staff.hurt.put(FULL, Hurt(person))
        found: list[str] = []
        for shard in range(16):
            last = ""
            while page := shop.staff.hurt.page(FULL.id, shard, after=last, limit=2):
                assert {hurt_shard(row.person) for row in page} == {shard}
                found += [row.person for row in page]
                last = page[-1].person
        assert sorted(found) == people
