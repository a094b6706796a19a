"""All items that are stored about one person, in memory or in the table: for tests of what a deletion leaves."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.fakes.people import People
from tests.fakes.shop import USER_ID, Shop
from tests.fakes.table import StoredItem
from vpnbot.domain.payments.registry import PAYMENT_KEY
from vpnbot.storage.codec import LEDGER_PREFIX, ledger_partition
from vpnbot.storage.conversions import converter
from vpnbot.storage.table import Record


@dataclass(frozen=True)
class KeptRecord:
    """One stored item: when the table deletes it (None: never), and all of it as text."""

    partition: str
    key: str
    expires_at: datetime | None
    text: str

    @property
    def about_money(self) -> bool:
        """Whether it is a closed order, an entry of the ledger, or a payment in the register."""
        return self.partition.endswith("#LOG") or self.key == PAYMENT_KEY


def kept_records(shop: Shop, user_id: int = USER_ID) -> list[KeptRecord]:
    """Return the items in the partitions of a person, and the payments of this person in the register."""
    person_id = shop.person_id(user_id)
    everything = _in_table() if shop.on_dynamodb else _in_memory(shop)
    own = {str(person_id), ledger_partition(person_id)}
    return [
        record
        for record in everything
        if record.partition in own or (record.key == PAYMENT_KEY and person_id in record.text)
    ]


def _in_table() -> list[KeptRecord]:
    return [
        KeptRecord(
            record.pk,
            record.sk,
            datetime.fromtimestamp(int(record.expires_at), UTC) if record.expires_at else None,
            json.dumps(record.serialize(), ensure_ascii=False),
        )
        for record in Record.scan()
    ]


def _in_memory(shop: Shop) -> list[KeptRecord]:
    assert isinstance(shop.people, People)
    table = shop.people.table
    found: list[tuple[str, str, object]] = [
        (partition, key, _plain(item)) for partition, items in table.items.items() for key, item in items.items()
    ]
    found += [
        (ledger_partition(person_id), f"{LEDGER_PREFIX}{cause}", row)
        for person_id, rows in table.ledger.items()
        for cause, row in rows.items()
    ]
    found += [(partition, key, row.body) for (partition, key), row in table.rows.items()]
    return [
        KeptRecord(partition, key, table.expires.get((partition, key)), json.dumps(value, ensure_ascii=False))
        for partition, key, value in found
    ]


def _plain(item: StoredItem) -> object:
    return converter.unstructure(item)
