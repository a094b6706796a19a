"""The codec: domain objects as items of the table and back, derived from the types of their fields."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from vpnbot.correlation import current_id
from vpnbot.domain.answers import Answer
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
from vpnbot.domain.people.items import Item, in_archive, never_due, sort_key, urgency_of
from vpnbot.domain.people.ledger import Change, Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.topics import Topic
from vpnbot.domain.winback import Winback
from vpnbot.errors import UnreadableItem
from vpnbot.storage.conversions import converter
from vpnbot.storage.keys import facts_of
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record, to_text
from vpnbot.storage.upcasters import schema_attribute, upcasted

type SetAside = Callable[[UnreadableItem], None]
"""Called with the error of each item that cannot be read, at each reading."""

SHARDS: Mapping[Urgency, int] = {Urgency.URGENT: 4, Urgency.NORMAL: 4, Urgency.BULK: 1}
"""The number of shards of the due index for each urgency. The dispatcher reads all of them each minute."""

DEAD_LETTERED = "parked"
LEDGER_PREFIX = "LOG#"


_KINDS: Mapping[str, type[Item]] = {
    "USER": User,
    "SUB": Subscription,
    "FETCH": LinkFetch,
    "DEVICES": Devices,
    "ACCESS": Access,
    "OUT": Notification,
    "RELAYIN": Question,
    "RELAYOUT": Answer,
    "TOPIC": Topic,
    "WATCH": ServerWatch,
    "ORDER": Order,
    "REFUND": Refund,
    "RECEIPT": PendingReceipt,
    "STOP": RenewalStop,
    "METHOD": PaymentMethod,
    "REWARD": Reward,
    "WINBACK": Winback,
}
_KINDS_WITH_VERSION = frozenset(
    {
        "User",
        "Devices",
        "Server",
        "SupportChat",
        "SupportRate",
        "SoldPlan",
        "ShopSettings",
        "ProviderBreaker",
        "Broadcast",
        "Downtime",
        "AdLink",
        "PromoCode",
        "Gift",
    }
)
"""The names of the classes with a version; a class that only the staff use need not be imported here."""


def prepare_conversions(*kinds: str, written: bool = False) -> None:
    """Build in INIT what reads items of these kinds, and what writes them; else the first item of each kind does."""
    for kind in map(_KINDS.__getitem__, kinds):
        converter.get_structure_hook(kind)
        if written:
            converter.get_unstructure_hook(kind)


def shards_of(urgency: Urgency) -> tuple[str, ...]:
    """Return the shards of the due index for work of this urgency."""
    return tuple(f"{urgency}-{number}" for number in range(SHARDS[urgency]))


def shard_of(partition: str, due: Due, urgency: Urgency) -> str:
    """Return the shard of the due index that lists an item of this partition."""
    return DEAD_LETTERED if due.dead_lettered else f"{urgency}-{crc32(partition.encode()) % SHARDS[urgency]}"


def to_record(person_id: PersonId, item: Item) -> Record:
    """Return an item of a person as a record, in the partition in which it is stored."""
    partition = ledger_partition(person_id) if in_archive(item) else person_id
    record = new_record(partition, sort_key(item), item)
    match item:
        case User() | Devices():
            record.version = item.version
        case Access():
            record.revision = item.wanted_revision
            if item.name:
                record.server_id, record.client_name, record.facts = item.server_id, item.name, facts_of(item)
        case _:
            pass
    if not never_due(item):
        make_due(record, item.due, urgency_of(item))
        set_origin(record)
    return record


def user_record(person: Person) -> Record:
    """Return a person's profile as a record, with what the index of the audience says about the person.

    The index has the people who are known. Every write of a whole profile has to use this function.
    """
    from vpnbot.domain.audience.facts import audience_shard, facts_about  # with the first write

    record = to_record(person.id, person.user)
    facts = facts_about(person)
    if facts is not None:
        record.audience, record.audience_facts = audience_partition(audience_shard(person.id)), facts.text()
    return record


def audience_partition(shard: int) -> str:
    """Return the partition of one shard of the index of the audience."""
    return f"aud-{shard:02}"


def new_record(partition: str, key: str, value: object) -> Record:
    """Return a record with a domain object as its body; `due` and `version` are attributes beside the body."""
    body: dict[str, Any] = converter.unstructure(value)
    for attribute in ("due", "version"):
        body.pop(attribute, None)
    return Record(partition, key, body=body, schema=schema_attribute(key.partition("#")[0]))


def make_due(record: Record, due: Due | None, urgency: Urgency) -> None:
    """Set the attributes that put a record into the due index; None: it is not due."""
    if due is not None:
        record.due_shard = shard_of(record.pk, due, urgency)
        record.due_at = to_text(due.at)
        record.due_attempts = due.attempts


def set_origin(record: Record, known: str | None = None) -> None:
    """Let a due item carry the `known` correlation id, else that of what this process does now.

    Work that is due again and again for the whole shop, such as reconciliation runs, has none: each run would seem to
    be caused by the tap that once began them.
    """
    if record.due_at is not None:
        record.due_origin = known or current_id() or None


def to_person(person_id: PersonId, items: Iterable[Stored], set_aside: SetAside) -> Person:
    """Return the person with these items of their partition.

    Items of unknown kinds are ignored. For an item that this version cannot read, `set_aside` is called, and only its
    sort key is in the person (`Person.unreadable`).
    """
    found: list[Item] = []
    unreadable: list[str] = []
    for item in items:
        kind = _KINDS.get(item.kind)
        if kind is None:
            continue
        try:
            found.append(structured(item, kind))
        except UnreadableItem as error:
            set_aside(error)
            unreadable.append(item.sk)
    return Person(
        person_id,
        user=next((item for item in found if isinstance(item, User)), User()),
        subscription=next((item for item in found if isinstance(item, Subscription)), Subscription()),
        accesses=tuple(item for item in found if isinstance(item, Access)),
        outbox=tuple(item for item in found if isinstance(item, Notification)),
        questions=tuple(item for item in found if isinstance(item, Question)),
        answers=tuple(item for item in found if isinstance(item, Answer)),
        topic=next((item for item in found if isinstance(item, Topic)), None),
        fetch=next((item for item in found if isinstance(item, LinkFetch)), None),
        devices=next((item for item in found if isinstance(item, Devices)), None),
        watches=tuple(item for item in found if isinstance(item, ServerWatch)),
        orders=tuple(item for item in found if isinstance(item, Order)),
        refunds=tuple(item for item in found if isinstance(item, Refund)),
        receipts=tuple(item for item in found if isinstance(item, PendingReceipt)),
        stops=tuple(item for item in found if isinstance(item, RenewalStop)),
        methods=tuple(item for item in found if isinstance(item, PaymentMethod)),
        reward=next((item for item in found if isinstance(item, Reward)), None),
        winback=next((item for item in found if isinstance(item, Winback)), None),
        unreadable=frozenset(unreadable),
    )


def to_ledger(person_id: PersonId, entry: Entry, changed: Change) -> Record:
    """Return a ledger entry as a record of the person's ledger partition."""
    body: dict[str, Any] = {
        "what": entry.what,
        "actor": entry.actor,
        "changes": {name: list(before_after) for name, before_after in changed.items()},
    }
    if entry.order is not None:
        body["order"] = entry.order
    if entry.money is not None:
        body["money"] = {"minor": entry.money.amount_minor, "currency": entry.money.currency}
    if entry.seconds is not None:
        body["seconds"] = entry.seconds
    return Record(ledger_partition(person_id), f"{LEDGER_PREFIX}{entry.cause}", body=body, at=to_text(entry.at))


def ledger_partition(person_id: PersonId) -> str:
    """Return the partition of a person's ledger and of their closed orders."""
    return f"{person_id}#LOG"


def structured[T](item: Stored, kind: type[T]) -> T:
    """Return the domain object in an item.

    Raises:
        UnreadableItem: it has a form or a value that this version does not know, such as another status.
    """
    try:
        body = dict(upcasted(item.kind, item.schema, item.body))
        if kind.__name__ in _KINDS_WITH_VERSION:
            body["version"] = item.version
        if item.due_at is not None:
            dead_lettered = item.due_shard == DEAD_LETTERED
            body["due"] = {"at": item.due_at, "attempts": item.due_attempts, "dead_lettered": dead_lettered}
        return converter.structure(body, kind)
    except Exception as error:  # another release may have written anything, and the item must then stay unchanged
        raise UnreadableItem(f"{item.sk}: {_reason(error)}") from error


def readable[T](raw: Iterable[Mapping[str, Any]], kind: type[T], set_aside: SetAside) -> list[T]:
    """Return the domain objects in raw items, in their order; of one that cannot be read the error is set aside."""
    found: list[T] = []
    for item in map(Stored.of, raw):
        try:
            found.append(structured(item, kind))
        except UnreadableItem as error:
            set_aside(error)
    return found


def _reason(error: Exception) -> str:
    """Return the reason without values, because the message of another error may quote them."""
    return str(error) if isinstance(error, UnreadableItem) else type(error).__name__


def epoch(moment: datetime) -> int:
    """Return a time as DynamoDB's TTL needs it: whole seconds since 1970-01-01 UTC."""
    return int(moment.astimezone(UTC).timestamp())
