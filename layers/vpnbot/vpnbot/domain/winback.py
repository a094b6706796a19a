"""A win-back: a discount that is offered to a person some days after the end of paid time, once in half a year.

It is an item of the person. The commit that applies the end puts it, due after the days of the settings. Then it is
stored as being sent before the message is, so that a crash repeats no message, and the discount counts before the
message can be read. `domain/people/winning_back.py` says who is offered one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.orders.discount import Discount
from vpnbot.domain.scheduling import Due

VALID_FOR = timedelta(hours=72)
"""How long the discount counts, from the sending of the message."""

AGAIN_AFTER = timedelta(days=180)
"""So long after an offer a person gets no other one."""

TOO_LATE = timedelta(days=7)
"""An offer that could not be sent for so long after its day, because the shop was closed for example, is left out."""

OFFERED_ENTRY = "win-back offered"
"""The text of the ledger entry of an offer."""

_SOURCE = "winback:"


class WinbackState(StrEnum):
    """WAITING: for its day. SENDING: the message is being sent, or it is unknown whether it was. OFFERED: it was."""

    WAITING = "waiting"
    SENDING = "sending"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Winback:
    """The offer that follows the end of paid time which was applied at `ended_at`.

    From its sending at `offered_at` on it reduces the price of one purchase by `percent`. While it is `due`, it waits
    for its day, or it is unknown whether the message was sent.
    """

    ended_at: datetime
    state: WinbackState = WinbackState.WAITING
    percent: int = 0
    offered_at: datetime | None = None
    due: Due | None = None

    @property
    def cause(self) -> str:
        """The cause of the offer in the ledger."""
        return f"event:winback:{self.ended_at:%Y-%m-%dT%H:%M:%S.%fZ}"

    @property
    def discount(self) -> Discount | None:
        """The discount; None as long as it is not offered. No two offers have the same source."""
        if self.offered_at is None:
            return None
        source = f"{_SOURCE}{self.offered_at:%Y-%m-%dT%H:%M:%S.%fZ}"
        return Discount(source, self.percent, until=self.offered_at + VALID_FOR)

    def postponed(self, at: datetime) -> "Winback":
        """Return this offer as it waits until another time."""
        return replace(self, due=Due(at))

    def sending(self, percent: int, now: datetime) -> "Winback":
        """Return this offer as its message is being sent, under the claim of the process that sends it."""
        return replace(self, state=WinbackState.SENDING, percent=percent, offered_at=now)

    def not_sent(self) -> "Winback":
        """Return this offer as it waits again, under the same claim: its message has certainly not arrived."""
        return replace(self, state=WinbackState.WAITING, percent=0, offered_at=None)

    def offered(self) -> "Winback":
        """Return this offer as its message was sent, or may have been: it is never sent again."""
        return replace(self, state=WinbackState.OFFERED, due=None)


def of_winback(source: str) -> bool:
    """Tell whether the source of a discount is a win-back."""
    return source.startswith(_SOURCE)
