"""Whether Telegram delivers updates to this deployment, as Telegram itself reports it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

RECENT = timedelta(minutes=10)
"""Telegram tries a failed delivery again after two minutes at most, so a failure that lasts has a recent error."""
MANY = 100
"""As many updates wait in a busy shop only if they come faster than they are answered."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What getWebhookInfo reports. `waiting` updates are not delivered yet; the last failure was `failed_at`."""

    url: str
    waiting: int
    failed_at: datetime | None = None
    reason: str = ""

    def trouble(self, own_host: str | None, now: datetime) -> str:
        """Return why updates do not arrive, in English for the log; an empty text if they do.

        `own_host` is the host of this deployment's webhook; None: it is not known, and not compared.
        """
        if not self.url:
            return "no webhook is set"
        if own_host and urlsplit(self.url).hostname != own_host:
            return "the webhook belongs to another deployment"
        if self.waiting and self.failed_at is not None and now - self.failed_at < RECENT:
            return f"the last delivery failed: {self.reason}"
        if self.waiting > MANY:
            return f"{self.waiting} updates wait"
        return ""
