"""The effect of a refund on a person: what is offered for a purchase, and the time that leaves with the money."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from math import floor

from vpnbot.domain.money import Money
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.subscriptions.granted_traffic import share_left, traffic_left, traffic_left_of, with_share
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.domain.subscriptions.time_credit import (
    WHOLE_TRAFFIC,
    Lot,
    Source,
    total_seconds,
    without_share,
)


def refundable(person: Person, lot_ids: Collection[str], paid: Money, now: datetime) -> Money:
    """Return what is offered for a refund of purchases: the price of what is left of them, rounded down.

    `paid` is what is left of the payment, and the most that is returned. Where traffic is limited, no more is offered
    than for the share of the traffic that is left, and under a plan without a limit not for what was used up before.
    Until a key has worked, everything is.
    """
    subscription = person.subscription
    lots = subscription.lots_left(now)
    share = Fraction(1)
    if subscription.plan is not None and subscription.ends_at is not None:
        limit = subscription.traffic_limit_bytes
        share = share_left(subscription.plan, limit, person.used_bytes, total_seconds(lots))
    offered = sum(
        (
            lot.share_left * share * lot.traffic_left * lot.paid.amount_minor
            for lot in lots
            if lot.id in lot_ids and lot.paid is not None and lot.paid.currency == paid.currency
        ),
        Fraction(),
    )
    return Money(min(floor(offered), paid.amount_minor), paid.currency)


def with_refund(person: Person, lot_id: str, paid: Money, refunded: Money, now: datetime) -> tuple[Person, int]:
    """Return the person after `refunded` was sent back out of `paid`, and the seconds that were taken away.

    `paid` is what was left of the payment before this refund. A refund of at least what `refundable` offers takes all
    that is left of the purchase; a smaller one takes a part in proportion. Used time stays used: if nothing is left,
    the subscription has expired now, and the keys stop working at once. If only time of the trial is left, the trial
    is restored. A person without time left, or of whom the purchase is used up, is returned unchanged.

    The ledger needs the difference of `entitlement_seconds`: a restored trial may have other seconds than before.
    """
    subscription = person.subscription
    left = subscription.lots_left(now)
    if refunded.amount_minor <= 0 or not any(lot.id == lot_id for lot in left):
        return person, 0
    offered = refundable(person, {lot_id}, paid, now).amount_minor
    whole = refunded.amount_minor >= offered
    kept = without_share(left, lot_id, Fraction(1) if whole else Fraction(refunded.amount_minor, offered))
    taken = total_seconds(left) - total_seconds(kept)
    return (_with_kept(person, left, kept, now), taken) if taken else (person, 0)


def without_lot(person: Person, lot_id: str, now: datetime) -> Person:
    """Return the person without what is left of one lot, its traffic included; unchanged without it.

    The plan stays, also if only time of the trial is left: only a refund takes a plan back.
    """
    subscription = person.subscription
    left = subscription.lots_left(now)
    gone = next((lot for lot in left if lot.id == lot_id), None)
    if gone is None:
        return person
    kept = tuple(lot for lot in left if lot is not gone)
    after, limit = subscription.shortened(kept, now), subscription.traffic_limit_bytes
    if subscription.plan is not None and limit is not None and kept:
        rest = max(limit - person.used_bytes, 0)
        taken = traffic_left_of(gone, subscription.plan, rest, total_seconds(left))
        after = replace(after, granted_bytes=limit - taken)
    return replace(person, subscription=after).with_placement_due(inline_claim(now))


def with_trial_back(person: Person, trial: Plan, now: datetime) -> Person:
    """Return the person with all time that is left as time of the trial, as it was granted; only that may be left."""
    subscription = person.subscription
    left = tuple(replace(lot, worth=0) for lot in subscription.lots_left(now))
    restored = _on_plan_of_trial(subscription, trial, left, left, now, person.used_bytes)
    on_trial = all(lot.source is Source.TRIAL for lot in left)
    after = as_trial(restored) if on_trial else restored
    return replace(person, subscription=after).with_placement_due(inline_claim(now))


def _with_kept(person: Person, left: tuple[Lot, ...], kept: tuple[Lot, ...], now: datetime) -> Person:
    subscription, trial = person.subscription, person.subscription.trial_plan
    if trial is None or not kept or any(lot.source is not Source.TRIAL for lot in kept):
        return _shortened(person, left, kept, now)
    after = as_trial(_on_plan_of_trial(subscription, trial, left, kept, now, person.used_bytes))
    return replace(person, subscription=after).with_placement_due(inline_claim(now))


def _shortened(person: Person, left: tuple[Lot, ...], kept: tuple[Lot, ...], now: datetime) -> Person:
    subscription = person.subscription
    after = _with_traffic(subscription, left, kept, subscription.shortened(kept, now), person.used_bytes)
    return replace(person, subscription=after).with_placement_due(inline_claim(now))


def _with_traffic(
    before: Subscription, left: tuple[Lot, ...], kept: tuple[Lot, ...], after: Subscription, used_bytes: int
) -> Subscription:
    """Return the subscription without the traffic that was left for the time taken away."""
    limit = before.traffic_limit_bytes
    if limit is None or not kept:
        return after
    rest = max(limit - used_bytes, 0) * total_seconds(kept) // total_seconds(left)
    return replace(after, granted_bytes=min(limit, used_bytes) + rest)


def _on_plan_of_trial(
    before: Subscription, trial: Plan, left: tuple[Lot, ...], kept: tuple[Lot, ...], now: datetime, used_bytes: int
) -> Subscription:
    """Return the subscription under the plan of the trial, with the rest of its own time and traffic."""
    limit = before.traffic_limit_bytes
    if before.plan is not None and limit is not None:
        kept = with_share(kept, share_left(before.plan, limit, used_bytes, total_seconds(left)))
    lots = tuple(lot.restored() for lot in kept)
    after = before.shortened(tuple(replace(lot, traffic_share=WHOLE_TRAFFIC) for lot in lots), now)
    return replace(
        after,
        plan=trial,
        trial_plan=None,
        converts_at=None,
        granted_bytes=None if trial.traffic_limit_bytes is None else used_bytes + traffic_left(trial, lots),
    )


def as_trial(subscription: Subscription) -> Subscription:
    """Return this subscription, running or suspended, on trial again, so that the events of a trial follow."""
    if subscription.status is Status.SUSPENDED:
        return replace(subscription, suspended_from=Status.TRIAL)
    placement = subscription.due if subscription.placement_due else None
    return replace(subscription, status=Status.TRIAL).retry_placement(placement)
