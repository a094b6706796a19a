"""How much of the granted traffic is used: what is worth storing, and when the person is warned."""

from enum import IntEnum

_GIGABYTE = 1_000_000_000
_NOTABLE_BYTES = 100_000_000
_NOTABLE_SHARE = 0.02


class Warned(IntEnum):
    """The percentages of their traffic at which a person is warned."""

    NEARLY = 80
    USED_UP = 100


def gigabytes(amount_bytes: int) -> float:
    """Return an amount of traffic in decimal gigabytes, rounded to one digit after the point."""
    return round(amount_bytes / _GIGABYTE, 1)


def worth_recording(before_bytes: int, now_bytes: int, limit_bytes: int | None) -> bool:
    """Tell whether a counter has changed enough to be stored, as each write costs.

    The first traffic always is: it shows that the person's connection works.
    """
    moved = now_bytes - before_bytes
    if moved == 0:
        return False
    if before_bytes == 0 or moved < 0 or moved >= _NOTABLE_BYTES:
        return True
    return limit_bytes is not None and (moved >= limit_bytes * _NOTABLE_SHARE or now_bytes >= limit_bytes)


def crossed(before_bytes: int, now_bytes: int, limit_bytes: int | None) -> Warned | None:
    """Return the highest threshold between two readings; None if there is none, or no limit."""
    if not limit_bytes:
        return None
    return next(
        (mark for mark in reversed(Warned) if before_bytes * 100 < limit_bytes * mark <= now_bytes * 100),
        None,
    )
