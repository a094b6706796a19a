"""A panel that does not answer is asked once in a while, and by one alone."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.servers.circuit_breaker import PROBE, Breaker, tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after_failures(failures: int, now: datetime = NOW) -> Breaker:
    """Return a breaker that has tripped so many times at one moment."""
    breaker = tripped(None, now, PanelTrouble.TIMED_OUT)
    for _ in range(failures - 1):
        breaker = tripped(breaker, now, PanelTrouble.TIMED_OUT)
    return breaker


@pytest.mark.parametrize(
    ("failures", "rest_seconds"), [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300), (1000, 300)]
)
def test_each_rest_is_twice_as_long_up_to_five_minutes(failures: int, rest_seconds: int) -> None:
    breaker = after_failures(failures)
    assert breaker.failures == failures
    assert breaker.blocks(NOW + timedelta(seconds=rest_seconds - 1))
    assert not breaker.blocks(NOW + timedelta(seconds=rest_seconds))


def test_it_remembers_since_when_and_why() -> None:
    later = NOW + timedelta(minutes=3)
    first = tripped(None, NOW, PanelTrouble.REFUSED_CONNECTION)
    breaker = tripped(first, later, PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    assert (breaker.since, breaker.trouble, breaker.detail) == (NOW, PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    assert breaker.probe_at == later + timedelta(seconds=20)


def test_whoever_asks_keeps_all_others_away_for_a_while() -> None:
    held = after_failures(1).probed(NOW + timedelta(seconds=10))
    assert held.blocks(NOW + timedelta(seconds=10) + PROBE - timedelta(seconds=1))
    assert not held.blocks(NOW + timedelta(seconds=10) + PROBE), "one who died asking is not waited for"
    assert held.failures == 1
