"""Used traffic: when a counter is worth storing, and at which thresholds the person is notified."""

from enum import IntEnum

_GIGABYTE = 1_000_000_000
_SMALLEST_STEP_BYTES = 100_000_000
_LARGEST_STEP_BYTES = 1_000_000_000
_SHARE_OF_LIMIT = 0.02
_SHARE_OF_USED = 0.1


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
    if before_bytes <= 0 or change < 0:
        return True
    notified = crossed(before_bytes, now_bytes, limit_bytes) is not None
    return notified or change >= step_bytes(before_bytes, limit_bytes)


def step_bytes(used_bytes: int, limit_bytes: int | None) -> float:
    """Return by how much a counter has to grow to be stored: what people are shown is as exact as this, for each key.

    Two per cent of the limit; without a limit a tenth of what is used, at least 100 MB; never more than 1 GB. Each
    threshold is stored when it is passed, see `crossed`.
    """
    if limit_bytes is None:
        step = max(used_bytes * _SHARE_OF_USED, _SMALLEST_STEP_BYTES)
    else:
        step = limit_bytes * _SHARE_OF_LIMIT
    return min(step, _LARGEST_STEP_BYTES)


def crossed(before_bytes: int, now_bytes: int, limit_bytes: int | None) -> Warned | None:
    """Return the highest threshold that was passed between two readings; None if there is none, or no limit."""
    if not limit_bytes:
        return None
    return next(
        (mark for mark in reversed(Warned) if before_bytes * 100 < limit_bytes * mark <= now_bytes * 100),
        None,
    )
