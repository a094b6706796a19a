"""Servers: the catalogue of them, and the store of the tokens of their panels."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Listing, Server


class ServerDirectory(Protocol):
    """The catalogue of servers. What was read may be half a minute old unless asked for `fresh`.

    Raises:
        StorageUnavailable: try again.
    """

    def get(self, server_id: str) -> Server:
        """Return a server.

        Raises:
            Misconfigured: there is none of this name.
            PanelUnavailable: this version cannot read it, so that its panel is not called.
        """
        ...

    def listings(self, *, fresh: bool = False) -> Sequence[Listing]:
        """Return all servers, in the order of their names, each with how full it is and how its panel answers."""
        ...

    def breaker(self, server_id: str) -> Breaker | None:
        """Return the breaker of a panel that has not answered lately."""
        ...

    def save_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Trip, take, or (None) mend a breaker; False when another process was first."""
        ...


class ServerCatalogue(ServerDirectory, Protocol):
    """The catalogue in the hands of those who keep it: the operator, and the rounds."""

    def add(self, server: Server, entry: Entry, first_run: ReconciliationRun) -> None:
        """Put a server into the catalogue, with all its rooms empty and its first round due.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: there is one of this name.
        """
        ...

    def replace(self, before: Server, after: Server, entry: Entry) -> None:
        """Change a server; its rooms follow its capacity.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Conflict: it was changed meanwhile.
        """
        ...

    def remove(self, server: Server, entry: Entry) -> None:
        """Take a server out of the catalogue.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: keys still take room on it.
            Conflict: it was changed meanwhile.
        """
        ...

    def expected(
        self, server_id: str, *, after: str = "", until: str | None = None, limit: int = 500
    ) -> Sequence[ExpectedClient]:
        """Return our keys on a server whose names lie in (after, until], in this order; the list lags a little."""
        ...

    def round(self, server_id: str) -> ReconciliationRun | None:
        """Return how far the round over a server has got.

        Raises:
            UnreadableItem: another version has written it, and goes on with it.
        """
        ...

    def save_run(self, before: ReconciliationRun, after: ReconciliationRun) -> None:
        """Record how far a round has got.

        Raises:
            ClaimLost: another worker has the claim.
        """
        ...

    def hasten_run(self, server_id: str, now: datetime) -> None:
        """Let the next round begin at once."""
        ...


class PanelTokens(Protocol):
    """The tokens of the panels, in the operator's safe.

    Raises:
        Misconfigured: there is no safe, or no token of this name.
        Retryable: the safe did not answer.
    """

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return a token; `again` looks whether it has changed, once a minute at most."""
        ...

    def put(self, server_id: str, token: str) -> None: ...

    def remove(self, server_id: str) -> None: ...
