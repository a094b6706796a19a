"""Work that waits for its time: claims and retries."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import CLAIM, INLINE_CLAIM, MAX_ATTEMPTS, Due, DueItem, WorkKind, inline_claim

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_claim_hides_the_item_for_its_length_and_counts_an_attempt() -> None:
    claimed = Due(NOW, 2).claimed(NOW)
    assert claimed == Due(NOW + CLAIM, 3)
    assert inline_claim(NOW) == Due(NOW + INLINE_CLAIM, 0)


@pytest.mark.parametrize(
    ("attempts", "delay_seconds"),
    [(0, 0), (1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (MAX_ATTEMPTS - 1, 3600)],
)
def test_delays_double_up_to_an_hour(attempts: int, delay_seconds: int) -> None:
    assert Due(NOW, attempts).failed(NOW) == Due(NOW + timedelta(seconds=delay_seconds), attempts)


@pytest.mark.parametrize(
    ("attempts", "after_seconds", "expected_seconds"), [(0, 1, 1), (1, 1, 30), (1, 300, 300), (9, 5, 3600)]
)
def test_an_asked_for_delay_is_a_floor_and_no_way_round_the_backoff(
    attempts: int, after_seconds: int, expected_seconds: int
) -> None:
    """Otherwise a Telegram that answers 502 for a quarter of an hour uses up all attempts in a quarter of an hour."""
    failed = Due(NOW, attempts).failed(NOW, timedelta(seconds=after_seconds))
    assert failed.at == NOW + timedelta(seconds=expected_seconds)


def test_the_last_attempt_parks() -> None:
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
        ("USER", WorkKind.ERASE_HISTORY),
        ("SUB", WorkKind.ADVANCE_SUBSCRIPTION),
        ("ACCESS#nl#5eed.1", WorkKind.PROVISION),
        ("OUT#2026#cause#topic", WorkKind.DELIVER_NOTIFICATION),
        ("WATCH#nl", WorkKind.WATCH_SERVER),
    ],
)
def test_the_key_tells_the_kind_of_work(sort_key: str, kind: WorkKind) -> None:
    assert DueItem(PersonId("p"), sort_key, NOW).kind is kind


def test_a_kind_of_a_later_version_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="MARTIAN"):
        assert DueItem(PersonId("p"), "MARTIAN#1", NOW).kind
