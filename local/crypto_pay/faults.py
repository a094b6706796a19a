"""Injected faults of Crypto Pay: each affects the next calls or notifications that match it, the oldest first."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class CallFault(StrEnum):
    """The faults of one call of the API. LOST_ANSWER and ERROR_AFTER_ACTING: the call had its effect."""

    ERROR = "error"
    ERROR_AFTER_ACTING = "error_after_acting"
    CUT = "cut"
    LOST_ANSWER = "lost_answer"
    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"


class NotificationFault(StrEnum):
    """The faults of one notification. LOST: it is never sent. LATE: it is sent a day later."""

    LOST = "lost"
    TWICE = "twice"
    LATE = "late"
    WRONG_SIGNATURE = "wrong_signature"
    NO_SIGNATURE = "no_signature"


@dataclass(slots=True)
class Fault:
    """One injected fault; `on` is the method of the API that it affects, empty for all."""

    kind: CallFault | NotificationFault
    times: int = 1
    on: str = ""


@dataclass(slots=True)
class Faults:
    """The injected faults that have not happened yet."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, kind: CallFault | NotificationFault, times: int = 1, on: str = "") -> None:
        """Inject a fault."""
        self.waiting.append(Fault(kind, times, on))

    def clear(self) -> None:
        """Remove all faults."""
        self.waiting.clear()

    def of_call(self, method: str) -> CallFault | None:
        """Take the fault of a call of this method."""
        return self._take(CallFault, method)

    def of_notification(self) -> NotificationFault | None:
        """Take the fault of a notification."""
        return self._take(NotificationFault, "")

    def _take[F: StrEnum](self, kinds: type[F], method: str) -> F | None:
        known: Collection[str] = set(kinds)
        for fault in self.waiting:
            if fault.kind in known and isinstance(fault.kind, kinds) and fault.on in {"", method}:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault.kind
        return None
