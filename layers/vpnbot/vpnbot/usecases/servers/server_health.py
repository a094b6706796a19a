"""Which servers work, kept for a few seconds, so that a slice over many people checks each only now and then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from vpnbot.domain.servers.downtime import Evidence, evidence_in
from vpnbot.domain.servers.panel_errors import PanelUnavailable
from vpnbot.errors import Misconfigured
from vpnbot.usecases.ports import Context, Fleet

_CHECK_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of a server. `works` is None if it is not in the catalogue."""

    works: bool | None
    evidence: Evidence | None = None


class RecentHealth:
    """The health of servers as it was at most five seconds ago. Safe to use from several threads."""

    def __init__(self, fleet: Fleet, context: Context) -> None:
        self._fleet = fleet
        self._context = context
        self._lock = Lock()
        self._known: dict[str, tuple[datetime, _Look]] = {}

    def works(self, server_id: str) -> bool:
        """Tell whether the server is known to work: the panel was asked, and reports no trouble."""
        return self._look(server_id).works is True

    def works_or_is_gone(self, server_id: str) -> bool:
        """Tell whether the server works, or is not in the catalogue any more."""
        return self._look(server_id).works is not False

    def evidence(self, server_id: str) -> Evidence | None:
        """Return what was observed against the server; None if nothing was."""
        return self._look(server_id).evidence

    def _look(self, server_id: str) -> _Look:
        with self._lock:
            now = self._context.clock()
            known = self._known.get(server_id)
            if known is None or now - known[0] >= _CHECK_AGAIN:
                known = self._known[server_id] = now, self._checked(server_id)
            return known[1]

    def _checked(self, server_id: str) -> _Look:
        try:
            server = self._fleet.catalogue.get(server_id)
        except Misconfigured:
            return _Look(None)
        except PanelUnavailable:
            return _Look(works=False)  # another version has stored it
        try:
            health = self._fleet.panels.of(server).health()
        except (Misconfigured, PanelUnavailable):
            return _Look(works=False)
        return _Look(health.healthy, evidence_in(health))
