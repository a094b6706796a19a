"""The port for what waits until an operator acts."""

from typing import Protocol


class Backlogs(Protocol):
    """Counts what waits until an operator acts. Each call may raise Retryable or Misconfigured."""

    def quarantined_updates(self) -> int:
        """Return about how many quarantined updates are stored."""
        ...

    def failed_runs(self) -> int:
        """Return about how many failed runs of functions the dead-letter queues hold."""
        ...

    def dead_lettered_work(self) -> int:
        """Return how many items of due work are dead-lettered."""
        ...

    def waiting_keys(self) -> int:
        """Return how many keys wait for panels that fail."""
        ...

    def trials_nearly_taken(self) -> int:
        """Return how many per cent of the trials of today are taken; 0 while they are not nearly all."""
        ...

    def support_chat_fails(self) -> bool:
        """Return whether questions wait because the operators' chat does not accept them."""
        ...
