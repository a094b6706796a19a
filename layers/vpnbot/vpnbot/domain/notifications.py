"""A message that must reach a person: committed with the decision it tells of, sent by whoever comes first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.scheduling import Due, inline
from vpnbot.domain.subscriptions.timeline import Event, Moment


class Topic(StrEnum):
    """What a notice is about; the words live in the locale files."""

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


REMINDER_TOPICS = frozenset(
    {
        Topic.NOT_CONNECTED_HOUR,
        Topic.NOT_CONNECTED_DAY,
        Topic.REMINDER_DAY,
        Topic.REMINDER_HOURS,
        Topic.AFTERCARE,
    }
)
_TOPIC_OF_EVENT = {
    Event.FIRST_HOUR: Topic.NOT_CONNECTED_HOUR,
    Event.FIRST_DAY: Topic.NOT_CONNECTED_DAY,
    Event.REMINDER_DAY: Topic.REMINDER_DAY,
    Event.REMINDER_HOURS: Topic.REMINDER_HOURS,
    Event.EXPIRY: Topic.EXPIRY,
    Event.AFTERCARE: Topic.AFTERCARE,
}
_STAYS_TRUE_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message in a person's outbox. `id` orders the outbox and is derived from the cause, so it is made once."""

    id: str
    topic: Topic
    valid_until: datetime
    arguments: Mapping[str, str]
    due: Due | None = None

    def stale(self, now: datetime) -> bool:
        """Whether saying it now would no longer be true."""
        return now >= self.valid_until

    def postponed(self, due: Due) -> "Notice":
        """Return this notice for another try."""
        return replace(self, due=due)


def notice(
    topic: Topic, cause: str, now: datetime, *, valid_until: datetime | None = None, **arguments: str
) -> Notice:
    """Return a notice that belongs to `cause`, to be sent at once by whoever commits it."""
    return Notice(
        id=f"{now:%Y-%m-%dT%H:%M:%S.%fZ}#{cause}#{topic}",
        topic=topic,
        valid_until=valid_until or now + _STAYS_TRUE_FOR,
        arguments=arguments,
        due=inline(now),
    )


def notice_of(moment: Moment, now: datetime) -> Notice:
    """Return the word on a moment that time has brought."""
    return notice(_TOPIC_OF_EVENT[moment.event], moment.cause, now, valid_until=moment.valid_until)
