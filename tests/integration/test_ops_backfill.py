"""`python -m ops backfill audience`: people whom an earlier release has stored are listed in the index."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ops import backfill
from tests.fakes.clock import START
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.audience.facts import audience_shard
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.errors import StorageUnavailable
from vpnbot.storage.audience.backfill import listed as list_person
from vpnbot.storage.audience.people import AUDIENCE, BACKFILL, StoredAudience
from vpnbot.storage.codec import to_record
from vpnbot.storage.people.people import People
from vpnbot.storage.table import Record, bind

EARLIER = datetime(2026, 11, 20, tzinfo=UTC)
PEOPLE = [PersonId(f"{number:032x}") for number in range(1, 13)]
EVERYBODY = Segment(SegmentKind.EVERYBODY).criteria(START)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        bind(operator.deploy()["TableName"])
        yield operator


def store_as_an_earlier_release(person_id: PersonId) -> None:
    to_record(person_id, User(version=1, chat_id=1, language="en", met_at=EARLIER)).save()
    to_record(person_id, Subscription()).save()


def listed() -> list[PersonId]:
    audience = StoredAudience()
    return sorted(person_id for shard in range(16) for person_id, _ in audience.page(shard))


def test_everybody_who_is_known_is_listed_once_and_as_a_commit_would(operator: OperatorCommandLine) -> None:
    for person_id in PEOPLE:
        store_as_an_earlier_release(person_id)
    gone = User(version=1, chat_id=1, met_at=EARLIER).deleted(EARLIER, Due(EARLIER))
    to_record(PersonId("f" * 32), gone).save()
    audience = StoredAudience()
    assert (audience.count(EVERYBODY), audience.complete()) == (0, False)
    before = Record.get(PEOPLE[0], "USER").serialize()

    result = operator.run("backfill", "audience")
    assert result.exit_code == 0
    assert "12 of 13 people were added or corrected. Everybody is listed." in result.output
    assert (listed(), audience.complete()) == (PEOPLE, True)
    after = Record.get(PEOPLE[0], "USER").serialize()
    facts = "1|new|-|en|r1|n1|2026-11-20|s:direct|p0|w0|"
    shard = f"aud-{audience_shard(PEOPLE[0]):02}"
    assert after == {**before, "audience": {"S": shard}, "audience_facts": {"S": facts}}, "nothing else is written"
    assert "0 of 13 people" in operator.run("backfill", "audience").output


def test_after_a_release_that_has_added_a_fact_it_is_not_complete_and_reads_everybody_again(
    operator: OperatorCommandLine,
) -> None:
    for person_id in PEOPLE:
        store_as_an_earlier_release(person_id)
    earlier = {"complete": True, "after": {"pk": PEOPLE[-1], "sk": "USER"}}
    Record(AUDIENCE, BACKFILL, body=earlier).save()
    assert not StoredAudience().complete()
    assert "12 of 12 people" in operator.run("backfill", "audience").output
    assert StoredAudience().complete()


def test_it_goes_on_where_it_was_interrupted(operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    for person_id in PEOPLE:
        store_as_an_earlier_release(person_id)
    monkeypatch.setattr(backfill, "PAGE", 4)
    opened: list[PersonId] = []
    open_person = People.open

    def fails_at_the_seventh(self: People, person_id: PersonId) -> object:
        opened.append(person_id)
        if len(opened) == 7:
            raise StorageUnavailable("DynamoDB: ThrottlingException")
        return open_person(self, person_id)

    monkeypatch.setattr(People, "open", fails_at_the_seventh)
    assert operator.run("backfill", "audience").exit_code != 0
    assert not StoredAudience().complete()
    first = opened.copy()
    assert "Everybody is listed." in operator.run("backfill", "audience").output
    assert (listed(), StoredAudience().complete()) == (PEOPLE, True)
    assert len(opened) - len(first) < len(PEOPLE), "the pages that were done are not read again"
    assert {*first, *opened} == {*PEOPLE}


def test_a_person_who_changes_meanwhile_keeps_the_facts_of_the_change(operator: OperatorCommandLine) -> None:
    store_as_an_earlier_release(PEOPLE[0])
    read = People(lambda: START).open(PEOPLE[0]).person
    to_record(PEOPLE[0], User(version=2, chat_id=1, language="ru", met_at=EARLIER)).save()
    assert not list_person(read)
    assert listed() == []
    assert operator.run("backfill", "audience").exit_code == 0
    assert StoredAudience().count(Segment(SegmentKind.EVERYBODY, language="ru").criteria(START)) == 1
