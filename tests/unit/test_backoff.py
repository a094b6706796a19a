"""When failed due work is tried again, for each kind of error and of work."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.scheduling import (
    ADVANCE_SUBSCRIPTION,
    DELIVER_NOTIFICATION,
    MAX_ATTEMPTS,
    PROVISION,
    RECONCILE_SERVER,
    UNKNOWN_WORK,
    Due,
    WorkKind,
)
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.errors import (
    AllServersFull,
    Conflict,
    IllegalTransition,
    Misconfigured,
    OutOfTime,
    StorageUnavailable,
    TelegramUnavailable,
    UnknownWork,
)
from vpnbot.usecases.backoff import after_lost_worker, next_due

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BUGS = [KeyError("x"), IllegalTransition("x")]
LONG_WAIT = 40


@pytest.mark.parametrize("error", BUGS, ids=repr)
def test_a_bug_is_tried_again_after_half_a_minute_and_dead_lettered_after_the_last_attempt(error: Exception) -> None:
    assert next_due(Due(NOW), error, PROVISION, NOW) == Due(NOW + 30 * SECOND, 1)
    assert next_due(Due(NOW, MAX_ATTEMPTS - 1), error, PROVISION, NOW).dead_lettered
    assert not next_due(Due(NOW, MAX_ATTEMPTS - 1), error, RECONCILE_SERVER, NOW).dead_lettered


@pytest.mark.parametrize(
    ("error", "kind", "longest"),
    [
        (PanelUnavailable(PanelTrouble.TIMED_OUT), PROVISION, timedelta(hours=1)),
        (PanelRejected(PanelTrouble.WRONG_TOKEN), PROVISION, timedelta(hours=1)),
        (PanelRejected(PanelTrouble.WRONG_TOKEN), RECONCILE_SERVER, timedelta(hours=1)),
        (Misconfigured("X", "set it"), PROVISION, timedelta(minutes=10)),
        (AllServersFull("x"), ADVANCE_SUBSCRIPTION, timedelta(minutes=10)),
        (StorageUnavailable("x"), ADVANCE_SUBSCRIPTION, timedelta(minutes=10)),
        (Conflict("x"), ADVANCE_SUBSCRIPTION, timedelta(minutes=10)),
        (OutOfTime("x"), PROVISION, timedelta(minutes=10)),
        (TelegramUnavailable("x"), DELIVER_NOTIFICATION, timedelta(minutes=10)),
        (UnknownWork("x"), UNKNOWN_WORK, timedelta(minutes=10)),
    ],
    ids=repr,
)
def test_work_that_waits_is_never_given_up(error: Exception, kind: WorkKind, longest: timedelta) -> None:
    due = Due(NOW)
    for _ in range(LONG_WAIT):
        due = next_due(due, error, kind, NOW)
        assert not due.dead_lettered
    assert due.at == NOW + longest
    assert due.attempts < MAX_ATTEMPTS


def test_a_delay_that_the_error_asks_for_is_respected() -> None:
    throttled = StorageUnavailable("x", after=timedelta(hours=2))
    assert next_due(Due(NOW, 1), throttled, PROVISION, NOW).at == NOW + timedelta(hours=2)


def test_work_whose_panel_was_not_called_waits_longer_each_time_but_as_long_as_the_breaker_says() -> None:
    """Otherwise ten thousand keys behind a panel that is down would be tried every few minutes."""
    not_called = PanelNotCalled(PanelTrouble.TIMED_OUT, after=40 * SECOND)
    assert next_due(Due(NOW), not_called, PROVISION, NOW) == Due(NOW + 40 * SECOND, 1)
    assert next_due(Due(NOW, 2), not_called, PROVISION, NOW) == Due(NOW + 120 * SECOND, 3)


def test_workers_that_cannot_start_never_dead_letter_work_that_waits_for_a_panel() -> None:
    not_called, due = PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE), Due(NOW)
    for _ in range(3 * MAX_ATTEMPTS):
        due = after_lost_worker(due, PROVISION, NOW)
        assert not due.dead_lettered
        due = next_due(due, not_called, PROVISION, NOW)
    assert after_lost_worker(due, PROVISION, NOW).attempts < MAX_ATTEMPTS


def test_workers_that_end_without_a_result_dead_letter_only_work_that_may_be() -> None:
    assert after_lost_worker(Due(NOW, 3), PROVISION, NOW).attempts == 4
    assert after_lost_worker(Due(NOW, MAX_ATTEMPTS - 1), PROVISION, NOW).dead_lettered
    assert not after_lost_worker(Due(NOW, MAX_ATTEMPTS), RECONCILE_SERVER, NOW).dead_lettered
    assert not after_lost_worker(Due(NOW, MAX_ATTEMPTS), UNKNOWN_WORK, NOW).dead_lettered
