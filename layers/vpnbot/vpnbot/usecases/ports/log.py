"""The port for structured log lines."""

from typing import Protocol


class Log(Protocol):
    """Structured log lines of one function.

    Of an error, the message is logged only if its class is one of this package or in `quotable`: the message of any
    other error may quote a person's data. The name of the class is always logged.
    """

    def begin(self, kind: str, correlation_id: str) -> None:
        """Begin an activity, such as an update: it gets a line of its own when it ends, or when the next one begins.

        All lines until then have the correlation id, see `vpnbot/correlation.py`.
        """
        ...

    def info(self, message: str, reason: str) -> None:
        """Log an event that needs no action."""
        ...

    def warning(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Log a failure that is retried or otherwise handled."""
        ...

    def error(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Log a failure that an operator must look at, with the stack of the error."""
        ...
