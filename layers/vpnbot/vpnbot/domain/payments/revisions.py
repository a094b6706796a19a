"""The history of what operators change in the chat: one row for each changed value, kept forever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.effects import Put
from vpnbot.domain.shop import SHOP

HISTORY = f"{SHOP}#LOG"
"""The partition of the rows; it also has the ledger of the settings."""

SETTINGS = "settings"
"""The subject of changes of settings."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One changed value. `subject` is what has the versions, `field` is what was changed in this version of it.

    `before` and `after` are the values as an operator types them; empty: there was none.
    """

    subject: str
    version: int
    field: str
    before: str
    after: str
    actor: str
    at: datetime

    @property
    def key(self) -> str:
        """The sort key of its row: newer versions of a subject sort after older ones."""
        return self.key_of(self.subject, self.version, self.field)

    @staticmethod
    def key_of(subject: str, version: int, field: str) -> str:
        """Return the sort key of the row of one changed value."""
        return f"{revision_key(subject, version)}{field}"

    def written(self) -> Put:
        """Return the effect that writes its row."""
        body = {"before": self.before, "after": self.after, "actor": self.actor}
        return Put(HISTORY, self.key, body, at=self.at)


def revision_key(subject: str, version: int) -> str:
    """Return how the sort keys of the rows of one version begin."""
    return f"V#{subject}#{version:08}#"


def revision_of(key: str, body: Mapping[str, object], at: datetime) -> Revision:
    """Return what a stored row says."""
    _, *subject, version, field = key.split("#")
    before, after, actor = (str(body.get(name, "")) for name in ("before", "after", "actor"))
    return Revision("#".join(subject), int(version), field, before, after, actor, at)
