"""Where the operator reads what happened."""

from typing import Protocol


class Log(Protocol):
    """Structured log lines of one function.

    Only the messages of this package's own errors are written: another error's message may quote a person. Error
    types in `quotable` are written, too.
    """

    def begin(self, correlation_id: str) -> None:
        """Give every line from now on this id."""
        ...

    def info(self, message: str, reason: str) -> None:
        """Write something that needs no action."""
        ...

    def warning(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Write a failure that is retried or otherwise handled."""
        ...

    def error(self, message: str, error: Exception, quotable: tuple[type[Exception], ...] = ()) -> None:
        """Write a failure that needs a person, with the stack of the error."""
        ...
