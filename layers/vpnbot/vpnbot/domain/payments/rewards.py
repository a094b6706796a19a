"""How payments and refunds of an invited person change the reward: in the same commit."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from vpnbot.domain.invites.reward import Reward, RewardState
from vpnbot.domain.money import decimals_of
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.shop_settings import ShopSettings, Switch
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.time_credit import WORTH_PARTS

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class RewardTerms:
    """What a reward is now, by the settings of the shop; `least` is in the smallest unit of a lot's worth."""

    reward_seconds: int
    welcome_seconds: int
    least: int
    hold: timedelta

    @classmethod
    def of(cls, settings: ShopSettings) -> "RewardTerms | None":
        """Return what the settings say; None: there are no rewards."""
        if settings.invites is Switch.OFF or not (settings.reward_days or settings.welcome_days):
            return None
        return cls(
            settings.reward_days * _DAY_SECONDS,
            settings.welcome_days * _DAY_SECONDS,
            settings.reward_minimum * 10 ** decimals_of(settings.base_currency) * WORTH_PARTS,
            timedelta(days=settings.reward_hold_days),
        )


def with_reward(
    person: Person, order_id: str, payment: Payment, terms: RewardTerms, code: str, now: datetime
) -> Person:
    """Return the person after a payment of their own that has granted time: with a reward, if it earns one.

    A person earns one reward in a lifetime, with the first payment that is large enough; `has_paid` says so, also
    after the reward itself is gone. `code` is the person's own invite code.
    """
    user, lot = person.user, next((lot for lot in person.subscription.lots if lot.id == payment.lot), None)
    if user.invited_by is None or user.has_paid or lot is None or lot.worth < terms.least:
        return person
    reward = Reward(
        id=code,
        inviter=user.invited_by,
        order_id=order_id,
        payment_id=payment.id,
        paid_minor=payment.money.amount_minor - payment.surplus_minor,
        worth=lot.worth,
        least=terms.least,
        reward_seconds=terms.reward_seconds,
        welcome_seconds=terms.welcome_seconds,
        earned_at=now,
        due=Due(now + terms.hold),
    )
    return replace(person, user=replace(user, has_paid=True), reward=reward)


def after_refund(person: Person, order_id: str, payment: Payment, now: datetime) -> Person:
    """Return the person after money of a payment went back: without a reward for which too little is left.

    One that is held goes with the refund, and the next payment may earn one again. What was given already, or may be
    given at this moment, is taken back by due work.
    """
    reward = person.reward
    if reward is None or (reward.order_id, reward.payment_id) != (order_id, payment.id):
        return person
    if reward.state is RewardState.REVOKED or _worth_left(person, reward, payment) >= reward.least:
        return person
    if reward.state is RewardState.HELD:
        return replace(person, user=replace(person.user, has_paid=False), reward=None)
    return replace(person, reward=reward.revoked(now))


def _worth_left(person: Person, reward: Reward, payment: Payment) -> Fraction:
    """Return what is left of the worth of a payment; a surplus goes back first, and a refund to come is here yet."""
    waiting = person.refund_of(payment.id)
    refunded = payment.refunded_minor - (waiting.money.amount_minor if waiting is not None else 0)
    here = max(payment.money.amount_minor - refunded - payment.surplus_minor, 0)
    return reward.worth * Fraction(min(here, reward.paid_minor), max(reward.paid_minor, 1))
