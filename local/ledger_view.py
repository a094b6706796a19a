"""A person's items in the table, their changes, and the number of decisions, for the control panel."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws import LocalAws
from local.due_list import plain
from vpnbot.domain.keys.key_ring import KeyRing, PersonId
from vpnbot.storage.codec import ledger_partition

type Item = Mapping[str, Any]
type Items = Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """The change of one item since the last read: its fields before and after, flattened (`body.status`)."""

    sort_key: str
    kind: str
    fields: Mapping[str, tuple[str | None, str | None]]

    def as_json(self) -> dict[str, object]:
        """Return the change as the control panel shows it."""
        return {"item": self.sort_key, "kind": self.kind, "fields": {n: list(v) for n, v in self.fields.items()}}


def differences(before: Items, after: Items) -> list[ItemChange]:
    """Return the items that differ between two reads, in order of the sort key."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = _flat(before.get(key, {})), _flat(after.get(key, {}))
        fields = {n: (old.get(n), new.get(n)) for n in sorted(old.keys() | new.keys()) if old.get(n) != new.get(n)}
        if fields or (key in before) != (key in after):
            kind = "added" if key not in before else "removed" if key not in after else "changed"
            found.append(ItemChange(key, kind, fields))
    return found


@dataclass(slots=True)
class LedgerView:
    """Reads the table directly, so that the meter does not count these reads."""

    aws: LocalAws
    table_name: str
    ring: KeyRing
    _last_read: dict[PersonId, Items] = field(default_factory=dict)
    _users: dict[str, int] = field(default_factory=dict)

    def user_of(self, person_id: str, user_ids: Collection[int]) -> int | None:
        """Return which of these Telegram ids is that of a person in the table, whose id there is a keyed hash."""
        if len(self._users) != len(user_ids):
            self._users = {self.ring.person_id(user_id): user_id for user_id in user_ids}
        return self._users.get(person_id)

    def items(self, user_id: int) -> Items:
        """Return all items of a person by sort key, from both partitions."""
        person_id = self.ring.person_id(user_id)
        return {**self._partition(person_id), **self._partition(ledger_partition(person_id))}

    def changes(self, user_id: int) -> list[ItemChange]:
        """Return the changes since the last call for this person; at the first call every item is new."""
        person_id = self.ring.person_id(user_id)
        now = self.items(user_id)
        before = self._last_read.get(person_id, {})
        self._last_read[person_id] = now
        return differences(before, now)

    def times_done(self, user_id: int, cause: str) -> int:
        """Return the number of decisions of a cause: ledger entries of this cause or of its children."""
        entries = self._partition(ledger_partition(self.ring.person_id(user_id)))
        return sum(key == f"LOG#{cause}" or key.startswith(f"LOG#{cause}/") for key in entries)

    def entries(self, user_id: int, what: str) -> list[str]:
        """Return the causes of a person's decisions of one kind."""
        entries = self._partition(ledger_partition(self.ring.person_id(user_id)))
        return [key.removeprefix("LOG#") for key, item in entries.items() if item["body"].get("what") == what]

    def keys_on(self, server_id: str) -> int:
        """Return the number of stored keys on a server, of all people."""
        pages = (
            self.aws.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.table_name,
                IndexName="by_server",
                KeyConditionExpression="server_id = :server",
                ExpressionAttributeValues={":server": {"S": server_id}},
                Select="COUNT",
            )
        )
        return sum(page["Count"] for page in pages)

    def item(self, partition: str, sort_key: str) -> Item:
        """Return one item; empty if there is none."""
        found = self.aws.client("dynamodb").get_item(
            TableName=self.table_name, Key={"pk": {"S": partition}, "sk": {"S": sort_key}}, ConsistentRead=True
        )
        return plain(found.get("Item", {}))

    def _partition(self, key: str) -> dict[str, Item]:
        pages = (
            self.aws.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.table_name,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": key}},
                ConsistentRead=True,
            )
        )
        return {item["sk"]: item for page in pages for item in map(plain, page["Items"])}


def _flat(item: Item, prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        elif name not in {"pk", "sk"} or prefix:
            flat[f"{prefix}{name}"] = str(value)
    return flat
