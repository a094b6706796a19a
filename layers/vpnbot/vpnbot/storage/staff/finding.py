"""The rows by which people are found, the log of acts, and the list of the staff; commits write them.

| item        | pk                   | sk          | written                                                    |
|-------------|----------------------|-------------|------------------------------------------------------------|
| Name        | NAME#username        | person      | when Telegram shows another username                       |
| Order       | ORDERNUMBER#number   | order       | when an order is placed; body: person; TTL                 |
| Act         | ACTS#month           | time#cause  | with each act of the staff                                 |
| Given days  | GIVEN#member#day     | number      | with each day that a member with limits gives; TTL         |
| Staff       | STAFF                | person      | with each change of a role                                 |
"""

from collections.abc import Sequence
from datetime import datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order_id import is_order_id, shown_number
from vpnbot.domain.people.found_by import name_partition, number_partition
from vpnbot.domain.people.roles import STAFF, Role
from vpnbot.domain.staff.acts import Act, act_key, act_of, acts_partition, month_of
from vpnbot.domain.staff.given_days import given_partition
from vpnbot.storage.stored_item import Stored, read_item
from vpnbot.storage.table import Record, from_text, query_backwards, translated_errors

_LAST = "~"
"""Later than every sort key of these partitions."""
_MOST_GIVEN = 100


class StoredFinding:
    """Implements the port `Finding`."""

    def by_username(self, username: str, *, limit: int) -> Sequence[PersonId]:
        """Return who was seen with a username, the last one first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = Record.by_time.query(
                name_partition(username), scan_index_forward=False, consistent_read=True, limit=limit
            )
            return [PersonId(record.sk) for record in found]

    def by_order(self, number: str, *, limit: int) -> Sequence[PersonId]:
        """Return who has placed an order.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        whole = is_order_id(number)
        shown = shown_number(number) if whole else number
        with translated_errors():
            found = list(Record.query(number_partition(shown), consistent_read=True, limit=limit))
        owners = (str(record.plain().get("person", "")) for record in found if not whole or record.sk == number)
        return [PersonId(owner) for owner in dict.fromkeys(owners) if owner]


class StoredActLog:
    """Implements the port `ActLog`."""

    def page(self, month: str, *, before: str = "", limit: int) -> Sequence[Act]:
        """Return acts of a month, the newest first.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        raw = query_backwards(acts_partition(month), "0", before or _LAST, limit=limit + bool(before))
        found = [act for act in map(_act, map(Stored.of, raw)) if act.key != before]
        return found[:limit]

    def act(self, at: datetime, cause: str) -> Act | None:
        """Return one act.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(acts_partition(month_of(at)), act_key(at, cause))
        return None if stored is None else _act(stored)


class StoredDaysGiven:
    """Implements the port `DaysGiven`."""

    def taken(self, giver: str, day: str) -> Sequence[tuple[int, str]]:
        """Return the numbers that are taken of the allowance of a day.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = Record.query(given_partition(giver, day), consistent_read=True, limit=_MOST_GIVEN)
            return [(int(record.sk), str(record.plain().get("cause", ""))) for record in found]


class StoredMembers:
    """Implements the port `Members`."""

    def listed(self, *, limit: int = 50) -> Sequence[tuple[PersonId, Role]]:
        """Return who has a role that this release knows.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = [(record.sk, record.plain().get("role")) for record in Record.query(STAFF, limit=limit)]
        return [(PersonId(person), Role(str(role))) for person, role in found if role in frozenset(Role)]


def _act(stored: Stored) -> Act:
    return act_of(stored.sk, stored.body, from_text(stored.sk.partition("#")[0]))
