"""What waits for a member of the staff: one row for each, in one partition, written with the commits that cause it.

A row names an outage or a payment to decide about, a refund to send or to answer, a person who has paid and has no
key that works, or one who got no answer. The row of a key is a proposal: keys also change without a commit, so it is
compared with the person when it is shown (`still_waits`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.effects import Delete, Effect, Put
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.orders.refund import RefundState
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import RUNNING

NEEDS = "NEEDS"
"""The partition of what waits for the staff."""

NO_KEY_AFTER = timedelta(minutes=10)
"""A key that is made for longer than this needs a member of the staff."""

UNANSWERED_AFTER = timedelta(hours=2)
"""A question that waits for longer than this needs a member of the staff; those before it are seen in the chat."""


class NeedKind(StrEnum):
    """What has to be done. Rows are read in the order of these values, those of questions last: there may be many.

    HELD: decide about a payment. BY_HAND: send a refund. REFUND: answer a person who has asked for a refund.
    UNMATCHED: decide about a payment that belongs to no order. NO_KEY: a person has paid, and no key works.
    UNANSWERED: a person has written and has got no answer. COMPENSATION: give days for an outage, for which an
    administrator has asked the owner. REWARD: give the reward of an invitation above the number of a month.
    """

    HELD = "held"
    BY_HAND = "by_hand"
    REFUND = "refund"
    UNMATCHED = "unmatched"
    NO_KEY = "no_key"
    REWARD = "reward"
    UNANSWERED = "without_answer"
    COMPENSATION = "compensation"


_SHOWN_AFTER = {NeedKind.NO_KEY: NO_KEY_AFTER, NeedKind.UNANSWERED: UNANSWERED_AFTER}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits since `at`. `person` is empty for a payment that belongs to no order.

    `subject` is the id of an order, or the mark of a payment that belongs to none; `payment` the provider's id.
    """

    kind: NeedKind
    person: str
    subject: str
    at: datetime
    payment: str = ""

    def shown(self, now: datetime) -> bool:
        """Tell whether it waits for so long that it is shown: what may end by itself has some time for it."""
        return now - self.at >= _SHOWN_AFTER.get(self.kind, timedelta())

    @property
    def key(self) -> str:
        """The sort key of its row."""
        return need_key(self.kind, self.person, self.subject)


def need_key(kind: NeedKind, person: str, subject: str) -> str:
    """Return the sort key of a row."""
    return f"{kind}#{person}#{subject}"


def need_of(key: str, body: Mapping[str, object], at: datetime) -> Need | None:
    """Return what a stored row says; None if another release has written another kind."""
    kind, _, rest = key.partition("#")
    if kind not in frozenset(NeedKind):
        return None
    person, _, subject = rest.partition("#")
    return Need(NeedKind(kind), person, subject, at, str(body.get("payment", "")))


def wanted(kind: NeedKind, person: str, subject: str, now: datetime, payment: str = "") -> Put:
    """Return the effect that writes a row."""
    return Put(NEEDS, need_key(kind, person, subject), {"payment": payment} if payment else {}, at=now)


def dealt_with(kind: NeedKind, person: str, subject: str) -> Delete:
    """Return the effect that removes a row; it need not exist."""
    return Delete(NEEDS, need_key(kind, person, subject))


def need_moves(before: Person, after: Person, now: datetime) -> Iterator[Effect]:
    """Yield the changes of the rows when a person changes. A refund that begins answers the wish for one."""
    had, has = _needs(before), _needs(after)
    for kind, subject in sorted(has.keys() - had.keys()):
        yield wanted(kind, after.id, subject, now, has[kind, subject])
    for kind, subject in sorted(had.keys() - has.keys()):
        yield dealt_with(kind, before.id, subject)
    begun = {refund.order_id for refund in after.refunds} - {refund.order_id for refund in before.refunds}
    for order_id in sorted(begun):
        yield dealt_with(NeedKind.REFUND, before.id, order_id)


def still_waits(need: Need, person: Person, now: datetime) -> bool:
    """Tell whether a row about a person is still true; a key that is not made yet has ten minutes."""
    if need.kind is NeedKind.REFUND:
        return True
    return (need.kind, need.subject) in _needs(person) and need.shown(now)


def _needs(person: Person) -> Mapping[tuple[NeedKind, str], str]:
    """Return what a person has waiting: the id of the payment by kind and order."""
    found: dict[tuple[NeedKind, str], str] = {}
    for refund in person.refunds:
        if refund.state is RefundState.BY_HAND:
            found[NeedKind.BY_HAND, refund.order_id] = refund.payment_id
    for order in person.orders:
        for payment in order.payments:
            if payment.state is PaymentState.HELD and person.refund_of(payment.id) is None:
                found[NeedKind.HELD, order.id] = payment.id
    if _paid_without_key(person):
        found[NeedKind.NO_KEY, ""] = ""
    if person.reward is not None and person.reward.state is RewardState.WAITING:
        found[NeedKind.REWARD, ""] = ""
    if person.topic is not None and person.topic.asked_at is not None:
        found[NeedKind.UNANSWERED, ""] = ""
    return found


def _paid_without_key(person: Person) -> bool:
    subscription = person.subscription
    paid = subscription.status in RUNNING and subscription.plan is not None and not subscription.is_trial
    return paid and not person.served and not person.paused and not person.traffic_used_up and person.keys_readable
