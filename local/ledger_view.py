"""A person's items as readable changes, and how often something was done: the desk's look into the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws import LocalAws
from local.due_list import plain
from vpnbot.domain.keys import Key, KeyRing, PersonId
from vpnbot.storage.records import ledger_partition

PANEL_PARTITION = "DEMO_PANEL#"
PANEL_STATE = "STATE"
PANEL_CLIENT = "CLIENT#"

type Item = Mapping[str, Any]
type Items = Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What became of one item since the last look: its fields before and after, flattened (`body.status`)."""

    sort_key: str
    kind: str
    fields: Mapping[str, tuple[str | None, str | None]]

    def as_json(self) -> dict[str, object]:
        """Return the change as the desk shows it."""
        return {"item": self.sort_key, "kind": self.kind, "fields": {n: list(v) for n, v in self.fields.items()}}


def differences(before: Items, after: Items) -> list[ItemChange]:
    """Return what changed between two looks, in order of the sort key."""
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
    """Looks past the system: reads of the desk are nobody's in the meter."""

    aws: LocalAws
    table_name: str
    ring: KeyRing
    _last_look: dict[PersonId, Items] = field(default_factory=dict)

    def items(self, user_id: int) -> Items:
        """Return everything of a person, by sort key, both partitions."""
        person_id = self.ring.person_id(user_id)
        return {**self._partition(person_id), **self._partition(ledger_partition(person_id))}

    def changes(self, user_id: int) -> list[ItemChange]:
        """Return what changed since the last call for this person; at first, everything is new."""
        person_id = self.ring.person_id(user_id)
        now = self.items(user_id)
        before = self._last_look.get(person_id, {})
        self._last_look[person_id] = now
        return differences(before, now)

    def times_done(self, user_id: int, cause: str) -> int:
        """Return how many decisions a cause made: entries of this cause or of its children."""
        entries = self._partition(ledger_partition(self.ring.person_id(user_id)))
        return sum(key == f"LOG#{cause}" or key.startswith(f"LOG#{cause}/") for key in entries)

    def entries(self, user_id: int, what: str) -> list[str]:
        """Return the causes of a person's decisions of one sort."""
        entries = self._partition(ledger_partition(self.ring.person_id(user_id)))
        return [key.removeprefix("LOG#") for key, item in entries.items() if item["body"].get("what") == what]

    def keys(self, user_id: int) -> int:
        """Return how many clients the demo panels hold for this person's keys, living or not yet removed."""
        return len(self.clients(user_id))

    def clients(self, user_id: int) -> list[Item]:
        """Return those clients as the panels have them."""
        person_id = self.ring.person_id(user_id)
        accesses = [item for key, item in self._partition(person_id).items() if key.startswith("ACCESS#")]
        known = {self.ring.credentials(person_id, _key(item["body"]["key"])).email for item in accesses}
        return [item["body"] for item in self.panel_clients() if item["sk"].removeprefix(PANEL_CLIENT) in known]

    def panels(self) -> dict[str, Item]:
        """Return the state of every demo panel, by server."""
        return {
            item["pk"].removeprefix(PANEL_PARTITION): item["body"]
            for item in self._scan()
            if item["pk"].startswith(PANEL_PARTITION) and item["sk"] == PANEL_STATE
        }

    def panel_clients(self) -> list[Item]:
        """Return every client of every demo panel."""
        return [
            item
            for item in self._scan()
            if item["pk"].startswith(PANEL_PARTITION) and item["sk"].startswith(PANEL_CLIENT)
        ]

    def set_panel(self, server_id: str, *, down: bool, latency_ms: int) -> None:
        """Plant a fault in a demo panel, or mend it; a panel that nobody has used yet begins with it."""
        dynamodb = self.aws.client("dynamodb")
        key = {"pk": {"S": f"{PANEL_PARTITION}{server_id}"}, "sk": {"S": PANEL_STATE}}
        weather = {"down": {"BOOL": down}, "latency_ms": {"N": str(latency_ms)}}
        try:
            dynamodb.update_item(
                TableName=self.table_name,
                Key=key,
                UpdateExpression="SET body.#down = :down, body.latency_ms = :latency_ms",
                ConditionExpression="attribute_exists(body)",
                ExpressionAttributeNames={"#down": "down"},
                ExpressionAttributeValues={f":{name}": value for name, value in weather.items()},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            dynamodb.put_item(TableName=self.table_name, Item={**key, "body": {"M": weather}})

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

    def _scan(self) -> list[Item]:
        pages = self.aws.client("dynamodb").get_paginator("scan").paginate(TableName=self.table_name)
        return [plain(item) for page in pages for item in page["Items"]]


def _flat(item: Item, prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        elif name not in {"pk", "sk"} or prefix:
            flat[f"{prefix}{name}"] = str(value)
    return flat


def _key(body: Item) -> Key:
    return Key(int(body["secret_version"]), str(body["seed"]), int(body.get("generation", 1)))
