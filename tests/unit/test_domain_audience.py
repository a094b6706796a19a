"""What the index says about a person, and which segments a person is in: by the index and by the person alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.generated_people import BEGAN, people_with_times
from vpnbot.domain.audience.facts import Facts, Group, facts_about, parse, source_of
from vpnbot.domain.audience.segment import WITH_VALUE, Segment, SegmentKind
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.status import RUNNING, Status

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TEXT = "1|trial|2026-03-04T12:00:00|ru|r1|n0|2026-03-01|s:a_spring|p0|w0|k:de|k:nl|"
FACTS = Facts(Group.TRIAL, NOON, "ru", True, False, "2026-03-01", "a_spring", False, False, ("de", "nl"))
NOBODY = Facts(Group.NEW, None, None, False, True, None, "direct", True, True)
_VALUES = {SegmentKind.CAME_BY: "direct", SegmentKind.ON_SERVER: "nl"}
PEOPLE = people_with_times().map(lambda pair: pair[0])
TIMES = st.integers(-60 * 24 * 60, 60 * 24 * 60).map(lambda minutes: BEGAN + timedelta(minutes=minutes))


class TestFacts:
    """The text is short, keeps every fact, and can grow."""

    def test_the_text_begins_with_the_group_and_the_end(self) -> None:
        assert FACTS.text() == TEXT
        assert NOBODY.text() == "1|new|-|-|r0|n1|-|s:direct|p1|w1|"
        assert len(TEXT) < 90

    @pytest.mark.parametrize("facts", [FACTS, NOBODY])
    def test_a_text_is_read_as_it_was_written_also_with_fields_of_a_later_release(self, facts: Facts) -> None:
        assert parse(facts.text()) == facts
        assert parse(f"{facts.text()}x7|later|") == facts

    def test_a_text_of_an_earlier_release_says_nothing_of_servers(self) -> None:
        assert parse(TEXT[: TEXT.index("w0|")]) == replace(FACTS, servers=())

    @pytest.mark.parametrize(
        "text",
        ["", "1|", TEXT.replace("1|", "2|", 1), TEXT.replace("trial", "frozen"), TEXT.replace("12:00", "noon")],
    )
    def test_a_text_that_this_release_cannot_read_says_nothing(self, text: str) -> None:
        assert parse(text) is None

    @pytest.mark.parametrize(
        ("came_from", "source"),
        [
            (None, "direct"),
            ("", "direct"),
            ("a_spring-26", "a_spring-26"),
            ("a_", "other"),
            ("a_x|y", "other"),
            ("r_someone", "r"),
            ("ref_7", "r"),
            ("g_secret", "other"),
            ("p_CODE", "other"),
        ],
    )
    def test_of_a_start_link_only_the_tag_of_an_advertisement_is_kept(
        self, came_from: str | None, source: str
    ) -> None:
        assert source_of(came_from) == source

    @given(PEOPLE)
    def test_the_facts_of_any_known_person_are_read_as_they_were_written(self, person: Person) -> None:
        facts = facts_about(known(person))
        assert facts is not None
        end = person.subscription.ends_at
        assert parse(facts.text()) == replace(facts, ends_at=end.replace(microsecond=0) if end else None)

    @given(PEOPLE)
    def test_people_who_are_not_known_or_cannot_be_read_have_no_facts(self, person: Person) -> None:
        assert facts_about(replace(person, user=replace(person.user, chat_id=None))) is None
        assert facts_about(replace(known(person), unreadable=frozenset({"SUB"}))) is None

    def test_the_source_of_a_person_cannot_be_taken_for_another_fact(self) -> None:
        tricky = replace(FACTS, source="a_n1", language="en").text()
        assert not Segment(SegmentKind.ON_SERVER, "n1").criteria(NOON).met_by(tricky)
        news = Segment(SegmentKind.EVERYBODY, language="ru", news=True).criteria(NOON)
        assert not news.met_by(tricky)


class TestSegments:
    """The criteria of the index, and the decision on the person, agree with what the words say."""

    @given(PEOPLE, TIMES)
    def test_the_person_is_in_the_segments_that_the_words_say(self, person: Person, now: datetime) -> None:
        someone = known(person)
        assert {kind for kind in SegmentKind if Segment(kind, _VALUES.get(kind, "")).has(someone, now)} == by_words(
            someone, now
        )

    @given(PEOPLE, TIMES, st.sampled_from(SegmentKind))
    def test_the_index_leaves_out_nobody_who_is_in_a_segment(
        self, person: Person, now: datetime, kind: SegmentKind
    ) -> None:
        segment, someone = Segment(kind, _VALUES.get(kind, "")), known(person)
        facts = facts_about(someone)
        assert facts is not None
        proposed = segment.criteria(now).met_by(facts.text())
        assert proposed or not segment.has(someone, now)
        if segment.exact:
            assert proposed is segment.has(someone, now)

    def test_language_reach_and_news_leave_people_out(self) -> None:
        def met(segment: Segment, **changes: object) -> bool:
            return segment.criteria(NOON - timedelta(days=1)).met_by(replace(FACTS, **changes).text())  # type: ignore[arg-type]  # fields of Facts

        trial = Segment(SegmentKind.ON_TRIAL)
        assert met(trial)
        assert not met(trial, reachable=False)
        assert met(replace(trial, reachable=False), reachable=False)
        assert met(replace(trial, language="ru"))
        assert not met(replace(trial, language="ru"), language="en")
        assert not met(replace(trial, news=True))
        assert met(replace(trial, news=True), news=True)

    @pytest.mark.parametrize(
        ("after_end", "kinds"),
        [
            (timedelta(days=-4), {SegmentKind.ON_TRIAL}),
            (timedelta(days=-3), {SegmentKind.ON_TRIAL, SegmentKind.ENDS_SOON}),
            (timedelta(seconds=-1), {SegmentKind.ON_TRIAL, SegmentKind.ENDS_SOON}),
            (timedelta(), {SegmentKind.EXPIRED_LATELY}),
            (timedelta(days=30, seconds=-1), {SegmentKind.EXPIRED_LATELY}),
            (timedelta(days=30), {SegmentKind.EXPIRED_LONG_AGO}),
            (timedelta(days=3000), {SegmentKind.EXPIRED_LONG_AGO}),
        ],
    )
    def test_the_limits_of_time(self, after_end: timedelta, kinds: set[SegmentKind]) -> None:
        timed = set(SegmentKind) - {
            SegmentKind.EVERYBODY,
            SegmentKind.NEVER_CONNECTED,
            SegmentKind.WAITING,
            *WITH_VALUE,
        }
        found = {kind for kind in timed if Segment(kind).criteria(NOON + after_end).met_by(FACTS.text())}
        assert found == kinds


def known(person: Person) -> Person:
    """Return a person who is known, and whom messages reach."""
    return replace(person, user=replace(person.user, chat_id=42, language="en", met_at=BEGAN, reachable=True))


def by_words(person: Person, now: datetime) -> set[SegmentKind]:
    """Return the segments of a person, decided without the facts."""
    subscription = person.subscription
    found = {SegmentKind.EVERYBODY, SegmentKind.CAME_BY}
    if person.trial_available:
        found.add(SegmentKind.NEVER_TRIED)
    staying = [each for each in person.accesses if each.wanted is not Wanted.ABSENT and each.key == subscription.key]
    if any(access.server_id == "nl" for access in staying):
        found.add(SegmentKind.ON_SERVER)
    if subscription.status in RUNNING and subscription.plan and subscription.key and not staying:
        found.add(SegmentKind.WAITING)
    if person.paused or subscription.ends_at is None or subscription.status not in {*RUNNING, Status.EXPIRED}:
        return found
    end, second = subscription.ends_at.replace(microsecond=0), now.replace(microsecond=0)
    if end > second:
        found.add(SegmentKind.ON_TRIAL if subscription.is_trial else SegmentKind.ACTIVE)
        if subscription.is_trial and not person.connected:
            found.add(SegmentKind.NEVER_CONNECTED)
        if end - second <= timedelta(days=3):
            found.add(SegmentKind.ENDS_SOON)
    elif second - end < timedelta(days=30):
        found.add(SegmentKind.EXPIRED_LATELY)
    else:
        found.add(SegmentKind.EXPIRED_LONG_AGO)
    return found
