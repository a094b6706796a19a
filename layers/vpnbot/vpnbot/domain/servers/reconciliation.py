"""A reconciliation run: it compares the stored keys of one server with the clients on its panel."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelTrouble

INTERVAL = timedelta(minutes=30)
INTERVAL_WHILE_DRAINING = timedelta(minutes=5)
"""The interval between runs over a server that is being drained."""

LONGEST_RETRY = timedelta(minutes=5)
"""The longest delay after a run that could not read the panel. Keys that wait for the panel are made due by the first
run that can read it."""
NAMED_CLIENTS = 5
"""The most clients that a run names."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the server fails, since when, and how many keys wait for it; whether the operators know of it."""

    since: datetime
    trouble: PanelTrouble
    detail: str = ""
    waiting: int = 0
    reported: bool = False


@dataclass(frozen=True, slots=True)
class ReconciliationRun:
    """The progress of a run over one server, and the counts of what it has found so far.

    `last_name` is the last client name that was compared; the next slice starts after it.
    `unmoved` counts the keys that must be moved to another server and could not be. `lagging` counts the keys that
    lag behind after a failed attempt, and `refused` names the first of these that the panel has refused. `failure`:
    the panel cannot be read, refuses clients, or says that its VPN core stopped; the run is tried again soon.
    `healthy_at` is when the VPN core was last seen to run.
    """

    server_id: str
    began_at: datetime
    last_name: str = ""
    keys: int = 0
    missing: int = 0
    different: int = 0
    orphans: int = 0
    removed: int = 0
    unmoved: int = 0
    ended_at: datetime | None = None
    due: Due | None = None
    lagging: int = 0
    refused: tuple[str, ...] = ()
    failure: Failure | None = None
    healthy_at: datetime | None = None

    def continued(self, last_name: str, now: datetime) -> "ReconciliationRun":
        """Return this run after a slice; the next slice starts after `last_name` and is due at once."""
        return replace(self, last_name=last_name, due=Due(now))

    def ended(self, now: datetime, again_in: timedelta = INTERVAL) -> "ReconciliationRun":
        """Return this run after its last slice; the next run is due `again_in` from `now`."""
        return replace(self, last_name="", ended_at=now, due=Due(now + again_in))

    def failed(self, failure: Failure, now: datetime, after: timedelta) -> "ReconciliationRun":
        """Return this run after a slice that could not read the panel; `failure.since` stays that of the first."""
        if self.failure is not None:
            failure = replace(failure, since=self.failure.since, reported=self.failure.reported)
        due = (self.due or Due(now)).failed(now, after, longest=LONGEST_RETRY)
        return replace(self, failure=failure, due=due)

    def begun(self, now: datetime) -> "ReconciliationRun":
        """Return a new run, with its counts at 0."""
        return ReconciliationRun(self.server_id, now, due=self.due, failure=self.failure, healthy_at=self.healthy_at)

    @property
    def at_start(self) -> bool:
        """Whether no slice of this run has been done."""
        return not self.last_name
