"""A circuit breaker for one panel: after failures, a panel is called only by one probe at a time, after a pause."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.servers.panel_errors import PanelTrouble

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)
PROBE = timedelta(seconds=30)
"""How long other callers wait for a probe; all time-outs of a call to a panel are much shorter."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """An open circuit breaker: `failures` calls in a row were not answered, and the next is allowed at `probe_at`.

    `since` is the time of the first of these failures; `trouble` and `detail` are those of the last one.
    """

    failures: int
    probe_at: datetime
    since: datetime
    detail: str
    trouble: PanelTrouble = PanelTrouble.TIMED_OUT

    def blocks(self, now: datetime) -> bool:
        """Whether the panel must not be called at `now`."""
        return now < self.probe_at

    def probed(self, now: datetime) -> "Breaker":
        """Return the breaker that a caller saves before its probe: other calls must wait as long as a probe takes."""
        return replace(self, probe_at=now + PROBE)


def tripped(before: Breaker | None, now: datetime, trouble: PanelTrouble, detail: str = "") -> Breaker:
    """Return the open breaker after one more failure: each pause is twice as long as the one before it."""
    failures = 1 if before is None else before.failures + 1
    pause = min(_FIRST_PAUSE * 2 ** min(failures - 1, 10), _LONGEST_PAUSE)
    return Breaker(failures, now + pause, now if before is None else before.since, detail, trouble)
