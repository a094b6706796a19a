"""What the doctor says: how it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a thing is, as the sign it is printed with."""

    WELL = "✔"
    ODD = "!"
    ILL = "✘"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `what_to_do` is empty when all is well."""

    verdict: Verdict
    what: str
    what_to_do: str = ""

    def __str__(self) -> str:
        advice = f"\n    → {self.what_to_do}" if self.what_to_do else ""
        return f"{self.verdict} {self.what}{advice}"


def well(what: str) -> Finding:
    """Nothing to do."""
    return Finding(Verdict.WELL, what)


def odd(what: str, what_to_do: str) -> Finding:
    """It works, and somebody should look."""
    return Finding(Verdict.ODD, what, what_to_do)


def ill(what: str, what_to_do: str) -> Finding:
    """It does not work until somebody acts."""
    return Finding(Verdict.ILL, what, what_to_do)
