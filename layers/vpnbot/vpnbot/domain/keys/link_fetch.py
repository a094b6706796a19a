"""When VPN apps loaded a person's subscription link: it shows that the person has set up an app."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

RECORD_INTERVAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LinkFetch:
    """The times of the first and the latest fetch; the app and the key of the latest one."""

    first_at: datetime
    last_at: datetime
    app: str
    key_tag: str

    def again(self, app: str, key_tag: str, now: datetime) -> "LinkFetch":
        """Return this record after one more fetch."""
        return replace(self, last_at=now, app=app, key_tag=key_tag)

    def covers(self, app: str, key_tag: str, now: datetime) -> bool:
        """Whether one more fetch need not be stored: the same app loaded the same key's link within the last hour."""
        return (app, key_tag) == (self.app, self.key_tag) and now - self.last_at < RECORD_INTERVAL
