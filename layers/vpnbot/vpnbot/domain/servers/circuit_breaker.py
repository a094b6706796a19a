"""A circuit breaker for one panel: after failures, a panel is called only by one probe at a time, after a pause.

It opens when the panel does not answer, when it refuses every call, for example because of a wrong token, and when it
refuses several clients in a row. A panel that refuses one client is not at fault for the others.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.servers.panel_errors import ACCESS_TROUBLES, CLIENT_TROUBLES, PanelTrouble

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)
PROBE = timedelta(seconds=30)
"""How long other callers wait for a probe; all time-outs of a call to a panel are much shorter."""
REFUSED_CLIENTS = 3
"""After refusals of so many different clients, without a success with a client between them, the breaker opens."""
_SERVER_MAY_RUN = ACCESS_TROUBLES | CLIENT_TROUBLES
"""Refusals that say nothing about the VPN core."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The failures of a panel since its last success.

    While it is open, `failures` calls in a row have failed, and the next is allowed at `probe_at`. `since` is the
    time of the first of these failures; `trouble` and `detail` are those of the last one. `refuses`: the panel
    answers, but refuses the calls. `refused_clients` are the names of the clients that it has refused since its last
    success with a client; with 0 failures, the breaker only counts these and is closed.
    """

    failures: int
    probe_at: datetime
    since: datetime
    detail: str
    trouble: PanelTrouble = PanelTrouble.TIMED_OUT
    refuses: bool = False
    refused_clients: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether calls to the panel have to wait for probes."""
        return self.failures > 0

    @property
    def refuses_clients(self) -> bool:
        """Whether the panel has refused several clients; only a success with a client shows that it accepts them."""
        return self.open and len(self.refused_clients) >= REFUSED_CLIENTS

    @property
    def server_may_run(self) -> bool:
        """Whether the server may run, although calls fail: its panel answers, but refuses us or some clients."""
        return self.refuses and self.trouble in _SERVER_MAY_RUN

    def blocks(self, now: datetime) -> bool:
        """Whether the panel must not be called at `now`."""
        return self.open and now < self.probe_at

    def probed(self, now: datetime) -> "Breaker":
        """Return the breaker that a caller saves before its probe: other calls must wait as long as a probe takes."""
        return replace(self, probe_at=now + PROBE)


def tripped(
    before: Breaker | None, now: datetime, trouble: PanelTrouble, detail: str = "", *, refuses: bool = False
) -> Breaker:
    """Return the open breaker after one more failure: each pause is twice as long as the one before it."""
    opened = before if before is not None and before.open else None
    failures = 1 if opened is None else opened.failures + 1
    pause = min(_FIRST_PAUSE * 2 ** min(failures - 1, 10), _LONGEST_PAUSE)
    clients = () if before is None else before.refused_clients
    since = now if opened is None else opened.since
    return Breaker(failures, now + pause, since, detail, trouble, refuses, clients)


def with_refused_client(
    before: Breaker | None, now: datetime, client: str, trouble: PanelTrouble, detail: str = ""
) -> Breaker:
    """Return the breaker after the panel has refused one client; open only if it has refused several."""
    known = () if before is None else before.refused_clients
    clients = (*known, client)[:REFUSED_CLIENTS] if client not in known else known
    if len(clients) == REFUSED_CLIENTS:
        return replace(tripped(before, now, trouble, detail, refuses=True), refused_clients=clients)
    return Breaker(0, now, now, detail, trouble, refused_clients=clients)
