"""One key on one server: what it should be, and how far the panel has got."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.due import Due, inline
from vpnbot.domain.keys import Key
from vpnbot.domain.share_link import Endpoint


class Wanted(StrEnum):
    """What a panel should make of a key."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Access:
    """Desired state and its reconciliation. `endpoint` is what the server told when the key was last applied."""

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

    @property
    def settled(self) -> bool:
        """Whether the panel has what is wanted."""
        return self.applied_revision == self.wanted_revision

    @property
    def works(self) -> bool:
        """Whether the panel has at some time made this key as an enabled one, and it is meant to be so."""
        return self.wanted is Wanted.ENABLED and self.endpoint is not None

    def changed(self, wanted: Wanted, now: datetime) -> "Access":
        """Return this access wanting something else, due at once; unchanged if it wants that already.

        A key that is to go never comes back: whoever returns gets a new one.
        """
        if wanted is self.wanted or self.wanted is Wanted.ABSENT:
            return self
        return replace(
            self, wanted=wanted, wanted_revision=self.wanted_revision + 1, last_error=None, due=inline(now)
        )

    def applied(self, revision: int, endpoint: Endpoint | None) -> "Access":
        """Return this access with what a panel has confirmed for `revision`."""
        done = revision == self.wanted_revision
        return replace(
            self,
            applied_revision=revision,
            endpoint=endpoint or self.endpoint,
            last_error=None,
            due=None if done else self.due,
        )

    def failed(self, error: str, due: Due) -> "Access":
        """Return this access after a vain attempt."""
        return replace(self, last_error=error, due=due)
