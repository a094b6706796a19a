"""The items of a person, and their sort keys in the table."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeIs

from vpnbot.domain.answers import Answer
from vpnbot.domain.invites.reward import Reward
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import INLINE_CLAIM, DueItem, Urgency
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.topics import Topic
from vpnbot.domain.winback import Winback

type MoneyWork = Order | Refund | PendingReceipt | RenewalStop
"""The due work about money."""
type Message = Notification | Question | Answer
"""What waits to be sent: to the person, to the operators, and from them."""
type Waiting = User | Subscription | Access | Message | Topic | ServerWatch | MoneyWork | Reward | Winback
type NeverDue = LinkFetch | Devices | PaymentMethod
"""The items for which nothing is ever due."""
type Item = Waiting | NeverDue
type Observed = Access | Message
"""The items that an observation may replace or delete, see `Session.observe`."""


_QUEUES = {Notification: "OUT", Question: "RELAYIN", Answer: "RELAYOUT"}
"""The first parts of the sort keys of messages that wait in a queue."""
_SINGLE: Mapping[type[Item], str] = {
    User: "USER",
    Subscription: "SUB",
    LinkFetch: "FETCH",
    Devices: "DEVICES",
    Topic: "TOPIC",
    Reward: "REWARD",
    Winback: "WINBACK",
}
"""The sort keys of the items of which a person has at most one."""


def sort_key(item: Item) -> str:
    """Return the sort key of an item within its person's partition."""
    match item:
        case Order() | Refund() | PendingReceipt() | RenewalStop() | PaymentMethod():
            return _money_key(item)
        case Notification() | Question() | Answer():
            return f"{_QUEUES[type(item)]}#{item.id}"
        case Access():
            return f"ACCESS#{item.server_id}#{item.key.tag}"
        case ServerWatch():
            return f"WATCH#{item.server_id}"
        case _:
            return _SINGLE[type(item)]


def _money_key(item: MoneyWork | PaymentMethod) -> str:
    match item:
        case Order():
            return order_key(item.id)
        case Refund():
            return f"REFUND#{item.order_id}#{item.number}"
        case PendingReceipt():
            return f"RECEIPT#{item.order_id}#{item.refund_id or item.payment_id}"
        case RenewalStop():
            return f"STOP#{item.provider}#{item.first_payment_id}"
        case PaymentMethod():
            return f"METHOD#{item.provider}"


def order_key(order_id: str) -> str:
    """Return the sort key of an order, in the person's partition or in that of closed orders."""
    return f"ORDER#{order_id}"


def in_archive(item: Item) -> bool:
    """Tell whether an item is stored in the person's second partition, which the load of a person does not read."""
    return isinstance(item, Order) and item.archived


def urgency_of(item: Waiting) -> Urgency:
    """Return how urgent the due work of an item is."""
    match item:
        case Subscription():
            return Urgency.URGENT if item.end_due else Urgency.NORMAL
        case Access():
            # A key that failed before waits for its panel, and must not delay those that are done at once.
            return Urgency.NORMAL if item.due and item.due.attempts else Urgency.URGENT
        case User():
            return Urgency.BULK
        case Notification() | Question() | Answer() | Topic() | ServerWatch():
            return Urgency.NORMAL
        case Order() | Refund() | PendingReceipt() | RenewalStop() | Reward() | Winback():
            return Urgency.NORMAL


WRITTEN_WITHOUT_VERSION = frozenset({"FETCH", "DEVICES"})
"""Sort keys of items that are created without a decision: a deletion removes them whether or not it has read them."""


def never_due(item: object) -> TypeIs[NeverDue]:
    """Tell whether an item is of a kind for which nothing is ever due."""
    return isinstance(item, LinkFetch | Devices | PaymentMethod)


def deletes(before: Person, after: Person) -> bool:
    """Tell whether this change is the deletion of a person's data."""
    return before.user.known and not after.user.known


def items_of(person: Person) -> Mapping[str, Item]:
    """Return a person's items by their sort keys; profile and subscription only if they differ from the defaults."""
    items: list[Item] = [*person.accesses, *person.outbox, *person.questions, *person.answers, *person.watches]
    items += [*person.orders, *person.refunds, *person.receipts, *person.stops, *person.methods]
    if person.user != User():
        items.append(person.user)
    if person.subscription != Subscription():
        items.append(person.subscription)
    single = (person.fetch, person.devices, person.topic, person.reward, person.winback)
    items += [item for item in single if item is not None]
    return {sort_key(item): item for item in items}


def due_at_once(person: Person, now: datetime) -> tuple[DueItem, ...]:
    """Return claims on the work of a person that was committed a moment ago and is to be done at once.

    The process that commits such work holds its claim for a minute, see `inline_claim`; it may give it to a worker.
    """
    waiting = {key: item.due for key, item in items_of(person).items() if not never_due(item)}
    return tuple(
        DueItem(person.id, key, due.at, due.attempts, due_since=now)
        for key, due in waiting.items()
        if due is not None and not due.attempts and now < due.at <= now + INLINE_CLAIM
    )


def claimed(person: Person, claim: DueItem) -> Waiting | None:
    """Return the item that a claim is for; None if it does not exist, or is due at another time than the claim."""
    item = items_of(person).get(claim.sort_key)
    if item is None or never_due(item) or item.due is None or item.due.at != claim.due_at:
        return None
    return item
