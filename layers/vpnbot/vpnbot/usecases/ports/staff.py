"""The ports for the people who run the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vpnbot.domain.staff.needs import Need


class Needs(Protocol):
    """The rows of what waits for the staff. Each call may raise StorageUnavailable."""

    def waiting(self, *, limit: int = 50) -> Sequence[Need]:
        """Return at most `limit` rows, by kind."""
        ...

    def remove(self, need: Need) -> None:
        """Remove the row of something that does not wait any more."""
        ...


@dataclass(frozen=True, slots=True)
class StaffPorts:
    """What use cases of the staff need besides the ports of all others."""

    needs: Needs
