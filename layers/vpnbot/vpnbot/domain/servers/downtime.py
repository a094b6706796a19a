"""A measured outage of one server; the people whose keys did not work in it are in `hurt.py`.

Begin and end are known between two observations each; both are kept. That a panel does not answer is no proof that
the VPN did not work: such a downtime counts only when a member of the staff says so.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import Health
from vpnbot.domain.servers.spans import Span
from vpnbot.errors import Rejected

DOWNTIMES = "DOWNTIMES"
"""The partition of the downtimes."""

LOOKS_EVERY = timedelta(minutes=1)
RECORDS_EVERY = timedelta(minutes=5)
"""How often the people with keys on a server that is down are recorded again, because keys come and go."""

HURT_SHARDS = 16
HURT_KEPT_FOR = timedelta(days=90)
COMPENSATED_WITHIN = timedelta(days=60)
"""After its end a downtime is compensated no more: the people who were hurt are kept a little longer than that."""


class CannotChange(Rejected):
    """The downtime is not in a state for this: its days were given, or it is too early or too late for them."""


class Evidence(StrEnum):
    """What was observed. SILENT: the panel did not answer. CORE_STOPPED: the panel says that its VPN core stopped."""

    SILENT = "silent"
    CORE_STOPPED = "core_stopped"


class Verdict(StrEnum):
    """What a member of the staff says about a downtime."""

    DOWN = "down"
    NOT_DOWN = "not_down"


class Compensation(StrEnum):
    """How far the compensation of a downtime is."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Downtime:
    """One downtime of a server.

    `first_bad_at` is the first observation that it did not work, `last_good_at` the one before it (None: not known);
    `last_bad_at` and `first_good_at` are the same for the end; None: it has not ended. `recorded_at` is when the
    people were recorded last; `frozen`: their list is complete, and changes no more.

    `compensation` began with the decision of `compensated_by` at `compensated_at`, about the downtimes `period`,
    which overlap and count as one. Everybody gets `days_each` days; None: those that follow from the lost time.
    `given_to` people got `given_days` days together. `asked_by` is the administrator who has asked the owner for it.
    `changes` counts the end and the decisions, not the looks: buttons name what they were drawn with by it.
    """

    server_id: str
    first_bad_at: datetime
    last_bad_at: datetime
    evidence: Evidence
    last_good_at: datetime | None = None
    first_good_at: datetime | None = None
    verdict: Verdict | None = None
    recorded_at: datetime | None = None
    frozen: bool = False
    compensation: Compensation = Compensation.NONE
    compensated_by: str = ""
    compensated_at: datetime | None = None
    period: tuple[str, ...] = ()
    given_to: int = 0
    given_days: int = 0
    days_each: int | None = None
    asked_by: str = ""
    changes: int = 0
    version: int = 0
    due: Due | None = None

    @property
    def id(self) -> str:
        """What names it: its server, and the second of its first observation."""
        return f"{self.server_id}#{self.first_bad_at:%y%m%d%H%M%S}"

    @property
    def open(self) -> bool:
        """Whether the server still does not work."""
        return self.first_good_at is None

    @property
    def span(self) -> Span:
        """The time that is measured: from the first observation of it to the first that the server works again."""
        return Span(self.first_bad_at, self.first_good_at or self.last_bad_at)

    @property
    def counts(self) -> bool:
        """Whether the VPN did not work, by what is known."""
        if self.verdict is None:
            return self.evidence is Evidence.CORE_STOPPED
        return self.verdict is Verdict.DOWN

    def still_bad(self, evidence: Evidence, now: datetime) -> "Downtime":
        """Return it after one more look; that the core stopped is the stronger evidence."""
        stronger = Evidence.CORE_STOPPED if Evidence.CORE_STOPPED in {evidence, self.evidence} else evidence
        return replace(self, last_bad_at=now, evidence=stronger)

    def ended(self, now: datetime) -> "Downtime":
        """Return it with its end: the server works again."""
        return replace(self, first_good_at=now, changes=self.changes + 1)

    def recorded(self, now: datetime) -> "Downtime":
        """Return it after all people were recorded; after its end the list is complete."""
        return replace(self, recorded_at=now, frozen=not self.open)

    @property
    def recording_due_at(self) -> datetime | None:
        """When the people are to be recorded again; None: at once."""
        return None if self.recorded_at is None else self.recorded_at + RECORDS_EVERY

    def judged(self, verdict: Verdict) -> "Downtime":
        """Return it with what a member of the staff says.

        Raises:
            CannotChange: days were given for it already.
        """
        if self.compensation is not Compensation.NONE:
            raise CannotChange("days were given for it")
        return replace(self, verdict=verdict, changes=self.changes + 1)

    def compensable(self, now: datetime) -> bool:
        """Tell whether days can be given for it, as far as it alone decides that."""
        fresh = self.first_good_at is not None and now - self.first_good_at <= COMPENSATED_WITHIN
        return self.frozen and fresh and self.counts and self.compensation is Compensation.NONE

    def asked(self, by: str, now: datetime) -> "Downtime":
        """Return it after an administrator has asked the owner to give days.

        Raises:
            CannotChange: days cannot be given for it, or the owner was asked already.
        """
        if not self.compensable(now) or self.asked_by:
            raise CannotChange("days cannot be given for it, or the owner was asked")
        return replace(self, asked_by=by, changes=self.changes + 1)

    def compensated(
        self, by: str, period: tuple[str, ...], now: datetime, days_each: int | None = None
    ) -> "Downtime":
        """Return it with its compensation begun, which is due work.

        Raises:
            CannotChange: days cannot be given for it.
        """
        if not self.compensable(now):
            raise CannotChange("days cannot be given for it")
        begun = replace(self, compensation=Compensation.RUNNING, compensated_by=by, compensated_at=now)
        return replace(begun, period=period, days_each=days_each, due=Due(now), changes=self.changes + 1)

    def compensation_ended(self, people: int, days: int) -> "Downtime":
        """Return it after everybody has got their days."""
        return replace(self, compensation=Compensation.DONE, given_to=people, given_days=days, due=None)


def downtime_key(downtime_id: str) -> str:
    """Return the sort key of a downtime."""
    return f"DOWNTIME#{downtime_id}"


def hurt_partition(downtime_id: str, shard: int) -> str:
    """Return the partition of one shard of the people who were hurt; the sort keys are their ids."""
    return f"HURT#{downtime_id}#{shard}"


def hurt_shard(person_id: str) -> int:
    """Return the shard that has a person."""
    return crc32(person_id.encode()) % HURT_SHARDS


def evidence_in(health: Health) -> Evidence | None:
    """Return what a health says against the server; None: it works, or nothing is known of it."""
    if not health.panel_answers:
        return Evidence.SILENT
    stopped = health.trouble is PanelTrouble.CORE_STOPPED or (health.trouble is None and not health.server_runs)
    return Evidence.CORE_STOPPED if stopped else None
