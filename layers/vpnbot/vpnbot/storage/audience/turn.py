"""The turn of bulk jobs: one item, which only conditional updates change.

| item | pk      | sk   | attributes                                                                   |
|------|---------|------|------------------------------------------------------------------------------|
| Turn | OUTAGES | TURN | at (taken until), taken_by, next_rank, next_at, paused_until, rate           |

Key and `at` are those of the turn of earlier releases, in which only outages had one: so two releases that run at the
same time, during a deployment, do not both send to many people. They wait for an `at` that has passed, so it is never
removed.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from vpnbot.domain.audience.turn import Turn
from vpnbot.domain.servers.outage import OUTAGES
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, from_text, to_text, translated_errors

_KEY = "TURN"
_ATTEMPTS = 3
_SAME_PAUSE = timedelta(seconds=1)
"""Telegram asks for whole seconds, so the calls that it refuses together ask for times that are so near."""
_TAKEN_BY, _NEXT_RANK, _NEXT_AT = Path("taken_by"), Path("next_rank"), Path("next_at")
_PAUSED_UNTIL, _RATE = Path("paused_until"), Path("rate")


class StoredTurn:
    """Implements the port `BulkTurn`."""

    def __init__(self) -> None:
        self._paused_until: datetime | None = None

    def current(self) -> Turn:
        """Return the turn, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(OUTAGES, _KEY)
        if stored is None:
            return Turn()
        values = stored.attributes
        return Turn(
            taken_by=values.get("taken_by"),
            taken_until=_time(values.get("at")),
            next_rank=values.get("next_rank"),
            next_at=_time(values.get("next_at")),
            paused_until=_time(values.get("paused_until")),
            rate=int(values["rate"]) if "rate" in values else None,
        )

    def take(self, rank: str, now: datetime, until: datetime) -> Turn | None:
        """Take the turn, or hold the rank of a job that is refused; refused is also one that others overtake thrice.

        Raises:
            StorageUnavailable: DynamoDB did not answer; if the turn was taken, it ends by its time.
        """
        for _ in range(_ATTEMPTS):
            before = self.current()
            after = before.asked(rank, now, until)
            if after == before or self._replaced(before, after):
                return after if after.has(rank, until) else None
        return None

    def end(
        self, rank: str, until: datetime, now: datetime, *, rate: int | None = None, goes_on: bool = False
    ) -> None:
        """Give back the turn that was taken until then. If others overtake it three times, it ends by its time.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the turn ends by its time.
        """
        for _ in range(_ATTEMPTS):
            before = self.current()
            if not before.has(rank, until):
                return
            if self._replaced(before, before.ended(now, rate, goes_on=goes_on)):
                return

    def pause(self, until: datetime, now: datetime) -> None:
        """Record until when Telegram has asked to wait; what this object has recorded is not written again.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        if self._paused_until is not None and until - self._paused_until < _SAME_PAUSE:
            return
        later: Condition = _PAUSED_UNTIL.does_not_exist() | (to_text(until) > _PAUSED_UNTIL)
        actions: list[Action] = [_PAUSED_UNTIL.set(to_text(until)), Record.at.set(Record.at | to_text(now))]
        with suppress(UpdateError), translated_errors():
            Record(OUTAGES, _KEY).update(actions=actions, condition=later)
        self._paused_until = until

    def _replaced(self, before: Turn, after: Turn) -> bool:
        """Write what has changed; False if another job has asked meanwhile."""
        actions: list[Action] = []
        changes: Sequence[tuple[Any, object, object]] = (
            (_TAKEN_BY, before.taken_by, after.taken_by),
            (_NEXT_RANK, before.next_rank, after.next_rank),
            (Record.at, _text(before.taken_until), _text(after.taken_until)),
            (_NEXT_AT, _text(before.next_at), _text(after.next_at)),
            (_RATE, before.rate, after.rate),
        )
        for path, known, wanted in changes:
            if wanted != known:
                actions.append(path.remove() if wanted is None else path.set(wanted))
        same: Condition = (
            _is(_TAKEN_BY, before.taken_by)
            & _is(Record.at, _text(before.taken_until))
            & _is(_NEXT_RANK, before.next_rank)
            & _is(_NEXT_AT, _text(before.next_at))
        )
        try:
            with translated_errors():
                Record(OUTAGES, _KEY).update(actions=actions, condition=same)
        except UpdateError:
            return False
        return True


def _is(attribute: Any, value: str | None) -> Condition:
    condition: Condition = attribute.does_not_exist() if value is None else attribute == value
    return condition


def _text(time: datetime | None) -> str | None:
    return None if time is None else to_text(time)


def _time(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)
