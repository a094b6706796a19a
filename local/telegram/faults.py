"""Faults to order: refused calls, lost answers, deliveries whose answer never arrives."""

from dataclasses import dataclass

from local.telegram.errors import BotApiError, too_many_requests


@dataclass(slots=True)
class _Planned:
    """A fault that waits for its call; `method` None means whichever comes next."""

    method: str | None
    times: int
    error: BotApiError | None

    def takes(self, method: str) -> bool:
        if self.times > 0 and self.method in {None, method}:
            self.times -= 1
            return True
        return False


class Faults:
    """What shall go wrong next."""

    def __init__(self) -> None:
        """Start with everything in order."""
        self._refusals: list[_Planned] = []
        self._lost_answers: list[_Planned] = []
        self._lost_webhook_answers = 0

    def next_calls_fail(
        self, code: int, *, retry_after: int | None = None, times: int = 1, method: str | None = None
    ) -> None:
        """Refuse the next calls with 429 (`retry_after` in seconds), 500 or any other code; they change nothing."""
        if code == 429:
            error = too_many_requests(retry_after or 1)
        else:
            error = BotApiError(code, "Internal Server Error" if code == 500 else f"Fault to order ({code})")
        self._refusals.append(_Planned(_key(method), times, error))

    def lose_answers(self, times: int = 1, *, method: str | None = None) -> None:
        """Do what the next calls ask, but close the connection without an answer."""
        self._lost_answers.append(_Planned(_key(method), times, None))

    def lose_webhook_answers(self, times: int = 1) -> None:
        """Deliver the next updates, but act as if the webhook's answer never came: they are delivered again."""
        self._lost_webhook_answers += times

    @property
    def waiting(self) -> dict[str, int]:
        """Return how many calls are still to be refused, and how many answers still to be lost."""
        return {
            "refusals": sum(fault.times for fault in self._refusals),
            "lost_answers": sum(fault.times for fault in self._lost_answers),
        }

    def clear(self) -> None:
        """Put everything in order again."""
        self._refusals.clear()
        self._lost_answers.clear()
        self._lost_webhook_answers = 0

    def refusal(self, method: str) -> BotApiError | None:
        """Return the error that this call was planned to meet, if any."""
        planned = next((fault for fault in self._refusals if fault.takes(method.lower())), None)
        return planned.error if planned else None

    def loses_answer(self, method: str) -> bool:
        """Tell whether this call's answer is to be lost."""
        return any(fault.takes(method.lower()) for fault in self._lost_answers)

    def loses_webhook_answer(self) -> bool:
        """Tell whether this delivery's answer is to be lost."""
        if self._lost_webhook_answers == 0:
            return False
        self._lost_webhook_answers -= 1
        return True


def _key(method: str | None) -> str | None:
    return method.lower() if method else None
