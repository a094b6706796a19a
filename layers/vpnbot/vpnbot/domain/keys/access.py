"""One key on one server: the desired state, and the state that the panel has confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.keys.key_ring import Credentials, Derivation, Key, KeyRing, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.scheduling import Due, inline_claim


class Wanted(StrEnum):
    """The desired state of a key.

    LIMITED: only Telegram can be reached with it, if the operator has set up an inbound for that; otherwise the
    client is disabled.
    """

    ENABLED = "enabled"
    LIMITED = "limited"
    DISABLED = "disabled"
    ABSENT = "absent"


_HOLDING_CAPACITY = frozenset({Wanted.ENABLED, Wanted.DISABLED})


@dataclass(frozen=True, slots=True)
class Access:
    """One key on one server: the desired state, and how far the panel has it.

    `endpoint` is what the panel reported when the key was last applied. `devices` is the number of devices allowed at
    the same time. `name` is the name of the client on the panel. `capacity_shard` is the number of the capacity shard
    that counts the key; None: it is not counted. `counter_bytes` is the last value of the panel's counter, which may
    restart at 0; `used_bytes` is the total, which does not. `leaving_at` is when the move to another server began;
    the key is removed when the person's apps had time to load the new one. `derivation` is never changed: a new key
    has the present one, and the default is that of stored keys without this field.
    """

    server_id: str
    key: Key
    wanted: Wanted
    devices: int
    traffic_limit_bytes: int | None = None
    wanted_revision: int = 1
    applied_revision: int = 0
    endpoint: Endpoint | None = None
    used_bytes: int = 0
    last_error: str | None = None
    due: Due | None = None
    name: str = ""
    capacity_shard: int | None = None
    counter_bytes: int = 0
    leaving_at: datetime | None = None
    derivation: Derivation = Derivation.SHARED

    def credentials(self, ring: KeyRing, person_id: PersonId) -> Credentials:
        """Return the credentials of this key's client on the panel of its server.

        Raises:
            UnknownKeyVersion: the ring lacks the version with which the key was made.
        """
        return ring.credentials(person_id, self.key, self.server_id, self.derivation)

    @property
    def in_sync(self) -> bool:
        """Whether the panel has the desired state."""
        return self.applied_revision == self.wanted_revision

    @property
    def found_different(self) -> bool:
        """Whether a reconciliation run found another state on the panel than the one that was applied."""
        return not self.applied_revision and self.endpoint is not None

    @property
    def attempt_failed(self) -> bool:
        """Whether the panel does not have the desired state, and an attempt to apply it has failed."""
        return not self.in_sync and self.last_error is not None

    @property
    def never_attempted(self) -> bool:
        """Whether no call to a panel was recorded for this key; a call may have been made all the same."""
        attempted = self.applied_revision or self.endpoint or self.last_error or (self.due and self.due.attempts)
        return not attempted and self.wanted_revision == 1

    @property
    def uncounted(self) -> bool:
        """Whether the key is enabled and stays, but no shard counts it; always so on a server without shards."""
        return self.wanted is Wanted.ENABLED and self.capacity_shard is None and self.leaving_at is None

    @property
    def panel_limit_bytes(self) -> int:
        """The traffic limit to set on the panel; 0 means no limit.

        A key for Telegram only has no limit: its counter may be at the limit already, and the panel would disable it.
        """
        return 0 if self.wanted is Wanted.LIMITED else self.traffic_limit_bytes or 0

    def same_on_panel(self, other: "Access") -> bool:
        """Return whether a panel is given the same state for both."""
        return (self.wanted, self.devices, self.panel_limit_bytes) == (
            other.wanted,
            other.devices,
            other.panel_limit_bytes,
        )

    @property
    def works(self) -> bool:
        """Whether a panel has applied this key as enabled, and it should still be enabled."""
        return self.wanted is Wanted.ENABLED and self.endpoint is not None and not self.endpoint.limited

    @property
    def telegram_only(self) -> bool:
        """Whether only Telegram can be reached with this key, after the end of the entitlement."""
        return self.wanted is Wanted.LIMITED and self.endpoint is not None and self.endpoint.limited

    def changed(self, wanted: Wanted, now: datetime) -> "Access":
        """Return this access with another desired state, due at once; unchanged if it has that state already.

        ABSENT is final: a person who returns gets a new key. LIMITED and ABSENT give the capacity back, DISABLED does
        not.
        """
        if wanted is self.wanted or self.wanted is Wanted.ABSENT:
            return self
        revision, shard = self.wanted_revision + 1, self.capacity_shard if wanted in _HOLDING_CAPACITY else None
        return replace(
            self,
            wanted=wanted,
            wanted_revision=revision,
            last_error=None,
            due=inline_claim(now),
            capacity_shard=shard,
        )

    def with_limits(self, devices: int, traffic_limit_bytes: int | None, now: datetime) -> "Access":
        """Return this access with the limits of a plan, due at once; unchanged if it has these limits already."""
        same = (devices, traffic_limit_bytes) == (self.devices, self.traffic_limit_bytes)
        if same or self.wanted is Wanted.ABSENT:
            return self
        return replace(
            self,
            devices=devices,
            traffic_limit_bytes=traffic_limit_bytes,
            wanted_revision=self.wanted_revision + 1,
            last_error=None,
            due=inline_claim(now),
        )

    def marked_out_of_sync(self, now: datetime) -> "Access":
        """Return this access due to be applied again, because the panel lost the client or changed its settings."""
        return replace(self, applied_revision=0, due=Due(now))

    def with_attempt_due(self, now: datetime) -> "Access":
        """Return this access with its next attempt due now; unchanged if none has failed, or it is dead-lettered."""
        if self.in_sync or self.due is None or self.due.dead_lettered or not self.due.attempts or self.due.at <= now:
            return self
        return replace(self, due=replace(self.due, at=now))

    def with_counter(self, counter_bytes: int) -> "Access":
        """Return this access with a new value of the panel's counter; `used_bytes` never becomes smaller.

        A negative value is ignored. A value below half of the last one means that the counter restarted at 0. A value
        between adds nothing: the panel has lost its latest values, as after a crash or from a backup.
        """
        if counter_bytes < 0:
            return self
        added_bytes = counter_bytes - max(self.counter_bytes, 0)
        if added_bytes < 0:
            restarted = counter_bytes * 2 < self.counter_bytes
            added_bytes = counter_bytes if restarted else 0
        return replace(self, counter_bytes=counter_bytes, used_bytes=max(self.used_bytes, 0) + added_bytes)

    def applied(self, revision: int, endpoint: Endpoint | None) -> "Access":
        """Return this access after the panel has applied `revision`; not due if that is the wanted revision."""
        in_sync = revision == self.wanted_revision
        return replace(
            self,
            applied_revision=revision,
            endpoint=endpoint or (None if self.endpoint and self.endpoint.limited else self.endpoint),
            last_error=None,
            due=None if in_sync else self.due,
        )

    def failed(self, error: str, due: Due) -> "Access":
        """Return this access after a failed attempt; `due` is the next one."""
        return replace(self, last_error=error, due=due)
