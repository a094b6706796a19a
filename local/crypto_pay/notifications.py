"""The notifications of Crypto Pay: signed, and sent again until the webhook answers 200.

17 attempts in three days; then the webhook is switched off, and the owner of the app gets a message (documentation,
1.5.2). The times between the attempts are not documented; here they double, from a minute up to six hours.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from local.crypto_pay.faults import Faults, NotificationFault

ATTEMPTS = 17
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_LATE = timedelta(days=1)

type Post = Callable[[bytes, Mapping[str, str]], Awaitable[int]]
"""Sends a body with headers to the webhook, and returns the status of the answer; 0: there was none."""


@dataclass(slots=True)
class Notification:
    """One notification that the webhook has not accepted yet."""

    body: bytes
    headers: Mapping[str, str]
    due_at: datetime
    attempts: int = 0


@dataclass(slots=True)
class Notifications:
    """The notifications of the app. `answers` are the statuses of all attempts, the oldest first."""

    token: str
    faults: Faults
    clock: Callable[[], datetime]
    waiting: list[Notification] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    enabled: bool = True
    _next_id: int = 1

    @property
    def next_at(self) -> datetime | None:
        """When the next notification is due; None if none waits, or the webhook is switched off."""
        return min((each.due_at for each in self.waiting), default=None) if self.enabled else None

    def paid(self, invoice: Mapping[str, Any]) -> None:
        """Notify of a paid invoice, with the fault that is injected."""
        now = self.clock()
        stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        update = {
            "update_id": self._next_id,
            "update_type": "invoice_paid",
            "request_date": stamp,
            "payload": dict(invoice),
        }
        self._next_id += 1
        body = json.dumps(update, ensure_ascii=False).encode()
        fault = self.faults.of_notification()
        if fault is NotificationFault.LOST:
            return
        due_at = now + _LATE if fault is NotificationFault.LATE else now
        for _ in range(2 if fault is NotificationFault.TWICE else 1):
            self.waiting.append(Notification(body, self._headers(body, fault), due_at))

    async def deliver(self, post: Post) -> None:
        """Send the notifications that are due now."""
        if not self.enabled:
            return
        now = self.clock()
        for notification in [each for each in self.waiting if each.due_at <= now]:
            status = await post(notification.body, notification.headers)
            self.answers.append(status)
            notification.attempts += 1
            if status == 200:
                self.waiting.remove(notification)
            elif notification.attempts >= ATTEMPTS:
                self.waiting.remove(notification)
                self.enabled = False
            else:
                pause = min(_FIRST_PAUSE * 2 ** (notification.attempts - 1), _LONGEST_PAUSE)
                notification.due_at = now + pause

    def _headers(self, body: bytes, fault: NotificationFault | None) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if fault is NotificationFault.NO_SIGNATURE:
            return headers
        token = "1:wrong" if fault is NotificationFault.WRONG_SIGNATURE else self.token
        return headers | {"crypto-pay-api-signature": signature(body, token)}


def signature(body: bytes, token: str) -> str:
    """Return the signature of a body (documentation, verifying webhook updates)."""
    return hmac.new(sha256(token.encode()).digest(), body, sha256).hexdigest()
