"""Which servers work, kept for a few seconds, so that a slice over many people checks each only now and then."""

from datetime import datetime, timedelta
from threading import Lock

from vpnbot.domain.servers.panel_errors import PanelUnavailable
from vpnbot.errors import Misconfigured
from vpnbot.usecases.ports import Context, Fleet

_CHECK_AGAIN = timedelta(seconds=5)


class RecentHealth:
    """The health of servers as it was at most five seconds ago. Safe to use from several threads."""

    def __init__(self, fleet: Fleet, context: Context) -> None:
        self._fleet = fleet
        self._context = context
        self._lock = Lock()
        self._known: dict[str, tuple[datetime, bool | None]] = {}

    def works(self, server_id: str) -> bool:
        """Tell whether the server is known to work: the panel was asked, and reports no trouble."""
        return self._health(server_id) is True

    def works_or_is_gone(self, server_id: str) -> bool:
        """Tell whether the server works, or is not in the catalogue any more."""
        return self._health(server_id) is not False

    def _health(self, server_id: str) -> bool | None:
        with self._lock:
            now = self._context.clock()
            checked_at, health = self._known.get(server_id, (now - _CHECK_AGAIN, None))
            if now - checked_at >= _CHECK_AGAIN:
                health = self._checked(server_id)
                self._known[server_id] = now, health
            return health

    def _checked(self, server_id: str) -> bool | None:
        """Check a server; None if it is not in the catalogue."""
        try:
            server = self._fleet.catalogue.get(server_id)
        except Misconfigured:
            return None
        except PanelUnavailable:
            return False  # another version has stored it
        try:
            return self._fleet.panels.of(server).health().healthy
        except (Misconfigured, PanelUnavailable):
            return False
