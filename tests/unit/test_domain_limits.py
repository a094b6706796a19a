"""Limits of what a person may do: exact in every period, and no number of attempts brings more."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.people.limits import LIMITS, Acts, LimitedAct, TooOften, again_at, counting, with_act
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def full(act: LimitedAct, at: datetime = NOW) -> Acts:
    """Return acts with which the limit of one is reached at once."""
    acts: Acts = {}
    for _ in range(LIMITS[act].times):
        acts = with_act(acts, act, at)
    return acts


def test_every_act_has_a_limit() -> None:
    assert set(LIMITS) == set(LimitedAct)
    assert all(limit.times > 0 and limit.within > timedelta() for limit in LIMITS.values())


@pytest.mark.parametrize("act", LimitedAct)
def test_the_last_allowed_act_passes_and_the_next_one_says_when(act: LimitedAct) -> None:
    limit, acts = LIMITS[act], full(act)
    assert len(acts[act]) == limit.times
    with pytest.raises(TooOften) as refused:
        with_act(acts, act, NOW + SECOND)
    assert (refused.value.act, refused.value.again_at) == (act, NOW + limit.within)


@pytest.mark.parametrize("act", LimitedAct)
def test_it_is_possible_again_at_the_end_of_the_period_and_not_before(act: LimitedAct) -> None:
    acts, end = full(act), NOW + LIMITS[act].within
    assert again_at(acts, act, end - SECOND) == end
    assert again_at(acts, act, end) is None
    assert with_act(acts, act, end)[act] == (end,)


@pytest.mark.parametrize(
    ("left", "minutes"),
    [
        (timedelta(0), 1),
        (SECOND, 1),
        (timedelta(minutes=1), 1),
        (timedelta(seconds=61), 2),
        (timedelta(hours=2), 120),
    ],
)
def test_the_wait_is_shown_in_whole_minutes_after_which_it_is_really_possible(left: timedelta, minutes: int) -> None:
    assert TooOften(LimitedAct.CHECK, NOW + left).wait(NOW) == timedelta(minutes=minutes)


gaps = st.lists(st.integers(0, 7200).map(lambda seconds: timedelta(seconds=seconds)), max_size=60)


@given(act=st.sampled_from(LimitedAct), gaps=gaps)
def test_no_sequence_exceeds_a_limit_in_any_period(act: LimitedAct, gaps: Sequence[timedelta]) -> None:
    limit, now, done = LIMITS[act], NOW, list[datetime]()
    acts: Acts = {}
    for gap in gaps:
        now += gap
        possible_at = again_at(acts, act, now)
        if possible_at is None:
            acts = with_act(acts, act, now)
            done.append(now)
            continue
        assert possible_at > now
        assert again_at(acts, act, possible_at) is None
        with pytest.raises(TooOften):
            with_act(acts, act, now)
    for begin in done:
        assert sum(begin <= at < begin + limit.within for at in done) <= limit.times
    assert len(acts.get(act, ())) <= limit.times


@given(moves=st.lists(st.tuples(st.sampled_from(LimitedAct), st.integers(0, 3600), st.booleans()), max_size=80))
def test_a_deletion_and_a_return_do_not_begin_the_count_again(moves: Sequence[tuple[LimitedAct, int, bool]]) -> None:
    user, now, done = User(), NOW, list[tuple[LimitedAct, datetime]]()
    for act, seconds, returns in moves:
        now += timedelta(seconds=seconds)
        if returns:
            user = user.deleted(now, erase=Due(now)).met(1, "en", None, now)
        try:
            user = user.acted(act, now)
        except TooOften:
            continue
        done.append((act, now))
    for act, begin in done:
        period = LIMITS[act].within
        assert sum(name is act and begin <= at < begin + period for name, at in done) <= LIMITS[act].times


def test_what_counts_no_more_is_not_stored() -> None:
    acts = with_act(full(LimitedAct.CHECK), LimitedAct.QUESTION, NOW + timedelta(days=2))
    assert set(acts) == {LimitedAct.QUESTION}
    assert User(acts=full(LimitedAct.CHECK)).deleted(NOW + timedelta(days=2), erase=Due(NOW)).acts == {}


def test_acts_that_only_another_version_knows_are_kept_for_the_longest_period() -> None:
    acts: Acts = {"teleport": (NOW,)}
    assert counting(acts, NOW + timedelta(hours=23)) == acts
    assert counting(acts, NOW + timedelta(days=1)) == {}
