"""Alerts: what operators read about money in their chat. Each is a due item of the shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.effects import Put, PutIfAbsent
from vpnbot.domain.scheduling import Due
from vpnbot.domain.shop import SHOP

_ACT, _KIND = "act_", "alert"


class AlertKind(StrEnum):
    """What an alert is about; its text is in the locale files: `alert-<kind>`."""

    PAID_LATE = "paid_late"
    PAID_TWICE = "paid_twice"
    TOO_LITTLE = "too_little"
    SURPLUS = "surplus"
    OTHER_CURRENCY = "other_currency"
    NO_ORDER = "no_order"
    PAID_PAUSED = "paid_paused"
    PAID_DELETED = "paid_deleted"
    RENEWAL_OFF = "renewal_off"
    RENEWALS_FAIL = "renewals_fail"
    TEST_PAYMENT = "test_payment"
    PENDING_LONG = "pending_long"
    PROVIDER_DOWN = "provider_down"
    PROVIDER_REFUSES = "provider_refuses"
    PROVIDER_UP = "provider_up"
    NOT_NOTIFIED = "not_notified"
    CONTRADICTION = "contradiction"
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    REFUND_REFUSED = "refund_refused"
    REFUND_BY_HAND = "refund_by_hand"
    REFUND_WANTED = "refund_wanted"
    REFUND_UNANSWERED = "refund_unanswered"
    REFUND_WITHDRAWN = "refund_withdrawn"
    STILL_HELD = "still_held"
    STILL_TO_SEND = "still_to_send"
    RETURNS_HELD = "returns_held"
    RECEIPT_REFUSED = "receipt_refused"
    NEWS = "news"
    GIVEN_DAYS = "given_days"
    BROADCAST_WITHHELD = "broadcast_withheld"


PERSONAL = frozenset({AlertKind.GIVEN_DAYS, AlertKind.BROADCAST_WITHHELD})
"""What only administrators read, each in the own chat: it is about what members of the staff do."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `id` starts with the time; `arguments` are those of its text, and what its buttons need."""

    id: str
    kind: AlertKind
    arguments: Mapping[str, str] = field(default_factory=dict)
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """An alert as it is sent: its arguments, and what operators can do now, each with its amount or time as text."""

    kind: AlertKind
    arguments: Mapping[str, str]
    acts: Mapping[str, str] = field(default_factory=dict)

    def stored(self) -> dict[str, str]:
        """Return the arguments of a notification for one operator; `restored` reads them."""
        acts = {f"{_ACT}{act}": value for act, value in self.acts.items()}
        return {**self.arguments, **acts, _KIND: str(self.kind)}

    @classmethod
    def restored(cls, arguments: Mapping[str, str]) -> "AlertMessage":
        """Return the message in the arguments of a notification.

        Raises:
            KeyError, ValueError: they are not those of an alert.
        """
        acts = {name.removeprefix(_ACT): value for name, value in arguments.items() if name.startswith(_ACT)}
        others = {name: value for name, value in arguments.items() if not name.startswith(_ACT) and name != _KIND}
        return cls(AlertKind(arguments[_KIND]), others, acts)


def alert_key(alert_id: str) -> str:
    """Return the sort key of an alert."""
    return f"ALERT#{alert_id}"


def alerted(kind: AlertKind, cause: str, now: datetime, **arguments: str) -> PutIfAbsent:
    """Return the effect that stores an alert, due at once. One cause makes at most one alert of a kind."""
    alert_id = f"{now:%Y-%m-%dT%H:%M:%S.%fZ}#{cause}#{kind}"
    body = {"id": alert_id, "kind": str(kind), "arguments": dict(arguments)}
    return PutIfAbsent(SHOP, alert_key(alert_id), body, due=Due(now))


def alert_about(kind: AlertKind, since: datetime, until: datetime, *, due_at: datetime) -> Put:
    """Return the effect that stores the alert about a period; a repetition for the same period changes nothing."""
    alert_id = f"{until:%Y-%m-%dT%H:%M:%S.%fZ}#{kind}"
    arguments = {"since": since.isoformat(), "until": until.isoformat()}
    body = {"id": alert_id, "kind": str(kind), "arguments": arguments}
    return Put(SHOP, alert_key(alert_id), body, due=Due(due_at))
