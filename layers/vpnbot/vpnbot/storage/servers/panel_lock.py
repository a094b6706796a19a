"""The item of a panel's address: of two commits at once that give a server this panel, the second fails."""

from dataclasses import dataclass
from typing import Self

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record


def panel_key(address: str) -> str:
    """Return the sort key of the item."""
    return f"PANEL#{address}"


def panel_record(address: str, version: int = 1) -> Record:
    """Return the item, which has only a version: the number of commits that gave a server this panel."""
    return Record(SERVERS, panel_key(address), version=version)


@dataclass(frozen=True, slots=True)
class PanelLock:
    """What a commit writes, and the condition that no other commit has written it since it was read."""

    record: Record
    unchanged: Condition

    @classmethod
    def read(cls, address: str) -> Self:
        """Read the item; this must come before the check that no server has the panel.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SERVERS, panel_key(address))
        version = stored.version if stored else 0
        unchanged: Condition = Record.version == version if stored else Record.pk.does_not_exist()
        return cls(panel_record(address, version + 1), unchanged)

    def add_to(self, transaction: TransactWrite) -> None:
        """Add the write to a transaction."""
        transaction.save(self.record, condition=self.unchanged)
