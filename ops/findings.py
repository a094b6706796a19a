"""The findings that `doctor` prints: the state of one thing, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The state of the thing that was checked; the value is the sign it is printed with."""

    OK = "✔"
    WARNING = "!"
    FAILURE = "✘"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. `what_to_do` is empty when nothing has to be done."""

    verdict: Verdict
    what: str
    what_to_do: str = ""

    def __str__(self) -> str:
        advice = f"\n    → {self.what_to_do}" if self.what_to_do else ""
        return f"{self.verdict} {self.what}{advice}"


def ok(what: str) -> Finding:
    """Return a finding that needs no action."""
    return Finding(Verdict.OK, what)


def warning(what: str, what_to_do: str) -> Finding:
    """Return a finding of something that works, but that an operator should check."""
    return Finding(Verdict.WARNING, what, what_to_do)


def failure(what: str, what_to_do: str) -> Finding:
    """Return a finding of something that does not work until an operator acts."""
    return Finding(Verdict.FAILURE, what, what_to_do)
