"""The ports for VPN panels: the panel of one server, and the registry that returns it."""

from collections.abc import Sequence
from typing import Protocol

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, Server, Usage


class Panel(Protocol):
    """The panel of one server. Each call ends within seconds and can be repeated.

    The name of a client is `Credentials.email`.

    Raises:
        PanelUnavailable: the panel did not answer, or cannot act now; try again later. Its subclass PanelNotCalled:
            no request was sent.
        PanelRejected: the operator has to change something first.
        Misconfigured: a setting is missing.
    """

    def identify(self) -> None:
        """Check, without sending the token, that a panel of this kind answers at the server's address."""
        ...

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Create or change the client so that it has the wanted state of `access`, which is not ABSENT.

        Return the endpoint that the person's link shows; None if an app cannot connect with the key.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a client; no error if there is no client of this name."""
        ...

    def usage(self, name: str) -> Usage | None:
        """Return a client's traffic, or None if the panel has no client of this name."""
        ...

    def client(self, name: str) -> PanelClient | None:
        """Return a client as it is now, or None if the panel has no client of this name."""
        ...

    def clients(self) -> Sequence[PanelClient]:
        """Return all clients, foreign ones included, in any order."""
        ...

    def inbounds(self) -> Sequence[Inbound]:
        """Return the inbounds of the server; its `inbound_id` need not be chosen yet."""
        ...

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Read how an app connects to an inbound; `Server.presented` adds the server's title and country."""
        ...

    def core_runs(self) -> bool:
        """Tell whether the VPN core of the server runs, with one request; `health` checks more."""
        ...

    def health(self) -> Health:
        """Return the health of the server. It is also returned, and not raised, if the panel does not answer.

        Raises:
            PanelNotCalled: no request was sent. A panel behind a circuit breaker does not raise it.
        """
        ...


class Panels(Protocol):
    """Returns the panel of a server, which need not be in the catalogue.

    Raises:
        Misconfigured: panels of this server's kind are not used in this deployment.
    """

    def of(self, server: Server) -> Panel:
        """Return the server's panel behind its circuit breaker.

        While the breaker is open, each call raises PanelNotCalled, but `health` returns the last known trouble.
        """
        ...

    def without_breaker(self, server: Server) -> Panel:
        """Return the server's panel for a caller that needs its present state, such as an operator's screen.

        It is called even while the breaker is open. An answer closes the breaker; a failure does not change it.
        """
        ...
