"""Known vulnerabilities that are accepted for a time, each with its reason."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A vulnerability of one package that does not fail the audit, up to and including the day `until`."""

    id: str
    package: str
    reason: str
    until: date

    def expired(self, today: date) -> bool:
        """Tell whether the day has passed."""
        return today > self.until


def read_acceptances(file: Path) -> tuple[Acceptance, ...]:
    """Read the file.

    Raises:
        ValueError: an acceptance has no reason.
    """
    entries = json.loads(file.read_text(encoding="utf-8"))
    accepted = tuple(
        Acceptance(entry["id"], entry["package"], entry["reason"].strip(), date.fromisoformat(entry["until"]))
        for entry in entries
    )
    for acceptance in accepted:
        if not acceptance.reason:
            raise ValueError(f"{acceptance.id} is accepted without a reason")
    return accepted
