"""Automatic renewal: what a person has agreed to be charged, when they were told of it, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.subscriptions.offer import Offer

NOTICE_BEFORE_END = timedelta(hours=72)
"""A charge is announced so long before the end."""

NOTICE_BEFORE_CHARGE = timedelta(hours=24)
"""A charge follows its notification at the earliest after this time; usually after 48 hours."""

TRIES_BEFORE_END = (timedelta(hours=24), timedelta(hours=12), timedelta(hours=3))
"""When the charge is tried, counted back from the end; the second and third only after a decline that may pass."""

BETWEEN_TRIES = timedelta(hours=9)
"""The shortest time between two tries."""

CHARGED_UNTIL = timedelta(hours=24)
"""A charge that is overdue is made until so long after the end, never later."""


class RenewalState(StrEnum):
    """Whether the subscription renews.

    FAILING: a charge was declined, and it is not tried again in this course; the person has to do something. OFF: the
    person, or a rule, has turned it off here. OFF_ELSEWHERE: the person has turned it off in Telegram, which alone
    charges for it; it may be on again there before we learn of it.
    """

    ON = "on"
    FAILING = "failing"
    OFF = "off"
    OFF_ELSEWHERE = "off_elsewhere"


@dataclass(frozen=True, slots=True)
class Renewal:
    """The renewal of a subscription, as the person has agreed to it.

    `offer` is what is charged, at the agreed price. `method` is the title of the saved method, such as
    "Visa •• 4477". `order_id` is the order with which the person agreed at `agreed_at`.

    `course` is that of the subscription to which the following belongs; in another course it is void. `noticed_at` is
    when a notification of the charge was stored, `delivered_at` when it was delivered: the charge is made at
    `charge_at`, which the notification has named. `tries` counts the charges, the last of which was made at
    `tried_at`; `retry_at` is when the next one is made after a decline that may pass.

    With a provider that charges automatically, `first_payment_id` and `payer` name the subscription there, and
    `renews_until` is when it charges again.
    """

    offer: Offer
    provider: str
    account: str
    method: str
    agreed_at: datetime
    order_id: str
    state: RenewalState = RenewalState.ON
    course: int | None = None
    noticed_at: datetime | None = None
    delivered_at: datetime | None = None
    charge_at: datetime | None = None
    tries: int = 0
    tried_at: datetime | None = None
    retry_at: datetime | None = None
    payer: int | None = None
    first_payment_id: str | None = None
    renews_until: datetime | None = None

    @property
    def on(self) -> bool:
        """Whether charges follow, or may follow after a failure."""
        return self.state in {RenewalState.ON, RenewalState.FAILING}

    @property
    def by_provider(self) -> bool:
        """Whether the provider charges automatically, and not we."""
        return self.first_payment_id is not None

    def in_course(self, course: int) -> "Renewal":
        """Return this renewal for a course of the subscription: what was announced for another one is void."""
        if self.course == course:
            return self
        return replace(
            self,
            course=course,
            noticed_at=None,
            delivered_at=None,
            charge_at=None,
            tries=0,
            tried_at=None,
            retry_at=None,
        )

    def notice_at(self, ends_at: datetime) -> datetime:
        """Return when the next charge is announced; a consent later than that is followed by its notice at once."""
        charged_by = self.renews_until if self.by_provider and self.renews_until else ends_at
        return max(charged_by - NOTICE_BEFORE_END, self.agreed_at)

    def announced_date(self, ends_at: datetime, now: datetime) -> datetime | None:
        """Return the date of the charge for a notice that is delivered now; None if that is after the end."""
        if self.by_provider:
            return self.renews_until if self.renews_until and self.renews_until > now else None
        date = max(ends_at - TRIES_BEFORE_END[0], now + NOTICE_BEFORE_CHARGE)
        return date if date <= ends_at else None

    def noticed(self, now: datetime) -> "Renewal":
        """Return this renewal with a notice stored in the outbox."""
        return replace(self, noticed_at=now)

    def delivered(self, now: datetime, charge_at: datetime) -> "Renewal":
        """Return this renewal with its notice delivered, which named the date of the charge."""
        return replace(self, noticed_at=self.noticed_at or now, delivered_at=now, charge_at=charge_at)

    def next_charge(self) -> tuple[int, datetime] | None:
        """Return the number and the time of the next charge of this course; None: no charge follows."""
        if self.state is not RenewalState.ON or self.by_provider or self.delivered_at is None:
            return None
        at = self.charge_at if self.tries == 0 else self.retry_at
        return None if at is None else (self.tries + 1, at)

    def next_on(self, ends_at: datetime, now: datetime) -> datetime | None:
        """Return the date of the next charge as it is expected now; None: no charge follows in this course."""
        if self.state is not RenewalState.ON:
            return None
        if self.by_provider or self.delivered_at is None:
            return self.announced_date(ends_at, now)
        charge = self.next_charge()
        return None if charge is None else charge[1]

    def tried(self, now: datetime) -> "Renewal":
        """Return this renewal with one more charge on its way."""
        return replace(self, tries=self.tries + 1, tried_at=now, retry_at=None)

    def retry_after(self, ends_at: datetime, now: datetime) -> datetime | None:
        """Return when the charge is tried again after a decline that may pass; None: it is not, before the end."""
        if not 0 < self.tries < len(TRIES_BEFORE_END):
            return None
        planned = ends_at - TRIES_BEFORE_END[self.tries]
        at = max(planned, (self.tried_at or now) + BETWEEN_TRIES, now)
        return at if at < ends_at else None
