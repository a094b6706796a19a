"""Planted faults: at a named point of the story something breaks, once."""

from collections.abc import Iterator
from contextlib import contextmanager


class Crash(BaseException):
    """The process is gone at this point: no handler runs, nothing is tidied up."""


class Faults:
    """Counts the points that are passed, and breaks at the planted one."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self._planted: dict[int, BaseException] = {}
        self._named: dict[str, list[BaseException]] = {}
        self._quiet = False

    def at(self, point: str, *errors: BaseException) -> None:
        """Raise these errors, one each, the next times that `point` is passed."""
        self._named.setdefault(point, []).extend(errors)

    def crash_at_step(self, number: int) -> None:
        """Crash at the so-manieth point from now, counted from 0."""
        self._planted[len(self.passed) + number] = Crash()

    def clear(self) -> None:
        """Forget what was planted and did not come up."""
        self._planted.clear()
        self._named.clear()

    def reached(self, point: str) -> None:
        """Pass a point."""
        if self._quiet:
            return
        number = len(self.passed)
        self.passed.append(point)
        if number in self._planted:
            raise self._planted.pop(number)
        if self._named.get(point):
            raise self._named[point].pop(0)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Let a test look without passing points."""
        self._quiet = True
        yield
        self._quiet = False
