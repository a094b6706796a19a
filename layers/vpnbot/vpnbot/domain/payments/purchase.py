"""The effect of a purchase on a person: what the time left becomes, and what is added to it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.subscriptions.granted_traffic import share_left, traffic_left, traffic_of, with_share
from vpnbot.domain.subscriptions.list_price import ListPrice
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import Status, Subscription
from vpnbot.domain.subscriptions.time_credit import (
    LONGEST_CONVERTED_SECONDS,
    WHOLE_TRAFFIC,
    Lot,
    Source,
    converted,
    granted,
    in_order_of_use,
    total_seconds,
)

RENEWAL_MARGIN = timedelta(hours=6)
"""Free time with the first payment of a Stars subscription, so that the VPN still works when Telegram renews it."""

_UNKNOWN_KEY = Key(0, "")


class PurchaseKind(StrEnum):
    """What a purchase does with the time that is left.

    NEW: there is none. EXTEND: it stays as it is. CHANGE: it becomes time of another plan. PAUSED: the person is
    suspended, and the time does not run until they are resumed.
    """

    NEW = "new"
    EXTEND = "extend"
    CHANGE = "change"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class PurchasePreview:
    """What a purchase would do now.

    `left` is the time left of `old_plan` (None: there is none), `converted` what it becomes in the plan of the offer,
    `added` the time that is added. `ends_at` is the end after it; None: the time starts when a key works, or goes on
    when a suspension ends. `fewer_devices`, `less_traffic`: the new limits, which hold at once, are smaller.
    `traffic_used`: that plan has no limit, and `converted` is less because traffic of the time left is used.
    """

    kind: PurchaseKind
    left: timedelta
    old_plan: Plan | None
    converted: timedelta
    added: timedelta
    ends_at: datetime | None
    fewer_devices: bool
    less_traffic: bool
    traffic_used: bool = False


def with_purchase(  # noqa: PLR0913 - each is one thing that is known about a payment, named where it is called
    person: Person,
    lot_id: str,
    offer: Offer,
    paid: Money | None,
    new_key: Key,
    now: datetime,
    *,
    sets_plan: bool = True,
    renews_itself: bool = False,
) -> Person:
    """Return the person with a purchase added, whatever state the person is in.

    `lot_id` names the purchase, as the order does; `paid` is what was paid for it, None if it is free. The plan of
    the offer becomes the present plan, and the time left of another plan is converted into it. Without `sets_plan`,
    for a payment that comes late or second, it becomes time of the present plan, as long as bought time is left.
    `renews_itself`: a first payment after which the provider charges without us, see `RENEWAL_MARGIN`.

    `new_key` becomes the key of a person who has none. If keys are missing, the subscription is due for placement;
    existing keys get the new limits and work again with the commit (`people/wanted_keys.py`). For a barred person the
    subscription is suspended with the added time until the operator resumes the person. No capacity is taken here, so
    a payment cannot fail because a server is full.
    """
    lots = _lots_of(lot_id, offer, paid, now, renews_itself=renews_itself)
    subscription, used_bytes = person.subscription, person.used_bytes
    plan, price = subscription.plan, subscription.converts_at
    if sets_plan or plan is None or price is None or not _has_bought_time(subscription, now):
        bought = _with_plan_of(subscription, lots, offer, new_key, now, used_bytes)
    else:
        lots = _as_time_of(subscription, plan, price, lots, now)
        bought = _extended(subscription, plan, lots, new_key, now, used_bytes)
    if person.user.banned and bought.status is not Status.SUSPENDED:
        bought = bought.suspended(now)
    return replace(person, subscription=bought).with_placement_due(inline_claim(now))


def with_free_time(person: Person, lot_id: str, seconds: int, otherwise: Plan, new_key: Key, now: datetime) -> Person:
    """Return the person with free time of the present plan added, whatever state the person is in.

    `otherwise` is the plan of a person who has none, and `new_key` becomes the key of one who has none. As with a
    purchase, time for a barred person waits until the person is resumed.
    """
    subscription = person.subscription
    plan = subscription.plan or otherwise
    used_up = not subscription.lots_left(now)
    lots = (granted(lot_id, Source.FREE, plan.id, seconds),)
    extended = _extended(replace(subscription, plan=plan), plan, lots, new_key, now, person.used_bytes)
    if used_up and plan.traffic_limit_bytes is not None:
        extended = replace(extended, granted_bytes=person.used_bytes + traffic_of(plan, seconds))
    if person.user.banned and extended.status is not Status.SUSPENDED:
        extended = extended.suspended(now)
    return replace(person, subscription=extended).with_placement_due(inline_claim(now))


def with_plan(person: Person, offer: Offer, now: datetime) -> Person:
    """Return the person with the time that is left as time of the plan of an offer; no time is added."""
    changed = _with_plan_of(person.subscription, (), offer, _UNKNOWN_KEY, now, person.used_bytes)
    return replace(person, subscription=changed).with_placement_due(inline_claim(now))


def preview_of(person: Person, offer: Offer, now: datetime, *, renews_itself: bool = False) -> PurchasePreview:
    """Return what `with_purchase` of this offer, at its price, does at the same time."""
    before = person.subscription
    left = before.lots_left(now)
    lots = _lots_of("", offer, offer.price, now, renews_itself=renews_itself)
    after = with_purchase(person, "", offer, offer.price, _UNKNOWN_KEY, now, renews_itself=renews_itself).subscription
    added = total_seconds(lots)
    became = total_seconds(after.lots) - added
    old_plan, paused = before.plan if left else None, after.status is Status.SUSPENDED
    return PurchasePreview(
        _kind(before, offer, total_seconds(left), became, paused=paused),
        timedelta(seconds=total_seconds(left)),
        old_plan,
        timedelta(seconds=became),
        timedelta(seconds=added),
        None if paused else after.ends_at,
        fewer_devices=old_plan is not None and offer.plan.devices < old_plan.devices,
        less_traffic=old_plan is not None and _less_traffic(offer.plan, old_plan),
        traffic_used=old_plan is not None and _traffic_used(person, offer.plan, old_plan, total_seconds(left)),
    )


def _kind(before: Subscription, offer: Offer, left: int, became: int, *, paused: bool) -> PurchaseKind:
    if paused:
        return PurchaseKind.PAUSED
    if not left or before.plan is None:
        return PurchaseKind.NEW
    other = before.plan.id != offer.plan.id and not before.plan.is_trial
    return PurchaseKind.CHANGE if other or became != left else PurchaseKind.EXTEND


def _traffic_used(person: Person, new: Plan, old: Plan, seconds_left: int) -> bool:
    """Tell whether time becomes less in a plan without a limit, because more traffic than time is used."""
    limit = person.subscription.traffic_limit_bytes
    return new.traffic_limit_bytes is None and share_left(old, limit, person.used_bytes, seconds_left) < 1


def _less_traffic(new: Plan, old: Plan) -> bool:
    """Tell whether the new plan grants less in the same time; a trial is short, and is not compared."""
    if new.traffic_limit_bytes is None or old.is_trial:
        return False
    return old.traffic_limit_bytes is None or new.traffic_limit_bytes < old.traffic_limit_bytes


def _lots_of(lot_id: str, offer: Offer, paid: Money | None, now: datetime, *, renews_itself: bool) -> tuple[Lot, ...]:
    """Return the lots that a purchase adds; what was not paid for is free time, at the shortest list price."""
    plan, shortest = offer.plan.id, offer.shortest.per_second
    margin = int(RENEWAL_MARGIN.total_seconds())
    free = granted(lot_id, Source.FREE, plan, margin, worth=shortest * margin)
    if paid is None or paid.amount_minor <= 0:
        lot = granted(lot_id, Source.FREE, plan, offer.seconds, worth=shortest * offer.seconds)
    else:
        lot = granted(lot_id, Source.BOUGHT, plan, offer.seconds, worth=_worth(offer, paid), paid=paid, at=now)
    return (free, lot) if renews_itself else (lot,)


def _worth(offer: Offer, paid: Money) -> Fraction:
    """Return the list price, or what was paid if that is less, in the base currency.

    The order says what a payment in its currency is worth: the price without a discount is worth the list price.
    Money in another currency, for which an operator grants the time all the same, counts as the list price.
    """
    full = offer.full_price or offer.price
    if paid.currency != full.currency or full.amount_minor <= 0:
        return Fraction(offer.list_price.amount_minor)
    return offer.list_price.amount_minor * min(Fraction(paid.amount_minor, full.amount_minor), Fraction(1))


def _has_bought_time(subscription: Subscription, now: datetime) -> bool:
    return any(lot.source is Source.BOUGHT for lot in subscription.lots_left(now))


def _as_time_of(
    subscription: Subscription, plan: Plan, price: ListPrice, added: tuple[Lot, ...], now: datetime
) -> tuple[Lot, ...]:
    """Return a purchase as time of the present plan, by its worth; at least its own time, or what two years allow."""
    room = LONGEST_CONVERTED_SECONDS - total_seconds(subscription.lots_left(now))
    return converted(added, plan.id, price, at_most=max(room, total_seconds(added)))


def _extended(
    subscription: Subscription, plan: Plan, added: tuple[Lot, ...], new_key: Key, now: datetime, used_bytes: int
) -> Subscription:
    """Return the subscription with more time and traffic of its present plan."""
    limit = subscription.traffic_limit_bytes
    extended = subscription.extended(in_order_of_use((*subscription.lots_left(now), *added)), now, new_key)
    if limit is None:
        return extended
    return replace(extended, granted_bytes=max(limit, used_bytes) + traffic_of(plan, total_seconds(added)))


def _with_plan_of(
    subscription: Subscription, added: tuple[Lot, ...], offer: Offer, new_key: Key, now: datetime, used_bytes: int
) -> Subscription:
    """Return the subscription under the plan of the offer, with what is left converted into time of that plan."""
    old, new, left = subscription.plan, offer.plan, subscription.lots_left(now)
    limit = subscription.traffic_limit_bytes
    if old is not None and limit is not None:
        left = with_share(left, share_left(old, limit, used_bytes, total_seconds(left)))
    same_plan = old is not None and old.id == new.id
    limit_ends = limit is not None and new.traffic_limit_bytes is None
    kept = left if same_plan and not limit_ends else _converted(left, offer)
    if same_plan and left and limit is not None:
        granted_bytes = max(limit, used_bytes)
    else:
        granted_bytes = used_bytes + traffic_left(new, kept)
    granted_bytes += traffic_of(new, total_seconds(added))
    limited = new.traffic_limit_bytes is not None
    if limited:
        kept = tuple(replace(lot, traffic_share=WHOLE_TRAFFIC) for lot in kept)
    extended = subscription.extended(in_order_of_use((*kept, *added)), now, new_key)
    return replace(
        extended,
        plan=new,
        granted_bytes=granted_bytes if limited else None,
        converts_at=offer.conversion_price,
        trial_plan=_trial_plan(subscription, kept),
    )


def _converted(left: tuple[Lot, ...], offer: Offer) -> tuple[Lot, ...]:
    valued = tuple(lot.valued_at(offer.shortest) for lot in left)
    longest = max(LONGEST_CONVERTED_SECONDS, total_seconds(left))
    unlimited = offer.plan.traffic_limit_bytes is None
    return converted(valued, offer.plan.id, offer.conversion_price, at_most=longest, unlimited=unlimited)


def _trial_plan(before: Subscription, lots: tuple[Lot, ...]) -> Plan | None:
    """Return the trial, as long as time of it is left, so that a refund or an undo can restore it."""
    trial = before.plan if before.plan is not None and before.plan.is_trial else before.trial_plan
    known = trial is not None and any(lot.source is Source.TRIAL or lot.plan_id == trial.id for lot in lots)
    return trial if known else None
