"""What people were told in a random walk: each notification at most once for a cause, and true when it was sent."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.functional.walk.injected import FaultyTelegram, RandomFaults
from vpnbot.domain.notifications import Notification
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.subscriptions.traffic import Warned
from vpnbot.telegram.customer.notifications import TelegramNotificationSender

WORKS = {Standing.RUNNING, Standing.LAST_DAY}
OVER = {Standing.EXPIRED, Standing.LINK_GONE}
TIME_LEFT = {*WORKS, Standing.KEY_AGAIN, Standing.USED_UP}
CLOCKS_DIFFER = timedelta(seconds=2)


def _left(person: Person, now: datetime, at_most: timedelta) -> bool:
    return timedelta() < person.subscription.left(now) <= at_most + CLOCKS_DIFFER


TRUE_WHEN: Mapping[Kind, Callable[[Person, Standing, datetime], bool]] = {
    Kind.KEY_READY: lambda _, stands, __: stands in WORKS,
    Kind.LINK_READY: lambda _, stands, __: stands in WORKS,
    Kind.NOT_CONNECTED_HOUR: lambda person, stands, _: stands in WORKS and not person.connected,
    Kind.NOT_CONNECTED_DAY: lambda person, stands, _: stands in WORKS and not person.connected,
    Kind.TRAFFIC_NEARLY: lambda person, stands, _: stands in TIME_LEFT and _used(person) >= Warned.NEARLY,
    Kind.TRAFFIC_USED_UP: lambda _, stands, __: stands is Standing.USED_UP,
    Kind.REMINDER_DAY: lambda person, stands, now: stands in TIME_LEFT and _left(person, now, timedelta(hours=24)),
    Kind.REMINDER_HOURS: lambda person, stands, now: stands in TIME_LEFT and _left(person, now, timedelta(hours=3)),
    Kind.EXPIRY: lambda _, stands, __: stands in OVER,
    Kind.AFTERCARE: lambda _, stands, __: stands in OVER,
    Kind.SUSPENDED: lambda _, stands, __: stands is Standing.PAUSED,
    Kind.RESUMED: lambda _, stands, __: stands is not Standing.PAUSED,
    Kind.SERVER_BACK: lambda _, stands, __: stands in WORKS,
}
"""When the words of a notification are true; other kinds, such as an operator's answer, are true at any time."""


def _used(person: Person) -> float:
    return person.used_bytes * 100 / (person.traffic_limit_bytes or 1)


@dataclass
class SentLog:
    """Implements the port `NotificationSender` with the real one, and notes what reached a chat and was wrong."""

    real: TelegramNotificationSender
    telegram: FaultyTelegram
    faults: RandomFaults
    wrong: list[str] = field(default_factory=list)
    total: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    _ids: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _clean: set[tuple[str, str]] = field(default_factory=set)
    _this_time: list[tuple[str, str]] = field(default_factory=list)
    _fired_before: int = 0

    def notify(self, person: Person, notification: Notification, now: datetime) -> None:
        """Send one notification."""
        before, lost = self.telegram.next_id, self.telegram.answers_lost
        try:
            self.real.notify(person, notification, now)
        finally:
            if self.telegram.next_id != before:
                self._note(person, notification, now)
            if self.telegram.answers_lost != lost:
                self.faults.fired += 1

    def ended(self) -> None:
        """End an invocation: what it sent without a failure must not be sent again."""
        if self.faults.fired == self._fired_before:
            self._clean.update(self._this_time)
        self._this_time, self._fired_before = [], self.faults.fired

    def _note(self, person: Person, notification: Notification, now: datetime) -> None:
        self.total += 1
        self.kinds[notification.kind] += 1
        kind, stands = notification.kind, standing(person.as_of(now), now)
        if (person.id, notification.id) in self._clean:
            self.wrong.append(f"{now} {notification.id} was sent again")
        self._this_time.append((person.id, notification.id))
        cause = notification.id.split("#", 1)[1]
        if self._ids.setdefault((person.id, cause, kind), notification.id) != notification.id:
            self.wrong.append(f"{now} two notifications for {cause}")
        if notification.stale(now):
            self.wrong.append(f"{now} {notification.id} was valid until {notification.valid_until}")
        true_when = TRUE_WHEN.get(kind)
        if true_when is not None and not true_when(person.as_of(now), stands, now):
            left = person.subscription.left(now)
            self.wrong.append(f"{now} {notification.id} to {person.id[:6]}, who is {stands}, {left} left")
