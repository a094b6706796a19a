"""One key on one server: the desired state, and the state that the panel has confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.scheduling import Due, inline_claim


class Wanted(StrEnum):
    """The desired state of a key.

    LIMITED: only Telegram can be reached through it, if the operator has set up an inbound for that; otherwise it is
    switched off.
    """

    ENABLED = "enabled"
    LIMITED = "limited"
    DISABLED = "disabled"
    ABSENT = "absent"


_HOLDING_CAPACITY = frozenset({Wanted.ENABLED, Wanted.DISABLED})


@dataclass(frozen=True, slots=True)
class Access:
    """Desired state and its reconciliation. `endpoint` is what the server reported when the key was last applied.

    `name` is the name of its client on the panel. `capacity_shard` is the shard of the server's capacity in which it
    counts. `counter_bytes` is the last value of the panel's counter, which may restart at 0; `used_bytes` never does.
    `leaving_at` is when a move to another server began: from then on this key stays only until the person's apps have
    loaded the new one.
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

    @property
    def in_sync(self) -> bool:
        """Whether the panel has what is wanted."""
        return self.applied_revision == self.wanted_revision

    @property
    def never_attempted(self) -> bool:
        """Whether no panel has been called for this key yet, as far as we know."""
        tried = self.applied_revision or self.endpoint or self.last_error or (self.due and self.due.attempts)
        return not tried and self.wanted_revision == 1

    @property
    def uncounted(self) -> bool:
        """Whether it is to work and to stay, and counts in no shard; on a server without shards every key does so."""
        return self.wanted is Wanted.ENABLED and self.capacity_shard is None and self.leaving_at is None

    @property
    def panel_limit_bytes(self) -> int:
        """The traffic limit that its panel is given; 0 means none.

        A key for Telegram alone has none: its counter is at the limit already, and would switch it off.
        """
        return 0 if self.wanted is Wanted.LIMITED else self.traffic_limit_bytes or 0

    @property
    def works(self) -> bool:
        """Whether the panel has once made this key as an enabled one, and it should still be enabled."""
        return self.wanted is Wanted.ENABLED and self.endpoint is not None and not self.endpoint.limited

    @property
    def telegram_only(self) -> bool:
        """Whether only Telegram can be reached through this key, after the end of the entitlement."""
        return self.wanted is Wanted.LIMITED and self.endpoint is not None and self.endpoint.limited

    def changed(self, wanted: Wanted, now: datetime) -> "Access":
        """Return this access with another desired state, due at once; unchanged if it has that already.

        ABSENT is final: a person who returns gets a new key. A key that is no longer used gives its capacity back;
        one that is only paused keeps it.
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

    def fitted(self, devices: int, traffic_limit_bytes: int | None, now: datetime) -> "Access":
        """Return this access with the limits of a plan, due at once; unchanged if it has them already."""
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
        """Return this access to be applied again: its panel lost the client, or changed its settings."""
        return replace(self, applied_revision=0, due=Due(now))

    def with_counter(self, counter_bytes: int) -> "Access":
        """Return this access with the panel's present counter; one that is smaller than before has restarted."""
        restarted = counter_bytes < self.counter_bytes
        more = counter_bytes if restarted else counter_bytes - self.counter_bytes
        return replace(self, counter_bytes=counter_bytes, used_bytes=self.used_bytes + more)

    def applied(self, revision: int, endpoint: Endpoint | None) -> "Access":
        """Return this access as the panel has confirmed it for `revision`."""
        done = revision == self.wanted_revision
        return replace(
            self,
            applied_revision=revision,
            endpoint=endpoint or (None if self.endpoint and self.endpoint.limited else self.endpoint),
            last_error=None,
            due=None if done else self.due,
        )

    def failed(self, error: str, due: Due) -> "Access":
        """Return this access after a failed attempt."""
        return replace(self, last_error=error, due=due)
