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


def test_a_claim_hides_the_item_for_its_length_and_counts_an_attempt() -> None:
    claimed = Due(NOW, 2).claimed(NOW)
    assert claimed == Due(NOW + CLAIM, 3)
    assert inline_claim(NOW) == Due(NOW + INLINE_CLAIM, 0)


def test_a_claim_without_an_attempt_counts_no_attempt() -> None:
    assert Due(NOW, 2).claimed(NOW).not_attempted() == Due(NOW + CLAIM, 2)
    assert Due(NOW).not_attempted() == Due(NOW)


@pytest.mark.parametrize(
    ("attempts", "delay_seconds"),
    [(0, 0), (1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (MAX_ATTEMPTS - 1, 3600)],
)
def test_delays_double_up_to_an_hour(attempts: int, delay_seconds: int) -> None:
    assert Due(NOW, attempts).failed(NOW) == Due(NOW + timedelta(seconds=delay_seconds), attempts)


@pytest.mark.parametrize(
    ("attempts", "after_seconds", "expected_seconds"), [(0, 1, 1), (1, 1, 30), (1, 300, 300), (9, 5, 3600)]
)
def test_a_requested_delay_can_only_lengthen_the_backoff(
    attempts: int, after_seconds: int, expected_seconds: int
) -> None:
    """Otherwise, if Telegram answers 502 with a short delay for 15 minutes, work loses all attempts in that time."""
    failed = Due(NOW, attempts).failed(NOW, timedelta(seconds=after_seconds))
    assert failed.at == NOW + timedelta(seconds=expected_seconds)


def test_work_is_dead_lettered_when_its_last_attempt_fails() -> None:
    assert Due(NOW, MAX_ATTEMPTS).failed(NOW) == Due(NOW, MAX_ATTEMPTS, dead_lettered=True)
    assert not Due(NOW, MAX_ATTEMPTS - 1).failed(NOW).dead_lettered


def test_all_attempts_together_take_about_five_hours() -> None:
    due, now = Due(NOW), NOW
    while not due.dead_lettered:
        now = due.at
        due = due.claimed(now).failed(now)
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
