"""When failed due work is tried again, for each kind of error and of work."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.scheduling import (
    ADVANCE_SUBSCRIPTION,
    MAX_ATTEMPTS,
    PROVISION,
    RECONCILE_SERVER,
    UNKNOWN_WORK,
    Due,
    DueItem,
    WorkKind,
)
from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.errors import AllServersFull, Misconfigured, StorageUnavailable, UnknownWork
from vpnbot.usecases.backoff import claimed_too_often, next_due

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "error", [StorageUnavailable("x"), PanelRejected(PanelTrouble.TIMED_OUT), Misconfigured("X", "set it")]
)
@pytest.mark.parametrize(("attempts", "delay_seconds"), [(1, 30), (2, 60), (8, 3600), (MAX_ATTEMPTS - 1, 3600)])
def test_delays_double_from_half_a_minute_to_an_hour(error: Exception, attempts: int, delay_seconds: int) -> None:
    assert next_due(Due(NOW, attempts), error, PROVISION, NOW) == Due(NOW + delay_seconds * SECOND, attempts)


@pytest.mark.parametrize(
    "error", [StorageUnavailable("x"), PanelRejected(PanelTrouble.TIMED_OUT), Misconfigured("X", "set it")]
)
def test_work_whose_last_attempt_fails_is_dead_lettered(error: Exception) -> None:
    assert next_due(Due(NOW, MAX_ATTEMPTS), error, PROVISION, NOW).dead_lettered


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PanelUnavailable(PanelTrouble.TIMED_OUT), PROVISION),
        (AllServersFull("x"), ADVANCE_SUBSCRIPTION),
        (StorageUnavailable("x"), RECONCILE_SERVER),
        (PanelRejected(PanelTrouble.TIMED_OUT), RECONCILE_SERVER),
        (UnknownWork("x"), UNKNOWN_WORK),
    ],
)
def test_work_that_is_retried_forever_is_never_dead_lettered_and_waits_ten_minutes_at_most(
    error: Exception, kind: WorkKind
) -> None:
    due = next_due(Due(NOW, 3 * MAX_ATTEMPTS), error, kind, NOW)
    assert due.at == NOW + timedelta(minutes=10)
    assert not due.dead_lettered
    assert due.attempts < MAX_ATTEMPTS


def test_a_delay_that_the_error_asks_for_is_respected() -> None:
    throttled = StorageUnavailable("x", after=timedelta(hours=2))
    assert next_due(Due(NOW, 1), throttled, PROVISION, NOW).at == NOW + timedelta(hours=2)


def test_work_whose_panel_was_not_called_uses_no_attempt_if_attempts_are_limited() -> None:
    not_called = PanelNotCalled(PanelTrouble.TIMED_OUT, after=40 * SECOND)
    assert next_due(Due(NOW, 2), not_called, PROVISION, NOW) == Due(NOW + 40 * SECOND, 1)
    assert next_due(Due(NOW, 3), not_called, RECONCILE_SERVER, NOW) == Due(NOW + 120 * SECOND, 3)


def test_one_claim_too_many_wears_out_only_work_that_may_be_dead_lettered() -> None:
    claim = DueItem("p", "ACCESS#nl#x", NOW, MAX_ATTEMPTS + 1)
    assert claimed_too_often(claim, PROVISION)
    assert not claimed_too_often(DueItem("p", "ACCESS#nl#x", NOW, MAX_ATTEMPTS), PROVISION)
    assert not claimed_too_often(claim, RECONCILE_SERVER)
    assert not claimed_too_often(claim, UNKNOWN_WORK)
