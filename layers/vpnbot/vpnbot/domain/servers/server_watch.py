"""A promise to notify a person when their server works again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due

LOOK_AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ServerWatch:
    """The person has been waiting for this server since then."""

    server_id: str
    since: datetime
    due: Due | None = None

    @property
    def cause(self) -> str:
        """The cause in the ledger for the end of the wait."""
        return f"event:server_back:{self.server_id}:{self.since:%Y-%m-%dT%H:%M:%SZ}"

    def given_up(self, now: datetime) -> bool:
        """Whether a notification would no longer be of use."""
        return now - self.since > GIVE_UP


def watch(server_id: str, now: datetime) -> ServerWatch:
    """Return a new watch, due after the first interval."""
    return ServerWatch(server_id, now, Due(now + LOOK_AGAIN))
