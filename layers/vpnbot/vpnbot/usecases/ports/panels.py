"""VPN panels: one panel bound to its server, and what hands it out."""

from collections.abc import Sequence
from typing import Protocol

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, Server, Usage


class Panel(Protocol):
    """The panel of one server. Each call ends within seconds and can be repeated.

    The name of a client is `Credentials.email`.

    Raises:
        PanelUnavailable: try again later. PanelNotCalled, a kind of it: no request was sent.
        PanelRejected: the operator has to change something first.
        Misconfigured: a setting is missing.
    """

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the client be as `access` wants it (any state but ABSENT): create it, or change it.

        Returns what the person's link shows for it; None where the key opens nothing.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a client; success too if there is none of this name."""
        ...

    def usage(self, name: str) -> Usage | None:
        """Return a client's traffic, or None if the panel has no client of this name."""
        ...

    def clients(self, page: int) -> ClientPage:
        """Return one page of all clients, also foreign ones; ours in the order of their names. Pages start at 1."""
        ...

    def inbounds(self) -> Sequence[Inbound]:
        """Return the inbounds of the server; its `inbound_id` need not be chosen yet."""
        ...

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Read how an app reaches an inbound, without what a link adds about the server (`Server.presented`)."""
        ...

    def health(self) -> Health:
        """Return how the server is. A panel that does not answer is described, too.

        Raises:
            PanelNotCalled: only from a panel without circuit breaker: no request was sent.
        """
        ...


class Panels(Protocol):
    """Hands out the panel of a server, which need not be in the catalogue.

    Raises:
        Misconfigured: panels of this server's kind are not used in this deployment.
    """

    def of(self, server: Server) -> Panel:
        """Return the server's panel behind its circuit breaker.

        While the breaker is open, each call raises PanelNotCalled, and `health` answers with the last known trouble.
        """
        ...

    def without_pause(self, server: Server) -> Panel:
        """Return the server's panel for a caller who has to know how it is now, such as an operator at a screen.

        It is called even while the breaker is open. An answer closes the breaker; a failure leaves it as it is.
        """
        ...
