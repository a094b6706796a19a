"""The time at which a broadcast is to begin, as an operator types it."""

import re
from datetime import UTC, datetime, timedelta, timezone

_TIME = re.compile(r"(?:(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})")


def typed_time(text: str, now: datetime, zone: timedelta) -> datetime | None:
    """Return the next moment that is meant by "21:30" or "5.12 10:00" in a zone that is `zone` ahead of UTC.

    None: it is no such time.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    local = now.astimezone(timezone(zone))
    try:
        meant = local.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0)
        if match["day"] is None:
            following = meant + timedelta(days=1) if meant <= local else meant
        else:
            meant = meant.replace(day=int(match["day"]), month=int(match["month"]))
            following = meant.replace(year=meant.year + 1) if meant <= local else meant
    except ValueError:
        return None
    return following.astimezone(UTC)
