"""The port for structured log lines."""

from typing import Protocol


class Log(Protocol):
    """Structured log lines of one function.

    Of an error, the message is logged only if its class is one of this package or in `quotable`: the message of any
    other error may quote a person's data. The name of the class is always logged.
    """

    def begin(self, correlation_id: str) -> None:
        """Put this correlation id into every later line, until the next call."""
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
