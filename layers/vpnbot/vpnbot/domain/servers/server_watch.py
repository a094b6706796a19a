"""A promise to notify a person when their server works again."""

from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.scheduling import Due


@dataclass(frozen=True, slots=True)
class ServerWatch:
    """The mark in a person's partition that the person waits for one server since `since`.

    A row in the partition of the server's waiters finds the person (`domain/servers/outage.py`). Only a watch that an
    earlier release stored has a `due` time: it has no such row yet, and due work gives it one.
    """

    server_id: str
    since: datetime
    due: Due | None = None

    @property
    def cause(self) -> str:
        """The cause in the ledger for the end of the wait."""
        return f"event:server_back:{self.server_id}:{self.since:%Y-%m-%dT%H:%M:%S.%fZ}"
