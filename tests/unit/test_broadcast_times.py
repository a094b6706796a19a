"""The time of a start, as operators type it."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.telegram.admin.broadcast_times import typed_time

NOW = datetime(2026, 12, 30, 20, 15, tzinfo=UTC)
MOSCOW, UTC_MINUS_5 = timedelta(hours=3), timedelta(hours=-5)


@pytest.mark.parametrize(
    ("text", "zone", "meant"),
    [
        ("21:30", timedelta(), datetime(2026, 12, 30, 21, 30, tzinfo=UTC)),
        ("20:15", timedelta(), datetime(2026, 12, 31, 20, 15, tzinfo=UTC)),
        ("9.05", timedelta(), datetime(2026, 12, 31, 9, 5, tzinfo=UTC)),
        ("23:20", MOSCOW, datetime(2026, 12, 30, 20, 20, tzinfo=UTC)),
        ("0:10", MOSCOW, datetime(2026, 12, 30, 21, 10, tzinfo=UTC)),
        ("15:10", UTC_MINUS_5, datetime(2026, 12, 31, 20, 10, tzinfo=UTC)),
        ("5.1 10:00", timedelta(), datetime(2027, 1, 5, 10, 0, tzinfo=UTC)),
        ("31.12. 10:00", MOSCOW, datetime(2026, 12, 31, 7, 0, tzinfo=UTC)),
        (" 31.12  10:00 ", timedelta(), datetime(2026, 12, 31, 10, 0, tzinfo=UTC)),
    ],
)
def test_the_next_moment_is_meant(text: str, zone: timedelta, meant: datetime) -> None:
    assert typed_time(text, NOW, zone) == meant


@pytest.mark.parametrize("text", ["", "soon", "25:00", "10:61", "31.2 10:00", "0.5 10:00", "10", "2026-12-31 10:00"])
def test_anything_else_is_no_time(text: str) -> None:
    assert typed_time(text, NOW, timedelta()) is None
