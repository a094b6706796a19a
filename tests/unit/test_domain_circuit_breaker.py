"""The circuit breaker: pauses between calls to a panel that does not answer, and one probe at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.servers.circuit_breaker import PROBE, Breaker, tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after_failures(failures: int, now: datetime = NOW) -> Breaker:
    """Return a breaker after this number of failures in a row, all at the same time."""
    breaker = tripped(None, now, PanelTrouble.TIMED_OUT)
    for _ in range(failures - 1):
        breaker = tripped(breaker, now, PanelTrouble.TIMED_OUT)
    return breaker


@pytest.mark.parametrize(
    ("failures", "pause_seconds"), [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300), (1000, 300)]
)
def test_each_pause_is_twice_as_long_up_to_five_minutes(failures: int, pause_seconds: int) -> None:
    breaker = after_failures(failures)
    assert breaker.failures == failures
    assert breaker.blocks(NOW + timedelta(seconds=pause_seconds - 1))
    assert not breaker.blocks(NOW + timedelta(seconds=pause_seconds))


def test_it_stores_the_time_of_the_first_failure_and_the_cause_of_the_last() -> None:
    later = NOW + timedelta(minutes=3)
    first = tripped(None, NOW, PanelTrouble.REFUSED_CONNECTION)
    breaker = tripped(first, later, PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    assert (breaker.since, breaker.trouble, breaker.detail) == (NOW, PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    assert breaker.probe_at == later + timedelta(seconds=20)


def test_during_a_probe_no_other_worker_calls_the_panel() -> None:
    probing = after_failures(1).probed(NOW + timedelta(seconds=10))
    assert probing.blocks(NOW + timedelta(seconds=10) + PROBE - timedelta(seconds=1))
    assert not probing.blocks(NOW + timedelta(seconds=10) + PROBE), "the worker may have ended"
    assert probing.failures == 1
