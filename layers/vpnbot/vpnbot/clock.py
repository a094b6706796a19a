"""The clock of the system; all other code gets the time as an argument or from a port."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present time, aware and in UTC."""
    return datetime.now(UTC)
