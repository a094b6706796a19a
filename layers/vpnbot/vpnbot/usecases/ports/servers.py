"""Servers: their panels, the catalogue of them, and the safe with the tokens of their panels."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, Listing, Server, Usage


class Panel(Protocol):
    """VPN panels. Every call ends within seconds.

    Raises:
        PanelUnavailable: try again later; PanelResting, a kind of it: nobody was asked.
        PanelRefused: the operator has to mend something.
        Misconfigured: a setting, such as the panel's token, is missing.
    """

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the panel's client be what `access` wants (not ABSENT); making it twice makes one.

        Returns what the person's link shows for it; None where the key opens nothing.
        """
        ...

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Make the client be gone; already gone is done."""
        ...

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the client's traffic, or None when the panel knows no such client."""
        ...

    def health(self, server: Server) -> Health:
        """Return how the server is; a panel that does not answer is an answer too, so this never raises."""
        ...

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return a slice of all clients, whoever made them, in the order of their names; pages count from 1."""
        ...

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the ways into a server; its `inbound_id` need not be known yet."""
        ...

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Read how an inbound presents itself, without what a link says of the server around it."""
        ...

    def remove_named(self, server: Server, name: str) -> None:
        """Make a client be gone of which only the name is known any more; already gone is done."""
        ...


class ProbablePanel(Panel, Protocol):
    """Panels that may rest while they do not answer; an operator can have one looked at all the same."""

    def examine(self, server: Server) -> Health:
        """Return how the server is right now; never raises."""
        ...


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
        """Trip, take, or (None) mend a breaker; False when somebody else was quicker."""
        ...


class ServerCatalogue(ServerDirectory, Protocol):
    """The catalogue in the hands of those who keep it: the operator, and the rounds."""

    def add(self, server: Server, entry: Entry, first_round: ReconciliationRun) -> None:
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
            Conflict: somebody else has changed it meanwhile.
        """
        ...

    def remove(self, server: Server, entry: Entry) -> None:
        """Take a server out of the catalogue.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: keys still take room on it.
            Conflict: somebody else has changed it meanwhile.
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
            ClaimLost: somebody else goes on with it.
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
