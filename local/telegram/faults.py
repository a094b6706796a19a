"""Injected faults: rejected calls, lost answers, deliveries without an answer, limits, faults of payments."""

from dataclasses import dataclass

from local.telegram.errors import BotApiError, too_many_requests
from local.telegram.flood_limits import FloodLimits
from local.telegram.payment_faults import PaymentFaults


@dataclass(slots=True)
class _Planned:
    """A fault that waits for its calls; `method` None: calls of any method."""

    method: str | None
    times: int
    error: BotApiError | None

    def applies_to(self, method: str) -> bool:
        if self.times > 0 and self.method in {None, method}:
            self.times -= 1
            return True
        return False


class Faults:
    """The injected faults that have not happened yet."""

    def __init__(self) -> None:
        """Start without faults."""
        self._rejections: list[_Planned] = []
        self._lost_answers: list[_Planned] = []
        self._lost_webhook_answers = 0
        self.payments = PaymentFaults()
        self.limits = FloodLimits()

    def next_calls_fail(
        self,
        code: int,
        *,
        retry_after: int | None = None,
        times: int = 1,
        method: str | None = None,
        description: str = "",
    ) -> None:
        """Reject the next calls with 429 (`retry_after` in seconds), 500 or any other code; they change nothing.

        `description` is the text of the error, such as "Bad Request: SUBSCRIPTION_AMOUNT_INVALID".
        """
        if code == 429:
            error = too_many_requests(retry_after or 1)
        else:
            usual = "Internal Server Error" if code == 500 else f"Injected fault ({code})"
            error = BotApiError(code, description or usual)
        self._rejections.append(_Planned(_key(method), times, error))

    def lose_answers(self, times: int = 1, *, method: str | None = None) -> None:
        """Carry out the next calls, but close the connection without an answer."""
        self._lost_answers.append(_Planned(_key(method), times, None))

    def lose_webhook_answers(self, times: int = 1) -> None:
        """Treat the webhook's next answers as lost, so that their updates are delivered again."""
        self._lost_webhook_answers += times

    @property
    def waiting(self) -> dict[str, int]:
        """Return the numbers of rejections and of lost answers that have not happened yet."""
        return {
            "refusals": sum(fault.times for fault in self._rejections),
            "lost_answers": sum(fault.times for fault in self._lost_answers),
        }

    def clear(self) -> None:
        """Remove all faults."""
        self._rejections.clear()
        self._lost_answers.clear()
        self._lost_webhook_answers = 0
        self.payments.clear()
        self.limits.clear()

    def injected_error(self, method: str) -> BotApiError | None:
        """Return the error that is injected into this call, if any."""
        planned = next((fault for fault in self._rejections if fault.applies_to(method.lower())), None)
        return planned.error if planned else None

    def loses_answer(self, method: str) -> bool:
        """Return whether this call's answer must be lost."""
        return any(fault.applies_to(method.lower()) for fault in self._lost_answers)

    def loses_webhook_answer(self) -> bool:
        """Return whether this delivery's answer must be lost."""
        if self._lost_webhook_answers == 0:
            return False
        self._lost_webhook_answers -= 1
        return True


def _key(method: str | None) -> str | None:
    return method.lower() if method else None
