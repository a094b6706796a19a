"""The reward of an invitation: days for both people after the first payment of the one who was invited.

It is an item of the person who was invited, so that it changes with their payments, in one commit with each. It is
held for some days, then granted: first to the person who has invited, then to the friend. Each of the steps has a
cause, so that a crash between them repeats nothing. What was granted is taken back when the money has gone back, and
only as far as it is not used.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.scheduling import Due, inline_claim

REWARD_PERIOD = timedelta(days=30)
"""Within this time a person gets rewards up to a number without the owner."""

GIVEN, WELCOMED = "reward for inviting", "days for an invited friend"
TAKEN, WELCOME_TAKEN, NEVER_GIVEN = "reward taken back", "days of an invited friend taken back", "reward not given"
"""What the ledgers say about rewards."""


class RewardState(StrEnum):
    """What becomes of a reward.

    HELD: a refund may still take it away without a trace. GRANTING: it is being given, first to the person who has
    invited. WAITING: an owner decides, because there were many. GRANTED: both have it. REVOKED: the money has gone
    back, and what is left of it is being taken from both.
    """

    HELD = "held"
    GRANTING = "granting"
    WAITING = "waiting"
    GRANTED = "granted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Reward:
    """The reward for the first payment of a person.

    `id` stands for the person who was invited in the history of the other one, to whom it does not name them.
    `inviter` is the id of the person who has invited. The payment is `payment_id` of the order `order_id`;
    `paid_minor` of it, in its own currency, were for the time. `worth` is what that is worth in the base currency,
    `least` the least for which a reward is given, both in the smallest unit of a lot's worth. `approved`: an owner
    has agreed, so that no number limits it.
    """

    id: str
    inviter: str
    order_id: str
    payment_id: str
    paid_minor: int
    worth: int
    least: int
    reward_seconds: int
    welcome_seconds: int
    earned_at: datetime
    state: RewardState = RewardState.HELD
    approved: bool = False
    due: Due | None = None

    @property
    def cause(self) -> str:
        """The cause of the days of the person who has invited; the lot of these days has its name."""
        return f"referral:{self.id}"

    @property
    def welcome_cause(self) -> str:
        """The cause of the days of the person who was invited, and the name of their lot."""
        return f"{self.cause}/welcome"

    def granting(self, now: datetime, *, approved: bool = False) -> "Reward":
        """Return this reward as it is being given; the process that commits that goes on with it at once."""
        due = inline_claim(now)
        return replace(self, state=RewardState.GRANTING, approved=self.approved or approved, due=due)

    def waiting(self) -> "Reward":
        """Return this reward as an owner has to decide about it."""
        return replace(self, state=RewardState.WAITING, due=None)

    def granted(self) -> "Reward":
        """Return this reward as both people have it."""
        return replace(self, state=RewardState.GRANTED, due=None)

    def revoked(self, now: datetime) -> "Reward":
        """Return this reward as it is being taken back."""
        return replace(self, state=RewardState.REVOKED, due=Due(now))


def taken_back(cause: str) -> str:
    """Return the cause with which the days of another cause are taken back."""
    return f"{cause}/clawback"
