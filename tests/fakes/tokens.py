"""The token store in memory."""

from collections.abc import Callable, Mapping
from datetime import datetime

from tests.fakes.clock import START
from vpnbot.errors import Misconfigured


class Tokens:
    """Implements the `PanelTokens` port. `looked_again` counts the calls that ask whether a token has changed."""

    def __init__(self, **stored: str) -> None:
        self.stored = dict(stored)
        self.changed_at: dict[str, datetime] = {}
        self.clock: Callable[[], datetime] = lambda: START
        self.fresh_reads = 0

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return the stored token of a server."""
        self.fresh_reads += again
        if server_id not in self.stored:
            raise Misconfigured(server_id, "no token")
        return self.stored[server_id]

    def put(self, server_id: str, token: str) -> None:
        """Store a token."""
        self.stored[server_id] = token
        self.changed_at[server_id] = self.clock()

    def remove(self, server_id: str) -> None:
        """Remove a token, if it is stored."""
        self.stored.pop(server_id, None)

    def last_changes(self) -> Mapping[str, datetime]:
        """Return the names of all tokens, each with the time of its last change."""
        return {name: self.changed_at.get(name, START) for name in self.stored}
