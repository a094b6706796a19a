"""The catalogue of the demo: one server that is always there."""

from collections.abc import Sequence

from vpnbot.domain.server import Server
from vpnbot.errors import Misconfigured
from vpnbot.panels.demo import DEMO_SERVER


class DemoServers:
    """Fills the servers port."""

    def get(self, server_id: str) -> Server:
        """Return the server.

        Raises:
            Misconfigured: it is not the demo server.
        """
        if server_id != DEMO_SERVER.id:
            raise Misconfigured("PANEL", f"the demo knows no server {server_id!r}")
        return DEMO_SERVER

    def placed(self) -> Sequence[Server]:
        """Return where new keys go."""
        return (DEMO_SERVER,)
