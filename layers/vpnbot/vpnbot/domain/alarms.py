"""What the operators are told about an alarm."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """An alarm that rings, or that is over, since `at`. `name` is that in CloudWatch, `kind` that in the template."""

    name: str
    is_over: bool
    at: datetime

    @property
    def kind(self) -> str:
        """The name without that of the stack, which precedes it: `PanelDown`."""
        return self.name.rpartition("-")[2]
