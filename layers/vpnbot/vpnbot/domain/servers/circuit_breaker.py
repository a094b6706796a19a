"""A circuit breaker for a panel: while it does not answer, it is asked once in a while, and not by everybody."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.errors import PanelTrouble

_FIRST_REST = timedelta(seconds=10)
_LONGEST_REST = timedelta(minutes=5)
PROBE = timedelta(seconds=30)
"""Whoever asks a resting panel asks alone for so long; every time-out ends well inside it."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The panel has not answered `failures` times in a row; the next one may ask at `probe_at`.

    `error` says in a sentence, `trouble` in a word what was seen last.
    """

    failures: int
    probe_at: datetime
    since: datetime
    error: str
    trouble: PanelTrouble | None = None

    def rests(self, now: datetime) -> bool:
        """Whether the panel is to be left alone just now."""
        return now < self.probe_at

    def probed(self, now: datetime) -> "Breaker":
        """Return this breaker in the hands of one who asks."""
        return replace(self, probe_at=now + PROBE)


def tripped(before: Breaker | None, now: datetime, error: str, trouble: PanelTrouble | None = None) -> Breaker:
    """Return the breaker after one more failure: each rest is twice as long as the one before."""
    failures = 1 if before is None else before.failures + 1
    rest = min(_FIRST_REST * 2 ** min(failures - 1, 10), _LONGEST_REST)
    return Breaker(failures, now + rest, now if before is None else before.since, error, trouble)
