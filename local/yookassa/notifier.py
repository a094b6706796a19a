"""Notifications to the shop's address: unsigned, repeated for a day until they are answered with 200."""

import asyncio
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiohttp import ClientError, ClientSession, ClientTimeout

from local.yookassa.faults import OF_NOTIFICATIONS, FaultKind, Faults
from local.yookassa.forgeries import OWN_ADDRESS, SOURCE_HEADER, Notification
from local.yookassa.objects import Event

GIVEN_UP_AFTER = timedelta(hours=24)
_LONGEST_PAUSE_MINUTES = 60
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """A notification that was sent, and the status of its answer; 0: there was none."""

    body: bytes
    status: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    body: bytes
    due_at: datetime
    first_at: datetime
    copies: int = 1
    attempts: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


class Notifier:
    """Sends notifications one after another, in the order of the events. `url` None: the shop wants none."""

    def __init__(self, now: Callable[[], datetime], faults: Faults) -> None:
        self.url: str | None = None
        self.delivered: list[Delivered] = []
        self._now = now
        self._faults = faults
        self._waiting: list[_Waiting] = []
        self._one_at_a_time = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many notifications are not answered with 200 yet."""
        return len(self._waiting)

    @property
    def next_at(self) -> datetime | None:
        """When the next notification is due; None if none waits."""
        return min((planned.due_at for planned in self._waiting), default=None)

    def add(self, events: Iterable[Event]) -> None:
        """Plan the notifications of events; each is changed by the fault that was ordered for it."""
        for event in events:
            fault = self._faults.take(*OF_NOTIFICATIONS, on=event.name)
            kind = fault.kind if fault else None
            if self.url is None or kind is FaultKind.NOTIFICATION_LOST:
                continue
            now = self._now()
            due_at = now + fault.after if fault and kind is FaultKind.NOTIFICATION_LATE else now
            planned = _Waiting(_encoded(event), due_at, due_at)
            self._waiting.append(replace(planned, copies=2) if kind is FaultKind.NOTIFICATION_AT_ONCE else planned)
            if kind is FaultKind.NOTIFICATION_TWICE:
                self._waiting.append(planned)
            elif kind is FaultKind.CANCELED_AFTERWARDS:
                about = {**event.about, "status": "canceled", "paid": False}
                self._waiting.append(replace(planned, body=_encoded(Event("payment.canceled", about))))

    def add_forged(self, notification: Notification) -> None:
        """Plan a notification that is not ours; it is sent once."""
        now = self._now()
        self._waiting.append(
            _Waiting(notification.body, now, now - GIVEN_UP_AFTER, headers=dict(notification.headers))
        )

    async def deliver(self) -> None:
        """Send everything that is due."""
        async with self._one_at_a_time:
            while due := next((planned for planned in self._waiting if planned.due_at <= self._now()), None):
                self._waiting.remove(due)
                statuses = await asyncio.gather(*(self._sent(due) for _ in range(due.copies)))
                self.delivered += [Delivered(due.body, status) for status in statuses]
                if 200 not in statuses:
                    self._repeat(due)

    def _repeat(self, failed: _Waiting) -> None:
        pause = timedelta(minutes=min(2**failed.attempts, _LONGEST_PAUSE_MINUTES))
        again = replace(failed, due_at=self._now() + pause, attempts=failed.attempts + 1)
        if again.due_at - failed.first_at < GIVEN_UP_AFTER:
            self._waiting.append(again)

    async def _sent(self, planned: _Waiting) -> int:
        headers = {"Content-Type": "application/json", SOURCE_HEADER: OWN_ADDRESS, **planned.headers}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=_SECONDS)) as session,
                session.post(self.url or "", data=io.BytesIO(planned.body), headers=headers) as response,
            ):
                return response.status
        except (ClientError, TimeoutError, OSError):
            return 0


def _encoded(event: Event) -> bytes:
    return json.dumps(event.as_json(), ensure_ascii=False).encode()
