"""How a broadcast stands after its start: in the chat of the staff, and in the message to its author."""

from datetime import datetime

from vpnbot.domain.broadcasts.afterwards import can_be_sent_again
from vpnbot.domain.broadcasts.broadcast import SENT, Broadcast, State
from vpnbot.domain.broadcasts.sender import NO_RIGHT
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Rows, Screen, phrase, rows

_AREA = "cast"
"""The area of broadcasts in callback data of the staff, see `telegram/admin/areas.py`."""
_BAR_CHARACTERS = 10
BACK_TO_LIST = Button(phrase("button-broadcasts-back"), action=Action.ADMIN.on(_AREA, "list"))


def on(action: str, broadcast: Broadcast, *arguments: str | int) -> str:
    """Return callback data of a button about a broadcast."""
    return Action.ADMIN.on(_AREA, action, broadcast.id, *map(str, arguments))


def progress_screen(broadcast: Broadcast, now: datetime) -> Screen:
    """Return how a broadcast stands that has begun, with what can be done now."""
    correcting = phrase("broadcast-correcting") if broadcast.correcting and broadcast.state in SENT else None
    text: tuple[Phrase, ...] = (_progress(broadcast), correcting) if correcting else (_progress(broadcast),)
    return Screen((text,), _sent_rows(broadcast, now))


def _progress(broadcast: Broadcast) -> Phrase:
    figures = broadcast.figures
    known: dict[str, Argument] = {
        "sent": figures.sent,
        "blocked": figures.blocked,
        "failed": figures.failed,
        "unsure": figures.unsure,
        "count": max(broadcast.audience, figures.done),
        "done": figures.done,
        "deleted": figures.deleted,
        "stays": figures.stays,
        "bar": _bar(figures.done, broadcast.audience),
        "reason": phrase("broadcast-no-right") if broadcast.reason == NO_RIGHT else broadcast.reason or "–",
    }
    if broadcast.state is State.PAUSED and broadcast.reason:
        return phrase("broadcast-stopped", **known)
    return phrase(f"broadcast-{broadcast.state}", **known)


def _bar(done: int, of: int) -> str:
    full = min(_BAR_CHARACTERS * done // of, _BAR_CHARACTERS) if of else 0
    return "▓" * full + "░" * (_BAR_CHARACTERS - full)


def _sent_rows(broadcast: Broadcast, now: datetime) -> Rows:
    match broadcast.state:
        case State.RUNNING:
            pause = Button(phrase("button-broadcast-pause"), action=on("pause", broadcast))
            return rows((pause, _stop(broadcast)), (_correct(broadcast), _refresh(broadcast)), (BACK_TO_LIST,))
        case State.PAUSED:
            resume = Button(phrase("button-broadcast-resume"), action=on("resume", broadcast))
            return rows((resume, _stop(broadcast)), (_correct(broadcast),), (BACK_TO_LIST,))
        case State.DELETING:
            return rows((_refresh(broadcast), BACK_TO_LIST))
        case State.DONE | State.CANCELLED:
            delete = Button(phrase("button-broadcast-delete"), action=on("ask_delete", broadcast))
            again = Button(phrase("button-broadcast-again"), action=on("ask_again", broadcast))
            return rows(
                (delete if broadcast.deletable(now) else None, _correct(broadcast)),
                (again if can_be_sent_again(broadcast) else None,),
                (BACK_TO_LIST,),
            )
        case _:
            return rows((BACK_TO_LIST,))


def _correct(broadcast: Broadcast) -> Button:
    return Button(phrase("button-broadcast-correct"), action=on("ask_correct", broadcast))


def _stop(broadcast: Broadcast) -> Button:
    return Button(phrase("button-broadcast-stop"), action=on("stop", broadcast))


def _refresh(broadcast: Broadcast) -> Button:
    return Button(phrase("button-broadcast-refresh"), action=on("one", broadcast))
