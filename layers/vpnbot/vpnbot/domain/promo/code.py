"""A promo code: what it gives, and what limits its use.

live ⇄ paused ──▶ ended
  └───────────────▲
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import Discount, promo_source
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import Rejected

PROMOS = "PROMOS"
"""The partition of all codes; they are listed in the order in which they were made."""

MOST_DAYS = 365
_DAY_SECONDS = 86_400
MOST_ONE_TIME = 500
"""So many one-time codes are in one file."""


class CodeState(StrEnum):
    """What the staff have decided about a code. ENDED: for good."""

    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


class Refusal(StrEnum):
    """Why a code does not work.

    UNKNOWN: there is none. ENDED: it is over, or not open now. USED_UP: others have used it as often as it can be
    used. USED: the person has. NOT_NEW: it is for new people. PAUSED: the person is suspended.
    """

    UNKNOWN = "unknown"
    ENDED = "ended"
    USED_UP = "used_up"
    USED = "used"
    NOT_NEW = "not_new"
    PAUSED = "paused"


class CodeEffect(StrEnum):
    """What a code gives. DAYS: free time of the present plan. PLAN: free time of a plan. PERCENT, SUM: a discount."""

    DAYS = "days"
    PLAN = "plan"
    PERCENT = "percent"
    SUM = "sum"


class CodeRefused(Rejected):
    """The code does not work for this person now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"the code does not work: {refusal}")
        self.refusal = refusal


class CodeClosed(Rejected):
    """The code is in a state from which this step is not possible."""


@dataclass(frozen=True, slots=True)
class PromoCode:
    """One code, which gives `days`, of the plan with the id `plan` if it names one, or a discount on one purchase.

    The discount is `percent`, or the sum `amount` in the base currency; `plans` are the ids of the plans that it is
    for, empty: all, and `minimum` is the smallest list price that it is for. `total` is how often it can be used by
    all people together, None: without a limit; `per_person` how often by one. `one_time`: it is a batch, whose name
    begins `total` codes that work once each (`one_time_codes.py`); the name is no code. It works from `starts_at`,
    and before `ends_at`; None: until the staff end it. `newcomers`: only people who have never paid. `author` is the
    id of the member of the staff who made it at `made_at`.
    """

    id: str
    days: int
    total: int | None = None
    per_person: int = 1
    ends_at: datetime | None = None
    newcomers: bool = False
    one_time: bool = False
    state: CodeState = CodeState.LIVE
    author: str = ""
    made_at: datetime | None = None
    version: int = 0
    due: Due | None = None
    plan: str = ""
    percent: int = 0
    amount: Money | None = None
    starts_at: datetime | None = None
    plans: tuple[str, ...] = ()
    minimum: Money | None = None

    @property
    def effect(self) -> CodeEffect:
        """What it gives."""
        if self.percent:
            return CodeEffect.PERCENT
        if self.amount is not None:
            return CodeEffect.SUM
        return CodeEffect.PLAN if self.plan else CodeEffect.DAYS

    @property
    def is_discount(self) -> bool:
        """Whether it reduces the price of a purchase, and gives nothing at once."""
        return self.effect in {CodeEffect.PERCENT, CodeEffect.SUM}

    def discount(self, one_time: int | None = None) -> Discount:
        """Return the discount that it gives; `one_time` is the number of a one-time code in its batch."""
        return Discount(
            promo_source(self.id, one_time), self.percent, self.amount, self.ends_at, self.plans, self.minimum
        )

    @property
    def sort_key(self) -> str:
        """Its sort key in the partition of all codes."""
        return promo_key(self.id)

    @property
    def seconds(self) -> int:
        """The time that it gives, in seconds."""
        return self.days * _DAY_SECONDS

    def open_at(self, now: datetime) -> bool:
        """Tell whether it can be used at a time, as far as it does not depend on who uses it."""
        begun = self.starts_at is None or self.starts_at <= now
        return self.state is CodeState.LIVE and begun and not self.over_at(now)

    def over_at(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.ends_at is not None and now >= self.ends_at

    def allow(self, person: Person, now: datetime) -> None:
        """Check that a person may use it, as far as it does not depend on earlier uses.

        Raises:
            CodeRefused: it is over, or not for this person.
        """
        if not self.open_at(now):
            raise CodeRefused(Refusal.ENDED)
        if person.paused:
            raise CodeRefused(Refusal.PAUSED)
        if self.newcomers and not is_newcomer(person):
            raise CodeRefused(Refusal.NOT_NEW)

    def paused(self) -> "PromoCode":
        """Return this code paused: it works again when it is resumed.

        Raises:
            CodeClosed: it has ended.
        """
        return self._moved(CodeState.PAUSED)

    def resumed(self) -> "PromoCode":
        """Return this code in use again.

        Raises:
            CodeClosed: it has ended.
        """
        return self._moved(CodeState.LIVE)

    def ended(self) -> "PromoCode":
        """Return this code ended for good; what it has given stays."""
        return self if self.state is CodeState.ENDED else self._moved(CodeState.ENDED)

    def _moved(self, state: CodeState) -> "PromoCode":
        if self.state is CodeState.ENDED:
            raise CodeClosed("the code has ended")
        return replace(self, state=state)


def is_newcomer(person: Person) -> bool:
    """Tell whether a person has never had time of a plan that is sold, nor deleted their data and come back."""
    subscription = person.subscription
    return subscription.status is not Status.DELETED and (subscription.plan is None or subscription.plan.is_trial)


def promo_key(code_id: str) -> str:
    """Return the sort key of a code."""
    return f"CODE#{code_id}"
