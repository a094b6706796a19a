"""The operator's safe in memory."""

from vpnbot.errors import Misconfigured


class Tokens:
    """Satisfies the port. `stored` is what has been put in, by whoever did."""

    def __init__(self, **stored: str) -> None:
        self.stored = dict(stored)
        self.looked_again = 0

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return a token."""
        self.looked_again += again
        if server_id not in self.stored:
            raise Misconfigured(server_id, "no token")
        return self.stored[server_id]

    def put(self, server_id: str, token: str) -> None:
        """Keep a token."""
        self.stored[server_id] = token

    def remove(self, server_id: str) -> None:
        """Forget a token."""
        self.stored.pop(server_id, None)
