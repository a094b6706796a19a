"""Injected faults of a panel: each affects the next calls that match it; older faults come first."""

from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """The kinds of faults of one call."""

    SLOW = "slow"
    DOWN = "down"
    EMPTY_BODY = "empty_body"
    NOT_JSON = "not_json"
    ERROR_AFTER_ACTING = "error_after_acting"
    LOST_ANSWER = "lost_answer"
    RESTART_AFTERWARDS = "restart_afterwards"


@dataclass(slots=True)
class Fault:
    """One injected fault. It affects calls whose path contains `on`."""

    kind: FaultKind
    times: int = 1
    on: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Faults:
    """The injected faults. `latency_seconds` is added to every call."""

    latency_seconds: float = 0.0
    waiting: list[Fault] = field(default_factory=list)

    def slow(self, seconds: float, times: int = 1, on: str = "") -> None:
        """Wait this long before acting."""
        self.waiting.append(Fault(FaultKind.SLOW, times, on, seconds))

    def down(self, times: int = 1, on: str = "") -> None:
        """Close the connection without acting or answering."""
        self.waiting.append(Fault(FaultKind.DOWN, times, on))

    def empty_body(self, times: int = 1, on: str = "") -> None:
        """Act, then answer 200 with an empty body."""
        self.waiting.append(Fault(FaultKind.EMPTY_BODY, times, on))

    def not_json(self, times: int = 1, on: str = "") -> None:
        """Answer with an HTML page, as a proxy in front of the panel does, without acting."""
        self.waiting.append(Fault(FaultKind.NOT_JSON, times, on))

    def error_after_acting(self, times: int = 1, on: str = "") -> None:
        """Act, then answer 500."""
        self.waiting.append(Fault(FaultKind.ERROR_AFTER_ACTING, times, on))

    def lost_answer(self, times: int = 1, on: str = "") -> None:
        """Act, then close the connection without an answer."""
        self.waiting.append(Fault(FaultKind.LOST_ANSWER, times, on))

    def restart_after_add(self, refused: int = 2) -> None:
        """Add a client and answer normally, then drop the next calls: a restart between the add and its read-back."""
        self.waiting.append(Fault(FaultKind.RESTART_AFTERWARDS, 1, "clients/add", refused))

    def clear(self) -> None:
        """Remove all faults."""
        self.waiting.clear()
        self.latency_seconds = 0.0

    def take(self, path: str) -> Fault | None:
        """Return the fault of this call, if any, and count it as used."""
        for fault in self.waiting:
            if fault.on in path:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                if fault.kind is FaultKind.RESTART_AFTERWARDS:
                    self.down(times=int(fault.seconds))
                return fault
        return None
