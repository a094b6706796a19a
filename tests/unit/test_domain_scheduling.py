"""Due work: claims, retries, and the kinds of work."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.scheduling import (
    ADVANCE_SUBSCRIPTION,
    CLAIM,
    DELIVER_NOTIFICATION,
    ERASE_HISTORY,
    INLINE_CLAIM,
    MAX_ATTEMPTS,
    PROVISION,
    RECONCILE_SERVER,
    UNKNOWN_WORK,
    WATCH_SERVER,
    WORK_KINDS,
    Due,
    DueItem,
    WorkKind,
    inline_claim,
    kind_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_claim_hides_the_item_for_its_length_and_counts_no_attempt() -> None:
    assert Due(NOW, 2).claimed(NOW) == Due(NOW + CLAIM, 2)
    assert inline_claim(NOW) == Due(NOW + INLINE_CLAIM, 0)


@pytest.mark.parametrize(
    ("failed_before", "delay_seconds"), [(0, 30), (1, 60), (2, 120), (6, 1920), (7, 3600), (MAX_ATTEMPTS - 2, 3600)]
)
def test_delays_double_up_to_an_hour(failed_before: int, delay_seconds: int) -> None:
    failed = Due(NOW, failed_before).failed(NOW, may_be_dead_lettered=True)
    assert failed == Due(NOW + timedelta(seconds=delay_seconds), failed_before + 1)


def test_a_shorter_longest_delay_is_kept() -> None:
    assert Due(NOW, 9).failed(NOW, longest=timedelta(minutes=10)).at == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("failed_before", "after_seconds", "expected_seconds"), [(0, 1, 30), (0, 300, 300), (8, 5, 3600)]
)
def test_a_requested_delay_can_only_lengthen_the_backoff(
    failed_before: int, after_seconds: int, expected_seconds: int
) -> None:
    failed = Due(NOW, failed_before).failed(NOW, timedelta(seconds=after_seconds))
    assert failed.at == NOW + timedelta(seconds=expected_seconds)


def test_a_bug_is_dead_lettered_when_its_last_attempt_fails() -> None:
    last = Due(NOW, MAX_ATTEMPTS - 1)
    assert last.failed(NOW, may_be_dead_lettered=True) == Due(NOW, MAX_ATTEMPTS, dead_lettered=True)
    assert not last.failed(NOW).dead_lettered


def test_work_that_waited_for_days_has_attempts_left_for_a_bug() -> None:
    due = Due(NOW)
    for _ in range(1000):
        due = due.failed(due.at)
    assert not due.failed(NOW, may_be_dead_lettered=True).dead_lettered


@pytest.mark.parametrize("counted", [MAX_ATTEMPTS, 57])
def test_claims_that_an_earlier_release_counted_are_no_reason_to_give_up(counted: int) -> None:
    due = Due(NOW, counted).failed(NOW, may_be_dead_lettered=True)
    assert not due.dead_lettered
    assert due.attempts < MAX_ATTEMPTS


def test_all_attempts_together_take_about_five_hours() -> None:
    due, now = Due(NOW), NOW
    while not due.dead_lettered:
        now = due.at
        due = due.claimed(now).failed(now, may_be_dead_lettered=True)
    assert timedelta(hours=4.5) < now - NOW < timedelta(hours=5.5)


@pytest.mark.parametrize(
    ("sort_key", "kind"),
    [
        ("USER", ERASE_HISTORY),
        ("SUB", ADVANCE_SUBSCRIPTION),
        ("ACCESS#nl#5eed.1", PROVISION),
        ("OUT#2026#cause#kind", DELIVER_NOTIFICATION),
        ("WATCH#nl", WATCH_SERVER),
        ("ROUND#nl", RECONCILE_SERVER),
    ],
)
def test_the_sort_key_determines_the_kind_of_work(sort_key: str, kind: WorkKind) -> None:
    assert kind_of(DueItem("p", sort_key, NOW)) is kind


@pytest.mark.parametrize("sort_key", ["MARTIAN#1", "GRANT#1", "", "#USER"])
def test_work_of_an_unknown_kind_is_never_dead_lettered(sort_key: str) -> None:
    assert kind_of(DueItem("p", sort_key, NOW)) is UNKNOWN_WORK
    assert not UNKNOWN_WORK.may_be_dead_lettered


def test_every_kind_of_work_has_its_own_prefix_and_name() -> None:
    assert len({kind.prefix for kind in WORK_KINDS}) == len({kind.name for kind in WORK_KINDS}) == len(WORK_KINDS)
