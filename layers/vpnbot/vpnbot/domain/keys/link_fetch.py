"""When a VPN app loaded a person's subscription link: the first sign that they set up an app."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WORTH_RECORDING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LinkFetch:
    """The first and the latest fetch, and the app that made the latest."""

    first_at: datetime
    last_at: datetime
    app: str
    key_tag: str

    def again(self, app: str, key_tag: str, now: datetime) -> "LinkFetch":
        """Return this record with one more fetch."""
        return replace(self, last_at=now, app=app, key_tag=key_tag)

    def covers(self, app: str, key_tag: str, now: datetime) -> bool:
        """Whether one more fetch adds nothing worth storing, so that apps that poll cost no writes."""
        return (app, key_tag) == (self.app, self.key_tag) and now - self.last_at < WORTH_RECORDING
