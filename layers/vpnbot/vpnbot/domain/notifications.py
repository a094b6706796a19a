"""A message that must reach a person: committed with the decision that it is about, sent by the first worker free."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.scheduling import Due, inline_claim
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent


class NotificationKind(StrEnum):
    """What a notification is about; its words are in the locale files."""

    KEY_READY = "key_ready"
    LINK_READY = "link_ready"
    NOT_CONNECTED_HOUR = "not_connected_hour"
    NOT_CONNECTED_DAY = "not_connected_day"
    TRAFFIC_NEARLY = "traffic_nearly"
    TRAFFIC_USED_UP = "traffic_used_up"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOURS = "reminder_hours"
    EXPIRY = "expiry"
    AFTERCARE = "aftercare"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    SERVER_BACK = "server_back"
    SUPPORT_QUESTION = "support_question"
    SUPPORT_ANSWER = "support_answer"


REMINDER_KINDS = frozenset(
    {
        NotificationKind.NOT_CONNECTED_HOUR,
        NotificationKind.NOT_CONNECTED_DAY,
        NotificationKind.REMINDER_DAY,
        NotificationKind.REMINDER_HOURS,
        NotificationKind.AFTERCARE,
    }
)
_KIND_OF_EVENT = {
    EventKind.FIRST_HOUR: NotificationKind.NOT_CONNECTED_HOUR,
    EventKind.FIRST_DAY: NotificationKind.NOT_CONNECTED_DAY,
    EventKind.REMINDER_DAY: NotificationKind.REMINDER_DAY,
    EventKind.REMINDER_HOURS: NotificationKind.REMINDER_HOURS,
    EventKind.EXPIRY: NotificationKind.EXPIRY,
    EventKind.AFTERCARE: NotificationKind.AFTERCARE,
}
_VALID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notification:
    """One message in a person's outbox. `id` orders the outbox and is derived from the cause: it is created once."""

    id: str
    kind: NotificationKind
    valid_until: datetime
    arguments: Mapping[str, str]
    due: Due | None = None

    def stale(self, now: datetime) -> bool:
        """Whether its message is no longer true."""
        return now >= self.valid_until

    def rescheduled(self, due: Due) -> "Notification":
        """Return this notification with another due time."""
        return replace(self, due=due)


def notification(
    kind: NotificationKind, cause: str, now: datetime, *, valid_until: datetime | None = None, **arguments: str
) -> Notification:
    """Return a notification that belongs to `cause`, due at once: the process that commits it sends it."""
    return Notification(
        id=f"{now:%Y-%m-%dT%H:%M:%S.%fZ}#{cause}#{kind}",
        kind=kind,
        valid_until=valid_until or now + _VALID_FOR,
        arguments=arguments,
        due=inline_claim(now),
    )


def notification_of(moment: ScheduledEvent, now: datetime) -> Notification:
    """Return the notification of a scheduled event."""
    return notification(_KIND_OF_EVENT[moment.kind], moment.cause, now, valid_until=moment.valid_until)
