"""The calls of the bot and the deliveries to it, for tests and the control panel."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 20_000
KEPT_SENDINGS = 200_000


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


@dataclass(frozen=True, slots=True)
class Sending:
    """Messages that one call sent or changed, with the virtual time and the real one (time.perf_counter)."""

    at: datetime
    real_seconds: float
    method: str
    chat_id: int
    messages: int


class Journal:
    """The last calls and deliveries, oldest first, and what was sent when."""

    def __init__(self) -> None:
        """Start empty."""
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self.sendings: deque[Sending] = deque(maxlen=KEPT_SENDINGS)

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def deliveries_of(self, update_id: int) -> list[Delivery]:
        """Return every attempt to deliver one update."""
        return [delivery for delivery in self.deliveries if delivery.update_id == update_id]

    def per_second(self, *, real: bool = True, chat_id: int | None = None) -> list[int]:
        """Return how many messages were accepted in each second from the first to the last of them.

        Seconds of real time, or of virtual time; of one chat, or of all.
        """
        counted = [sending for sending in self.sendings if chat_id in {None, sending.chat_id}]
        times = [sending.real_seconds if real else sending.at.timestamp() for sending in counted]
        if not times:
            return []
        histogram = [0] * (int(max(times) - min(times)) + 1)
        for time, sending in zip(times, counted, strict=True):
            histogram[int(time - min(times))] += sending.messages
        return histogram

    def clear(self) -> None:
        """Remove all records, so that a test counts from here."""
        self.calls.clear()
        self.deliveries.clear()
        self.sendings.clear()
