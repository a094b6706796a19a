"""An update of a person that could not be handled, as it is shown to that person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class UpdateKind(StrEnum):
    """What an update is for the person; its description is in the locale files."""

    MESSAGE = "message"
    TAP = "tap"
    MONEY = "money"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class QuarantinedUpdate:
    """One stored update. `sent_at` is when the person sent it; of a tap, which has no date, when it was stored."""

    sent_at: datetime
    kept_until: datetime
    about_money: bool
    content: Mapping[str, Any]

    @property
    def kind(self) -> UpdateKind:
        """What it is for the person."""
        if self.about_money:
            return UpdateKind.MONEY
        if "message" in self.content:
            return UpdateKind.MESSAGE
        return UpdateKind.TAP if "callback_query" in self.content else UpdateKind.OTHER
