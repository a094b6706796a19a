"""The opening of the shop: the due work that notifies the people who asked when plans can be bought."""

from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.scheduling import Due, inline_claim


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening. `id` is its time; each person is notified once for it. It is due while people are left."""

    id: str
    due: Due | None = None

    @property
    def at(self) -> datetime:
        """When the shop opened."""
        return datetime.fromisoformat(self.id)

    @property
    def key(self) -> str:
        """The sort key of the item."""
        return opening_key(self.id)


def opening_at(now: datetime) -> Opening:
    """Return the opening of a shop that opens at `now`; the first slice is due a minute later."""
    return Opening(f"{now:%Y-%m-%dT%H:%M:%S.%fZ}", inline_claim(now))


def opening_key(opening_id: str) -> str:
    """Return the sort key of an opening."""
    return f"OPENING#{opening_id}"
