"""The outages of servers for which people wait.

| item   | pk      | sk            | written                                                  |
|--------|---------|---------------|----------------------------------------------------------|
| Outage | OUTAGES | OUTAGE#server | before a person's wait is committed; due while one waits |

The rows that find the people who wait are in `storage/audience/waiters.py`.
"""

from datetime import datetime, timedelta
from threading import Lock

from pynamodb.exceptions import DeleteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.domain.servers.outage import CHECK_INTERVAL, KEPT_FOR, NOT_RECORDED, OUTAGES, Outage, outage_key
from vpnbot.storage.codec import shard_of
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, from_text, to_text, translated_errors

_BEGAN_AT = Path("began_at")
_KEPT_LONG_ENOUGH = timedelta(minutes=2)


class StoredOutages:
    """Implements the port `Outages`. A process remembers until when it kept an outage, which saves most writes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept_until: dict[str, datetime] = {}

    def get(self, server_id: str) -> Outage | None:
        """Return the outage of a server, strongly consistent; None if there is none.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(OUTAGES, outage_key(server_id))
        if stored is None:
            return None
        due = Due(from_text(stored.due_at), stored.due_attempts) if stored.due_at else None
        began_at = stored.attributes.get("began_at")
        return Outage(
            server_id, from_text(stored.attributes["at"]), due, from_text(began_at) if began_at else NOT_RECORDED
        )

    def keep(self, server_id: str, now: datetime) -> None:
        """Make sure that the server has an outage that is due, and that is not closed during the next two minutes.

        Raises:
            StorageUnavailable: DynamoDB did not answer; no wait may be committed.
        """
        with self._lock:
            if self._kept_until.get(server_id, now) - now > _KEPT_LONG_ENOUGH:
                return
        until, first_check = now + KEPT_FOR, Due(now + CHECK_INTERVAL)
        actions: list[Action] = [
            Record.at.set(to_text(until)),
            _BEGAN_AT.set(_BEGAN_AT | to_text(now)),
            Record.due_at.set(Record.due_at | to_text(first_check.at)),
            Record.due_shard.set(Record.due_shard | shard_of(OUTAGES, first_check, Urgency.BULK)),
        ]
        with translated_errors():
            Record(OUTAGES, outage_key(server_id)).update(actions=actions)
        with self._lock:
            self._kept_until[server_id] = until

    def close(self, outage: Outage) -> bool:
        """Delete an outage; False if its claim is lost, or it was kept for another person meanwhile.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the outage stays due.
        """
        same_due: Condition = (
            Record.due_at == to_text(outage.due.at) if outage.due else Record.due_at.does_not_exist()
        )
        try:
            with translated_errors():
                Record(OUTAGES, outage_key(outage.server_id)).delete(
                    condition=same_due & (Record.at == to_text(outage.kept_until))
                )
        except DeleteError:
            return False
        return True
