"""A promise to tell a person when their server is back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due

LOOK_AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ServerWatch:
    """Somebody waits for this server since then."""

    server_id: str
    since: datetime
    due: Due | None = None

    @property
    def cause(self) -> str:
        """The ledger's name for the end of the waiting."""
        return f"event:server_back:{self.server_id}:{self.since:%Y-%m-%dT%H:%M:%SZ}"

    def given_up(self, now: datetime) -> bool:
        """Whether the word would no longer mean anything to anybody."""
        return now - self.since > GIVE_UP


def watch(server_id: str, now: datetime) -> ServerWatch:
    """Begin to wait."""
    return ServerWatch(server_id, now, Due(now + LOOK_AGAIN))
