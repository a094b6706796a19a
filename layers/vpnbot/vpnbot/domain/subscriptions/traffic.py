"""Used traffic: when a counter is worth storing, and at which thresholds the person is notified."""

from enum import IntEnum

_GIGABYTE = 1_000_000_000
_NOTABLE_BYTES = 100_000_000
_NOTABLE_SHARE = 0.02


class Warned(IntEnum):
    """The percentages of the granted traffic at which a person is notified."""

    NEARLY = 80
    USED_UP = 100


def gigabytes(amount_bytes: int) -> float:
    """Return an amount of traffic in decimal gigabytes, rounded to one digit after the point."""
    return round(amount_bytes / _GIGABYTE, 1)


def worth_recording(before_bytes: int, now_bytes: int, limit_bytes: int | None) -> bool:
    """Tell whether a counter has changed enough to be stored; each write costs money.

    The first traffic is always stored: it shows that the person's connection works. A negative value never is.
    """
    change = now_bytes - before_bytes
    if change == 0 or now_bytes < 0:
        return False
    if before_bytes <= 0 or change < 0 or change >= _NOTABLE_BYTES:
        return True
    return limit_bytes is not None and (change >= limit_bytes * _NOTABLE_SHARE or now_bytes >= limit_bytes)


def crossed(before_bytes: int, now_bytes: int, limit_bytes: int | None) -> Warned | None:
    """Return the highest threshold that was passed between two readings; None if there is none, or no limit."""
    if not limit_bytes:
        return None
    return next(
        (mark for mark in reversed(Warned) if before_bytes * 100 < limit_bytes * mark <= now_bytes * 100),
        None,
    )
