"""The clock of the system; all other code gets the time as an argument or from a port."""

import time
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Return the present time, aware and in UTC."""
    return datetime.now(UTC)


class Pace:
    """Implements the port `Pace`."""

    def elapsed(self) -> timedelta:
        """Return the time since an arbitrary moment, always the same in this process."""
        return timedelta(seconds=time.monotonic())

    def pause(self, duration: timedelta) -> None:
        """Wait."""
        time.sleep(duration.total_seconds())
