"""Fault injection: code that reaches a named point raises an error there once."""

from collections.abc import Iterator
from contextlib import contextmanager


class Crash(BaseException):
    """The process ends at this point; as a BaseException it passes every `except Exception`."""


class Faults:
    """Records the points that code reaches, and raises the errors that a test injected there."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self._by_number: dict[int, BaseException] = {}
        self._by_point: dict[str, list[BaseException]] = {}
        self._quiet = False

    def at(self, point: str, *errors: BaseException) -> None:
        """Raise these errors, one each, the next times that code reaches `point`."""
        self._by_point.setdefault(point, []).extend(errors)

    def crash_at_step(self, number: int) -> None:
        """Crash at the point with this number, counted from now on and from 0."""
        self._by_number[len(self.passed) + number] = Crash()

    def clear(self) -> None:
        """Remove the injected errors that were not raised yet."""
        self._by_number.clear()
        self._by_point.clear()

    def reached(self, point: str) -> None:
        """Record a point, and raise the error that is injected there."""
        if self._quiet:
            return
        number = len(self.passed)
        self.passed.append(point)
        if number in self._by_number:
            raise self._by_number.pop(number)
        if self._by_point.get(point):
            raise self._by_point[point].pop(0)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Let a test read without recording points or raising injected errors."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False
