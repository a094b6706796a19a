"""A promise to notify a person when their server works again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due

CHECK_INTERVAL = timedelta(minutes=5)
MAX_WATCH = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ServerWatch:
    """A watch on one server: the person has been waiting since `since`, and the server is checked at `due`."""

    server_id: str
    since: datetime
    due: Due | None = None

    @property
    def cause(self) -> str:
        """The cause in the ledger for the end of the wait."""
        return f"event:server_back:{self.server_id}:{self.since:%Y-%m-%dT%H:%M:%SZ}"

    def given_up(self, now: datetime) -> bool:
        """Whether the person has waited longer than `MAX_WATCH`, so that the watch ends without a notification."""
        return now - self.since > MAX_WATCH


def watch(server_id: str, now: datetime) -> ServerWatch:
    """Return a new watch; the first check is due after `CHECK_INTERVAL`."""
    return ServerWatch(server_id, now, Due(now + CHECK_INTERVAL))
