"""Real time of a process, as tests move it."""

from collections.abc import Callable
from datetime import timedelta


class Pace:
    """Implements the port `Pace`: a pause only advances the clocks of the test; `during` is called in each pause."""

    def __init__(self, advance: Callable[[timedelta], None]) -> None:
        self._advance = advance
        self._elapsed = timedelta()
        self.pauses: list[timedelta] = []
        self.during: Callable[[timedelta], None] = lambda duration: None

    def elapsed(self) -> timedelta:
        """Return the sum of all pauses."""
        return self._elapsed

    def pause(self, duration: timedelta) -> None:
        """Advance the clocks."""
        self.pauses.append(duration)
        self._elapsed += duration
        self._advance(duration)
        self.during(duration)
