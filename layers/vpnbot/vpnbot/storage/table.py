"""The table, as a PynamoDB model. template.yaml declares its keys, indexes and TTL.

| item         | pk            | sk                      | found by                            |
|--------------|---------------|-------------------------|-------------------------------------|
| User         | person        | USER                    | due index while history is erased; audience |
| Subscription | person        | SUB                     | due index: its next event           |
| Access       | person        | ACCESS#server#key tag   | due index while its panel lags; by_server |
| Notification | person        | OUT#time#cause#kind     | due index until it is delivered     |
| Question     | person        | RELAYIN#time#cause      | due index until it is delivered     |
| Answer       | person        | RELAYOUT#time#cause     | due index until it is delivered     |
| Topic        | person        | TOPIC                   | due index while it is to be deleted |
| LinkFetch    | person        | FETCH                   |                                     |
| Devices      | person        | DEVICES                 |                                     |
| ServerWatch  | person        | WATCH#server            | WAIT#server-server#shard            |
| FSM state    | person        | FSM#full storage key    | TTL                                 |
| Order        | person        | ORDER#id                | due index while its provider or an operator decides |
| Closed order | person + #LOG | ORDER#id                | its id; the history of orders       |
| Refund       | person        | REFUND#order#number     | due index until the money is back   |
| PendingReceipt | person      | RECEIPT#order#payment   | due index until it is registered    |
| RenewalStop  | person        | STOP#provider#payment   | due index until the provider stops  |
| PaymentMethod | person       | METHOD#provider         |                                     |
| Reward       | person        | REWARD                  | due index until it is given, or taken back |
| Winback      | person        | WINBACK                 | due index until it is offered              |
| Payment      | PAY#provider#account#payment | PAY      | its id at the provider              |
| Ledger entry | person + #LOG | LOG#cause               | local index by_time                 |
| Quarantined update | person + #LOG | QUARANTINED#update id | the queue ParkingQueue; local index by_time; TTL |
| Provider waiter | WAIT#provider-provider | person         |                                     |
| Waiter       | WAIT#kind#shard | person                |                                     |
| Revision     | SHOP#LOG      | V#subject#version#field |                                     |
| SupportChat  | SUPPORT       | CHAT                    | due index until operators know that it fails |
| Support rate | SUPPORT       | RATE                    |                                     |
| Thread       | THREAD#chat   | topic                   |                                     |
| Orphan topic    | THREAD#chat | TOLD#topic             | TTL                                 |
| Message pair | person + #CHAT | IN#message or OUT#message | TTL                              |
| Staff        | STAFF         | person                  |                                     |
| Profile work | PROFILE       | PROFILE#bot             | due index until the profile is compared |
| Menu         | PROFILE       | MENU#chat               |                                     |
| Need         | NEEDS         | kind#person#subject     |                                     |
| Event of the feed | FEED     | time#kind#person#number | TTL                                 |
| Name         | NAME#username | person                  |                                     |
| Order number | ORDERNUMBER#number | order              | TTL                                 |
| Act          | ACTS#month    | time#cause              |                                     |
| Given days   | GIVEN#member#day | number               | TTL                                 |
| Broadcast    | BROADCASTS    | BROADCAST#id            | due index while it is sent          |
| Gift         | GIFT#gift     | GIFT                    | due index until its buyer needs to hear no more |
| Delivery     | DELIVERY#broadcast#shard | person       | TTL                                 |
| Invited      | INVITED#person | CAME#number            |                                     |

The servers' partition is described in `servers/catalogue.py`, outages in `servers/outages.py`, measured outages in
`servers/downtimes.py`, promo codes in `promo/codes.py`, links in advertisements in `ads/links.py`, people who wait in
`audience/waiters.py`, the turn of jobs on many people in `audience/turn.py`,
plans and the settings of the shop in `plans/records.py`, statistics in `statistics/statistics.py`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import DoesNotExist, PynamoDBException
from pynamodb.indexes import (
    AllProjection,
    GlobalSecondaryIndex,
    IncludeProjection,
    KeysOnlyProjection,
    LocalSecondaryIndex,
)

from vpnbot.aws_refusals import permanent_refusal
from vpnbot.errors import StorageUnavailable, VpnbotError
from vpnbot.storage.attribute_values import to_attribute
from vpnbot.storage.connection import ConnectedModel

_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class DueIndex(GlobalSecondaryIndex["Record"]):  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
    """The due index: sparse, it has only items with a due time, by shard."""

    class Meta:
        """As template.yaml declares it."""

        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class ServerIndex(GlobalSecondaryIndex["Record"]):  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
    """Sparse index of the keys on a server by the names of their clients, with the facts for a comparison."""

    class Meta:
        """As template.yaml declares it."""

        index_name = "by_server"
        projection = IncludeProjection(["facts"])

    server_id = UnicodeAttribute(hash_key=True)
    client_name = UnicodeAttribute(range_key=True)
    facts = UnicodeAttribute(null=True)


class AudienceIndex(GlobalSecondaryIndex["Record"]):  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
    """Sparse index of the known people, spread over shards, with the facts that segments are made of."""

    class Meta:
        """As template.yaml declares it."""

        index_name = "audience"
        projection = IncludeProjection(["audience_facts"])

    audience = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)
    audience_facts = UnicodeAttribute(null=True)


class TimeIndex(LocalSecondaryIndex["Record"]):  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
    """A person's ledger in order of time."""

    class Meta:
        """As template.yaml declares it."""

        index_name = "by_time"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class Record(ConnectedModel):
    """Any item. `body` is a domain object as a map; attributes for conditions and indexes are beside it.

    `schema` is the schema version of its kind; None is version 1. `due_claimed` is 1 while a worker or the queue has
    the claim of the item. `due_origin` is the correlation id of what made it due (`vpnbot/correlation.py`).
    """

    class Meta:
        """The name of the table, and the time-outs of a call."""

        table_name = ""
        connect_timeout_seconds = 1
        read_timeout_seconds = 3
        max_retry_attempts = 2

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = MapAttribute[str, object](default=dict)  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
    schema = NumberAttribute(null=True)
    version = NumberAttribute(null=True)
    revision = NumberAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    due_attempts = NumberAttribute(null=True)
    due_claimed = NumberAttribute(null=True)
    due_origin = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    server_id = UnicodeAttribute(null=True)
    client_name = UnicodeAttribute(null=True)
    facts = UnicodeAttribute(null=True)
    audience = UnicodeAttribute(null=True)
    audience_facts = UnicodeAttribute(null=True)
    taken = NumberAttribute(null=True)
    limit = NumberAttribute(null=True)
    due = DueIndex()
    by_server = ServerIndex()
    by_audience = AudienceIndex()
    by_time = TimeIndex()
    _unknown: Mapping[str, Any] = MappingProxyType({})

    def keep(self, unknown: Mapping[str, Any]) -> None:
        """Also write these unknown attributes, and unknown fields within `body`; this record has none of them.

        The unknown fields of the values of a list are a mapping from the number in the list.
        """
        self._unknown = unknown

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        """Return the item as typed attribute values; PynamoDB calls this for every put."""
        raw: dict[str, dict[str, Any]] = super().serialize(null_check)
        _merge(raw, self._unknown)
        return raw

    def plain(self) -> dict[str, Any]:
        """Return the body as plain values."""
        body: dict[str, Any] = self.body.as_dict()  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
        return body


def bind(table_name: str) -> None:
    """Set the table of `Record`; must be called before the first call to DynamoDB."""
    if Record.Meta.table_name != table_name:
        Record.Meta.table_name = table_name
        Record._connection = None


def connection() -> Connection:
    """Return the connection that all operations share: one botocore client for the whole process."""
    table: TableConnection = Record._get_connection()
    return table.connection


def open_client() -> None:
    """Build the client now; it connects at the first call, which also raises what is wrong with the settings."""
    with suppress(BotoCoreError):
        connection()


def _merge(raw: dict[str, dict[str, Any]], unknown: Mapping[str, Any]) -> None:
    for name, value in unknown.items():
        if name not in raw:
            raw[name] = to_attribute(value)
        elif "L" in raw[name]:
            for number, within in value.items():
                _merge(raw[name]["L"][number]["M"], within)
        else:
            _merge(raw[name]["M"], value)


def get_raw(partition: str, sort_key: str) -> Any:
    """Return one raw item, strongly consistent; None when there is none."""
    table: TableConnection = Record._get_connection()
    return table.get_item(partition, sort_key, consistent_read=True).get("Item")


def query_pages(partition: str, between: tuple[str, str] | None = None) -> Iterator[list[Any]]:
    """Yield a partition's raw items page by page, strongly consistent; one page is up to 1 MB.

    `between` are the smallest and the largest sort key that are wanted; None: all.
    """
    table: TableConnection = Record._get_connection()
    keys = Record.sk.between(*between) if between else None
    following: Any = None
    while True:
        answer = table.query(partition, range_key_condition=keys, consistent_read=True, exclusive_start_key=following)
        yield answer["Items"]
        following = answer.get("LastEvaluatedKey")
        if not following:
            return


def query_backwards(partition: str, first: str, last: str, *, limit: int) -> list[Any]:
    """Return at most `limit` raw items with sort keys between two, both included, in descending order.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    with translated_errors():
        table: TableConnection = Record._get_connection()
        between = Record.sk.between(first, last)
        answer = table.query(
            partition, range_key_condition=between, consistent_read=True, scan_index_forward=False, limit=limit
        )
    items: list[Any] = answer["Items"]
    return items


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate errors of PynamoDB and botocore.

    A failed condition and a missing item stay PynamoDB's errors.

    Raises:
        StorageUnavailable: DynamoDB throttled the call, failed, or did not answer in time.
        Misconfigured: DynamoDB denies the call, or the table does not exist.
        InvalidCall: DynamoDB rejected the call, which is a bug.
    """
    try:
        yield
    except DoesNotExist:
        raise
    except PynamoDBException as error:
        code = _code(error) or type(error.cause or error).__name__
        if code in {"ConditionalCheckFailedException", "TransactionCanceledException"}:
            raise
        raise refused(code) from error
    except BotoCoreError as error:
        raise refused(type(error).__name__) from error


def refused(*codes: str) -> VpnbotError:
    """Return the error for these codes of an error, or of the reasons why a transaction was cancelled.

    StorageUnavailable unless one of them is permanent.
    """
    permanent = (permanent_refusal(code, "DynamoDB", "TABLE_NAME") for code in codes)
    return next(filter(None, permanent), None) or StorageUnavailable(f"DynamoDB: {', '.join(codes)}")


def _code(error: PynamoDBException) -> str | None:
    """Return the error code of DynamoDB. PynamoDB's own property fails after a time-out, whose `response` is None."""
    response: dict[str, dict[str, str]] = getattr(error.cause, "response", None) or {}
    return response.get("Error", {}).get("Code")


def to_text(moment: datetime) -> str:
    """Return a time as text in UTC that sorts by time, as it is stored in the table."""
    return moment.astimezone(UTC).strftime(_TIME_FORMAT)


def from_text(text: str) -> datetime:
    """Return the time that `to_text` wrote."""
    return datetime.fromisoformat(text)
