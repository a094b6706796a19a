"""The ports for servers: the catalogue, and the store of the panels' API tokens."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.outage import Outage
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Listing, Server


class ServerDirectory(Protocol):
    """The part of the catalogue that panels need. Data may be up to 30 seconds old unless `fresh` is asked for.

    Raises:
        StorageUnavailable: the storage did not answer; try again later.
    """

    def get(self, server_id: str) -> Server:
        """Return a server.

        Raises:
            UnknownServer: there is no server of this name.
            PanelNotCalled: this version cannot read the server, so that its panel is not called.
        """
        ...

    def listings(self, *, fresh: bool = False) -> Sequence[Listing]:
        """Return all servers in the order of their names, each with its capacity shards and its breaker."""
        ...

    def breaker(self, server_id: str) -> Breaker | None:
        """Return the circuit breaker of a panel; None after a success."""
        ...

    def save_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Open a breaker, change it, or close it (`after` None); False if another process changed it first."""
        ...

    def make_run_due(self, server_id: str, now: datetime) -> None:
        """Make the next reconciliation run due at once, unless one is in progress."""
        ...


class ServerCatalogue(ServerDirectory, Protocol):
    """The whole catalogue, for the operator's use cases and for reconciliation."""

    def add(self, server: Server, entry: Entry, first_run: ReconciliationRun) -> None:
        """Put a server into the catalogue, with empty capacity shards and its first reconciliation run due.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Rejected: there is a server of this name.
            Conflict: another server has this panel, or gets it at the same moment.
        """
        ...

    def replace(self, before: Server, after: Server, entry: Entry) -> None:
        """Change a server, and the limits of its capacity shards if its capacity changes.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Conflict: the server was changed or removed meanwhile, or another server has its new panel.
        """
        ...

    def remove(self, server: Server, entry: Entry) -> None:
        """Remove a server from the catalogue.

        Raises:
            AlreadyDecided: this cause is in the ledger.
            Rejected: its capacity shards still count keys, or the server was changed meanwhile.
            Conflict: another transaction is changing the catalogue.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the servers has this cause."""
        ...

    def tokens_in_use(self) -> Collection[str]:
        """Return the names of the tokens of all servers, read from the table now.

        Raises:
            UnreadableItem: this version cannot read a server, so that it does not know the name of its token.
        """
        ...

    def expected(self, server_id: str, *, after: str = "", limit: int = 500) -> Sequence[ExpectedClient]:
        """Return our next keys on a server after the name `after`, in the order of their names.

        The index lags a little. It tells which keys lag behind (`ExpectedClient.in_sync`, `failed`).
        """
        ...

    def reconciliation_run(self, server_id: str) -> ReconciliationRun | None:
        """Return the progress of the reconciliation run over a server; None if the server has none.

        Raises:
            UnreadableItem: another version has stored the run in a form that this version cannot read.
        """
        ...

    def save_run(self, before: ReconciliationRun, after: ReconciliationRun) -> None:
        """Store the progress of a reconciliation run.

        Raises:
            ClaimLost: another worker has the claim.
        """
        ...


class Outages(Protocol):
    """The outages of servers for which people wait.

    Raises:
        StorageUnavailable: the storage did not answer; try again later.
    """

    def get(self, server_id: str) -> Outage | None:
        """Return the outage of a server; None if there is none."""
        ...

    def keep(self, server_id: str, now: datetime) -> None:
        """Make sure that the server has an outage, which is due, and is not closed during the next two minutes.

        A use case calls it before it commits that a person waits.
        """
        ...

    def close(self, outage: Outage) -> bool:
        """Delete an outage; False if its claim is lost, or it was kept for another person meanwhile."""
        ...


class PanelTokens(Protocol):
    """The store of the panels' API tokens, by name (`Server.token_id`).

    Raises:
        Misconfigured: there is no store, or no token of this name.
        Retryable: the store did not answer.
    """

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return a token; `again` reads it from the store again, at most once a minute."""
        ...

    def put(self, server_id: str, token: str) -> None:
        """Store a token."""
        ...

    def remove(self, server_id: str) -> None:
        """Delete a token; no error if there is none."""
        ...

    def last_changes(self) -> Mapping[str, datetime]:
        """Return the names of all stored tokens, each with the time of its last change."""
        ...
