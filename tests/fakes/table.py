"""Everything that is stored, in memory, with the conditions of the real table."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.answers import Answer
from vpnbot.domain.audience.turn import Turn
from vpnbot.domain.broadcasts.broadcast import Broadcast, broadcast_key
from vpnbot.domain.effects import Delete, Effect, ItemKey, MoveCounter, Put, PutIfAbsent, Replace
from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.invites.reward import Reward
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.payments.reconciliation import Reconciliation, reconciliation_key
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.payments.unmatched import UnmatchedPayment, unmatched_key
from vpnbot.domain.people.items import Item, sort_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.quarantined_update import QuarantinedUpdate
from vpnbot.domain.people.user import User
from vpnbot.domain.plans.opening import Opening
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.domain.servers.downtime import Downtime, downtime_key
from vpnbot.domain.servers.outage import Outage, outage_key
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Server
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.support_chat import SupportChat
from vpnbot.domain.topics import Topic
from vpnbot.domain.winback import Winback
from vpnbot.errors import CapacityExhausted, ItemExists, ReplacedMeanwhile
from vpnbot.storage.codec import ledger_partition
from vpnbot.storage.table import Record


@dataclass(frozen=True)
class OtherItem:
    """Due work of a kind that this version does not know."""

    sort_key: str
    due: Due | None


type StoredItem = (
    Item
    | Broadcast
    | Reconciliation
    | UnmatchedPayment
    | ReconciliationRun
    | SupportChat
    | Outage
    | Downtime
    | Opening
    | PromoCode
    | AdLink
    | Gift
    | OtherItem
)


@dataclass(frozen=True, slots=True)
class Row:
    """An item that effects write: a body with an optional time, or a counter."""

    body: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    taken: int = 0
    limit: int = 0
    due: Due | None = None
    urgency: Urgency = Urgency.NORMAL


class Table:
    """Everything that is stored, and the lock that makes each write atomic."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.items: dict[str, dict[str, StoredItem]] = {}
        self.ledger: dict[PersonId, dict[str, dict[str, object]]] = {}
        self.states: dict[PersonId, dict[str, Record]] = {}
        self.rows: dict[ItemKey, Row] = {}
        self.expires: dict[ItemKey, datetime] = {}
        self.quarantined: dict[PersonId, list[QuarantinedUpdate]] = {}
        self.servers: dict[str, Server] = {}
        self.plans: dict[str, SoldPlan] = {}
        self.settings = ShopSettings()
        self.claimed: set[ItemKey] = set()
        self.turn = Turn()

    def person(self, person_id: PersonId) -> Person:
        """Return the person who is stored in one partition."""
        items = list(self.items.get(person_id, {}).values())
        return Person(
            person_id,
            user=next((item for item in items if isinstance(item, User)), User()),
            subscription=next((item for item in items if isinstance(item, Subscription)), Subscription()),
            accesses=tuple(item for item in items if isinstance(item, Access)),
            outbox=tuple(item for item in items if isinstance(item, Notification)),
            questions=tuple(item for item in items if isinstance(item, Question)),
            answers=tuple(item for item in items if isinstance(item, Answer)),
            topic=next((item for item in items if isinstance(item, Topic)), None),
            fetch=next((item for item in items if isinstance(item, LinkFetch)), None),
            devices=next((item for item in items if isinstance(item, Devices)), None),
            watches=tuple(item for item in items if isinstance(item, ServerWatch)),
            orders=tuple(item for item in items if isinstance(item, Order)),
            refunds=tuple(item for item in items if isinstance(item, Refund)),
            receipts=tuple(item for item in items if isinstance(item, PendingReceipt)),
            stops=tuple(item for item in items if isinstance(item, RenewalStop)),
            methods=tuple(item for item in items if isinstance(item, PaymentMethod)),
            reward=next((item for item in items if isinstance(item, Reward)), None),
            winback=next((item for item in items if isinstance(item, Winback)), None),
        )

    def archived(self, person_id: PersonId, key: str) -> Order | None:
        """Return a closed order of a person, or None."""
        found = self.items.get(ledger_partition(person_id), {}).get(key)
        return found if isinstance(found, Order) else None

    def put(self, partition: str, item: StoredItem) -> None:
        """Store one item, kept in the order of sort keys as a Query returns them."""
        stored = {**self.items.get(partition, {}), _key_of(item): item}
        self.items[partition] = dict(sorted(stored.items()))
        self.claimed.discard((partition, _key_of(item)))

    def check(self, effects: Iterable[Effect]) -> None:
        """Raise the error of the first effect whose condition does not hold."""
        for effect in effects:
            row = self.rows.get((effect.partition, effect.key))
            match effect:
                case PutIfAbsent() if row is not None:
                    raise ItemExists(effect.partition, effect.key)
                case Replace() if self._version(effect) != effect.value.version:
                    raise ReplacedMeanwhile(effect.partition, effect.key)
                case MoveCounter() if effect.by > 0 and not _fits(effect, row):
                    raise CapacityExhausted(effect.partition, effect.key)
                case _:
                    pass

    def apply(self, effects: Iterable[Effect]) -> None:
        """Apply effects whose conditions were checked."""
        for effect in effects:
            item = (effect.partition, effect.key)
            match effect:
                case Put() | PutIfAbsent():
                    self.rows[item] = Row(effect.body, effect.at, due=effect.due, urgency=effect.urgency)
                case Replace(value=Gift() as gift):
                    self.put(effect.partition, replace(gift, version=gift.version + 1))
                    if effect.expires_at is not None:
                        self.expires[item] = effect.expires_at
                case Replace():
                    raise TypeError(f"this table has no items such as {effect.value}")
                case Delete():
                    self.rows.pop(item, None)
                case MoveCounter():
                    counter = self.rows.get(item, Row())
                    self.rows[item] = replace(counter, taken=counter.taken + effect.by)

    def _version(self, effect: Replace) -> int:
        stored = self.items.get(effect.partition, {}).get(effect.key)
        return stored.version if isinstance(stored, Gift) else 0

    def row(self, partition: str, key: str) -> Row | None:
        """Return an item outside the people's own partitions, or None."""
        return self.rows.get((partition, key))

    def put_counter(self, partition: str, key: str, taken: int, limit: int) -> None:
        """Store a counter."""
        self.rows[partition, key] = Row(taken=taken, limit=limit)


def _fits(move: MoveCounter, row: Row | None) -> bool:
    if move.limit is not None:
        return row is None or row.taken < move.limit
    return row is not None and (not move.bounded or row.taken < row.limit)


def _key_of(item: StoredItem) -> str:
    match item:
        case Broadcast():
            return broadcast_key(item.id)
        case ReconciliationRun():
            return f"ROUND#{item.server_id}"
        case SupportChat():
            return "CHAT"
        case Reconciliation():
            return reconciliation_key(item.provider)
        case UnmatchedPayment():
            return unmatched_key(item.mark)
        case Outage():
            return outage_key(item.server_id)
        case Downtime():
            return downtime_key(item.id)
        case Opening():
            return item.key
        case PromoCode() | AdLink() | Gift() | OtherItem():
            return item.sort_key
        case _:
            return sort_key(item)
