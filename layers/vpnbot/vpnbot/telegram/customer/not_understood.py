"""Messages that no feature expects: the first of a row is answered, each further one only gets a reaction.

The row is in the data of the conversation, so that one tap passes on all of its messages. It ends with whatever
ends a conversation, and after ten minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.fsm.context import FSMContext

from vpnbot.telegram.messages.reply import React, Reply, Show, Silence

ROW_LASTS = timedelta(minutes=10)
MOST = 20
"""So many messages of a row are kept; the limits of questions allow fewer."""
_ROW = "row"
_SHRUG = "🤷"


@dataclass(frozen=True, slots=True)
class Row:
    """The messages of a row, each with its album or an empty text, and when the first was answered."""

    began_at: datetime
    messages: tuple[tuple[int, str], ...]

    def as_data(self) -> dict[str, Any]:
        """Return it as data of a conversation."""
        return {_ROW: {"began_at": self.began_at.isoformat(), "messages": [list(each) for each in self.messages]}}


def row_in(data: Mapping[str, Any]) -> Row | None:
    """Return the row in the data of a conversation; None if there is none."""
    stored = data.get(_ROW)
    if not isinstance(stored, dict):
        return None
    messages = tuple((int(number), str(album)) for number, album in stored["messages"])
    return Row(datetime.fromisoformat(stored["began_at"]), messages)


async def answered_once(state: FSMContext, now: datetime, message_id: int, album: str, answer: Show) -> Reply:
    """Return `answer` to the first message of a row, silence to the rest of an album, else a reaction.

    The first message gets the answer again if it is delivered again.
    """
    row = row_in(await state.get_data())
    if row is None or now - row.began_at >= ROW_LASTS or await state.get_state() is not None:
        await state.clear()
        await state.set_data(Row(now, ((message_id, album),)).as_data())
        return answer
    known = [number for number, _ in row.messages]
    if message_id == known[0]:
        return answer
    if message_id not in known and len(known) < MOST:
        await state.set_data(Row(row.began_at, (*row.messages, (message_id, album))).as_data())
    return Silence() if album and album == row.messages[-1][1] else React(message_id, _SHRUG)
