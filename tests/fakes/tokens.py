"""The token store in memory."""

from vpnbot.errors import Misconfigured


class Tokens:
    """Implements the `PanelTokens` port. `looked_again` counts the calls that ask whether a token has changed."""

    def __init__(self, **stored: str) -> None:
        self.stored = dict(stored)
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

    def remove(self, server_id: str) -> None:
        """Remove a token, if it is stored."""
        self.stored.pop(server_id, None)
