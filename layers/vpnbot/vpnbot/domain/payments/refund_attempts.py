"""When a refund is sent again after a refusal that may pass, and when an accepted one is looked at."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.orders.reports import RefundReport, ReportedState
from vpnbot.domain.scheduling import Due

_LOOK_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60))
_LATER_LOOKS = timedelta(hours=6)
RETRIES: dict[str, tuple[timedelta, ...]] = {
    "rejected_by_timeout": tuple(timedelta(minutes=minutes) for minutes in (1, 2, 3, 5, 8, 13)),
    "insufficient_funds": (timedelta(days=1), timedelta(days=1)),
}
"""The pauses before the next attempts after a refusal that may pass (YooKassa, "Отмена возврата")."""


def next_attempt(refund: Refund, reason: str, now: datetime) -> Refund | None:
    """Return the refund as it is tried again, with another key, after a refusal; None: the refusal is final."""
    pauses = RETRIES.get(reason, ())
    if refund.attempt > len(pauses):
        return None
    due = Due(now + pauses[refund.attempt - 1])
    return replace(refund, attempt=refund.attempt + 1, refund_id=None, sent_at=None, due=due)


def next_refund_look(sent_at: datetime, now: datetime) -> datetime:
    """Return when a refund that the provider has accepted is looked at next."""
    return next((sent_at + after for after in _LOOK_AFTER if sent_at + after > now), now + _LATER_LOOKS)


def may_be(made: RefundReport, refund: Refund) -> bool:
    """Tell whether a refund in the provider's list may be this one: of the same amount, and not refused."""
    return made.money == refund.money and made.state is not ReportedState.CANCELED
