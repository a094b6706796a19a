"""Notifications: stored in the outbox by the commit of a decision, and sent afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from vpnbot.domain.scheduling import Due, inline_claim
from vpnbot.domain.subscriptions.timeline import EventKind, ScheduledEvent


class NotificationKind(StrEnum):
    """What a notification is about; its text is in the locale files."""

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
    SUPPORT_QUESTION = "support_question"  # of releases before questions had a queue of their own; moved there
    SUPPORT_ANSWER = "support_answer"
    SUPPORT_CLOSED = "support_closed"
    QUESTIONS_WAIT = "questions_wait"
    SERVER_FAILING = "server_failing"
    SERVER_WORKS = "server_works"
    PAID = "paid"
    PAID_LATE = "paid_late"
    PAID_TWICE = "paid_twice"
    PAID_PAUSED = "paid_paused"
    PAID_BY_ANOTHER = "gift_paid"  # the name of earlier releases, which is stored
    HELD = "held"
    HELD_GRANTED = "held_granted"
    SURPLUS_GRANTED = "surplus_granted"
    HELD_RETURNED = "held_returned"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REFUNDED = "refunded"
    REFUND_REFUSED = "refund_refused"
    PROVIDER_BACK = "provider_back"
    RENEWAL_AHEAD = "renewal_ahead"
    RENEWAL_SKIPPED = "renewal_skipped"
    RENEWAL_RETIRED = "renewal_retired"
    RENEWED = "renewed"
    RENEWAL_RETRY = "renewal_retry"
    RENEWAL_FAILED = "renewal_failed"
    CHARGED_THOUGH_OFF = "charged_though_off"
    RENEWAL_OFF_IN_TELEGRAM = "renewal_off_in_telegram"
    RENEWAL_NO_STARS = "renewal_no_stars"
    GIFT_BOUGHT = "gift_bought"
    GIFT_REMINDER = "gift_reminder"
    GIFT_OPENED = "gift_opened"
    GIFT_EXPIRED = "gift_expired"
    GIFT_TAKEN = "gift_taken"
    GIFT_WAITS = "gift_waits"
    GIFT_AGAIN = "gift_again"
    PLANS_OPEN = "plans_open"
    TRIAL_OPEN = "trial_open"
    TRIALS_AGAIN = "trials_again"
    DAYS_GIVEN = "days_given"
    DAYS_TAKEN = "days_taken"
    COMPENSATED = "compensated"
    PLAN_CHANGED = "plan_changed"
    TRIAL_AGAIN = "trial_again"
    TRIAL_OVER = "trial_over"
    REWARD = "reward"
    WELCOME = "welcome"
    REWARD_TAKEN = "reward_taken"
    WINBACK = "winback"
    ROLE = "role"
    MONEY_ALERT = "money_alert"


REMINDER_KINDS = frozenset(
    {
        NotificationKind.NOT_CONNECTED_HOUR,
        NotificationKind.NOT_CONNECTED_DAY,
        NotificationKind.REMINDER_DAY,
        NotificationKind.REMINDER_HOURS,
        NotificationKind.AFTERCARE,
    }
)
MONEY_KINDS = frozenset(
    {
        NotificationKind.PAID,
        NotificationKind.PAID_LATE,
        NotificationKind.PAID_TWICE,
        NotificationKind.PAID_PAUSED,
        NotificationKind.PAID_BY_ANOTHER,
        NotificationKind.HELD,
        NotificationKind.HELD_GRANTED,
        NotificationKind.SURPLUS_GRANTED,
        NotificationKind.HELD_RETURNED,
        NotificationKind.DECLINED,
        NotificationKind.LAPSED,
        NotificationKind.REFUNDED,
        NotificationKind.REFUND_REFUSED,
        NotificationKind.PROVIDER_BACK,
        NotificationKind.RENEWAL_AHEAD,
        NotificationKind.RENEWAL_SKIPPED,
        NotificationKind.RENEWAL_RETIRED,
        NotificationKind.RENEWED,
        NotificationKind.RENEWAL_RETRY,
        NotificationKind.RENEWAL_FAILED,
        NotificationKind.CHARGED_THOUGH_OFF,
        NotificationKind.RENEWAL_OFF_IN_TELEGRAM,
        NotificationKind.RENEWAL_NO_STARS,
        NotificationKind.GIFT_BOUGHT,
        NotificationKind.GIFT_REMINDER,
        NotificationKind.GIFT_OPENED,
        NotificationKind.GIFT_EXPIRED,
        NotificationKind.GIFT_TAKEN,
        NotificationKind.GIFT_WAITS,
        NotificationKind.GIFT_AGAIN,
    }
)
"""The kinds about money: they are created with `money_notification`, and stay valid until they are delivered."""

PAID_KINDS = frozenset(
    {
        NotificationKind.PAID,
        NotificationKind.PAID_LATE,
        NotificationKind.PAID_BY_ANOTHER,
        NotificationKind.HELD_GRANTED,
        NotificationKind.SURPLUS_GRANTED,
    }
)
"""The kinds about money that tell the end of the time, and lead on to a key that works, as of the sending."""

CAN_WAIT: Mapping[NotificationKind, str] = {
    NotificationKind.NOT_CONNECTED_HOUR: "an offer of help, and the trial runs for days",
    NotificationKind.NOT_CONNECTED_DAY: "an offer of help, and the trial runs for days",
    NotificationKind.REMINDER_DAY: "the end is a day away",
    NotificationKind.REMINDER_HOURS: "it is sent on the evening before if the end is early",
    NotificationKind.AFTERCARE: "a question that needs no answer",
    NotificationKind.PLANS_OPEN: "plans stay open",
    NotificationKind.TRIAL_OPEN: "the trial stays open",
    NotificationKind.TRIALS_AGAIN: "it is sent when the shop sends messages, and a late one leads to the list again",
    NotificationKind.COMPENSATED: "the days are given already",
    NotificationKind.REWARD: "the days are given already",
    NotificationKind.WELCOME: "the days are given already",
    NotificationKind.WINBACK: "the discount counts from its sending",
}
"""The kinds that are sent only in the hours of the shop, with the reason. All others are sent at once: the person has
just acted or paid, waits for it, has no VPN without it, or money is about to move."""

_KIND_OF_EVENT = {
    EventKind.FIRST_HOUR: NotificationKind.NOT_CONNECTED_HOUR,
    EventKind.FIRST_DAY: NotificationKind.NOT_CONNECTED_DAY,
    EventKind.REMINDER_DAY: NotificationKind.REMINDER_DAY,
    EventKind.REMINDER_HOURS: NotificationKind.REMINDER_HOURS,
    EventKind.EXPIRY: NotificationKind.EXPIRY,
    EventKind.AFTERCARE: NotificationKind.AFTERCARE,
}
_VALID_FOR = timedelta(days=7)
_NO_LIMIT = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Notification:
    """One message in a person's outbox.

    `id` starts with the time, so that it orders the outbox, and is unique for a cause and kind. `arguments` are those
    of the message in the locale files. `due` None: it is kept until the person can be reached again.
    """

    id: str
    kind: NotificationKind
    valid_until: datetime
    arguments: Mapping[str, str]
    due: Due | None = None

    def stale(self, now: datetime) -> bool:
        """Whether the notification is no longer valid, and must not be sent."""
        return now >= self.valid_until

    def rescheduled(self, due: Due) -> "Notification":
        """Return this notification with another due time."""
        return replace(self, due=due)


def notification(
    kind: NotificationKind, cause: str, now: datetime, *, valid_until: datetime | None = None, **arguments: str
) -> Notification:
    """Return a notification for `cause`; the process that commits it holds its claim, and sends it.

    It is valid until `valid_until`; by default for seven days, or, if it is about money, without a limit. MONEY_ALERT
    is for operators, and no kind of a customer.
    """
    unlimited = kind in MONEY_KINDS or kind is NotificationKind.MONEY_ALERT
    limit = _NO_LIMIT if unlimited else now + _VALID_FOR
    return Notification(
        id=f"{now:%Y-%m-%dT%H:%M:%S.%fZ}#{cause}#{kind}",
        kind=kind,
        valid_until=valid_until or limit,
        arguments=arguments,
        due=inline_claim(now),
    )


def notification_of(event: ScheduledEvent, now: datetime) -> Notification:
    """Return the notification of a scheduled event.

    Raises:
        KeyError: events of this kind have no notification.
    """
    return notification(_KIND_OF_EVENT[event.kind], event.cause, now, valid_until=event.valid_until)
