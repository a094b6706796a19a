"""What a change of a person adds to the statistics: one entry, which the commit of the change writes.

An entry has neither a person nor a cause. Its key ends with random characters, so that entries of different commits
do not meet. So entries stay when the people are deleted, and no commit waits for another.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from vpnbot.domain.effects import Effect, Put
from vpnbot.domain.gifts.gift import OPENED_ENTRY
from vpnbot.domain.invites.reward import GIVEN, TAKEN, WELCOME_TAKEN, WELCOMED
from vpnbot.domain.orders.discount import promo_of
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.promo.uses import USE_ENTRY
from vpnbot.domain.statistics.flow import Counted, Flow, FlowKind, counted_origin, opinion_kind
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.domain.winback import OFFERED_ENTRY, of_winback

ENTRY_SHARDS = 8
"""The partitions of a day; the first character of the random mark chooses one."""

_REWARDS = {
    GIVEN: FlowKind.REWARD,
    WELCOMED: FlowKind.REWARD,
    TAKEN: FlowKind.REWARD_TAKEN,
    WELCOME_TAKEN: FlowKind.REWARD_TAKEN,
}
"""What entries of the ledger count, by their texts."""


def entry_partition(day: date, shard: int) -> str:
    """Return a partition of the entries of a day (UTC)."""
    return f"STATENTRY#{day}#{shard}"


def entry_key(moment: datetime, mark: str) -> str:
    """Return the sort key of an entry: its hour first."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{mark}"


def hour_text(moment: datetime) -> str:
    """Return the hour of a time as text that sorts by time: `2026-11-29T01`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H}"


def statistics_effects(
    before: Person, after: Person, entries: Sequence[Entry], now: datetime, mark: str
) -> tuple[Effect, ...]:
    """Return the entry of a change, and a row for each sale; nothing if the change is not counted.

    `mark` are random hexadecimal digits. A change has one entry, however much it counts, because a transaction has
    room for 100 actions.
    """
    counted = [*_of_state(before, after), *_of_entries(before, after, entries), *_of_rewards(after, entries)]
    sales: tuple[Effect, ...] = ()
    if any(entry.order is not None for entry in entries):
        from vpnbot.domain.statistics.sale import counted_money, promo_sale_effects, sale_effects, sales_of

        found = sales_of(before, after, entries)
        counted += counted_money(found, before, after)
        sales = (*sale_effects(found, before.id, mark), *promo_sale_effects(found, mark))
    return (*entry_effects(counted, now, mark), *sales)


def entry_effects(counted: Iterable[Counted], now: datetime, mark: str) -> tuple[Effect, ...]:
    """Return the entry of what was counted at once; nothing if that is nothing."""
    body = [{"flow": each.flow.key, **({"minor": each.minor} if each.minor else {})} for each in counted]
    if not body:
        return ()
    partition = entry_partition(now.astimezone(UTC).date(), int(mark[0], 16) % ENTRY_SHARDS)
    return (Put(partition, entry_key(now, mark), {"counted": body}),)


def counted_in(body: Mapping[str, object]) -> Iterator[Counted]:
    """Yield what an entry has counted, from its stored body."""
    listed = body.get("counted")
    for each in listed if isinstance(listed, list) else []:
        yield Counted(Flow.parse(str(each["flow"])), int(each.get("minor", 0)))


def connected(person: Person) -> Counted:
    """Return what the first fetch of a person's link counts."""
    return Counted(flow_of(FlowKind.CONNECTED, person))


def reach_changed(person: Person, *, reachable: bool) -> Counted:
    """Return what it counts that a person has blocked the bot, or has stopped blocking it."""
    return Counted(flow_of(FlowKind.UNBLOCKED if reachable else FlowKind.BLOCKED, person))


def flow_of(kind: FlowKind, person: Person, user: User | None = None) -> Flow:
    """Return a flow about a person, with what is known of them; `user` is another state of their profile."""
    profile = user or person.user
    plan = person.subscription.plan
    origin = counted_origin(profile.came_from) if profile.known else ""
    return Flow(kind, plan.id if plan is not None else "", origin, profile.language or "")


def _of_entries(before: Person, after: Person, entries: Sequence[Entry]) -> Iterator[Counted]:
    """Yield promo codes that have given time, discounts that a payment has used, opened gifts, and win-backs."""
    taken = {use.source for use in before.user.reserved} - {use.source for use in after.user.reserved}
    for entry in entries:
        order = after.order(entry.order) if taken and entry.order is not None else None
        used = order.offer.discount if order is not None and _has_used(order, taken) else ""
        if entry.what.startswith(USE_ENTRY) or promo_of(used) is not None:
            yield Counted(flow_of(FlowKind.PROMO, after))
        elif of_winback(used):
            yield Counted(flow_of(FlowKind.WINBACK_USED, after))
        elif entry.what == OFFERED_ENTRY:
            yield Counted(flow_of(FlowKind.WINBACK, after))
        elif entry.what == OPENED_ENTRY:
            yield Counted(flow_of(FlowKind.GIFT_OPENED, after))


def _has_used(order: Order, sources: Collection[str]) -> bool:
    granted = {payment.state for payment in order.payments}
    return order.offer.discount in sources and PaymentState.CREDITED in granted


def _of_rewards(after: Person, entries: Sequence[Entry]) -> Iterator[Counted]:
    for entry in entries:
        if entry.what in _REWARDS and entry.seconds:
            yield Counted(flow_of(_REWARDS[entry.what], after), entry.seconds)


def _of_state(before: Person, after: Person) -> Iterator[Counted]:
    """Yield what follows from the difference of profile and subscription."""
    old, new = before.user, after.user
    if old.known and not new.known:
        yield Counted(flow_of(FlowKind.DELETED, before))
        return
    if new.known and not old.known:
        yield Counted(flow_of(FlowKind.MET, after))
    if new.trial_used and not old.trial_used:
        yield Counted(flow_of(FlowKind.TRIAL, after))
    if new.told_of_trials_at is not None and new.told_of_trials_at != old.told_of_trials_at:
        yield Counted(flow_of(FlowKind.TRIAL_TOLD, after))
    if after.subscription.status is Status.EXPIRED and before.subscription.status is not Status.EXPIRED:
        yield Counted(flow_of(FlowKind.EXPIRED, after))
    if after.paused is not before.paused:
        yield Counted(flow_of(FlowKind.SUSPENDED if after.paused else FlowKind.RESUMED, after))
    if old.known and new.known and new.reachable is not old.reachable:
        yield reach_changed(after, reachable=new.reachable)
    if new.opinion is not None and new.opinion != old.opinion:
        yield Counted(flow_of(opinion_kind(new.opinion), after))
