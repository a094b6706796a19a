"""The calls of the bot and the deliveries to it, for tests and the control panel."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a Bot API method.

    `by_webhook` is true for a call in a webhook's response: the bot does not receive its result.
    `answer_lost` is true when the call was carried out, but its answer was not sent.
    """

    at: datetime
    method: str
    arguments: dict[str, object]
    status: int
    description: str
    latency_seconds: float
    by_webhook: bool = False
    answer_lost: bool = False

    @property
    def ok(self) -> bool:
        """Whether Telegram carried out the call."""
        return self.status == 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver one update to the webhook; status is None when there was no HTTP answer."""

    at: datetime
    update_id: int
    kind: str
    queue: str
    attempt: int
    status: int | None
    latency_seconds: float
    error: str = ""
    retry_in_seconds: float | None = None

    @property
    def ok(self) -> bool:
        """Whether Telegram counts this attempt as a success: it received an answer with a 2xx status."""
        return not self.error


class Journal:
    """The last calls and deliveries, oldest first."""

    def __init__(self) -> None:
        """Start empty."""
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def deliveries_of(self, update_id: int) -> list[Delivery]:
        """Return every attempt to deliver one update."""
        return [delivery for delivery in self.deliveries if delivery.update_id == update_id]

    def clear(self) -> None:
        """Remove all records, so that a test counts from here."""
        self.calls.clear()
        self.deliveries.clear()
