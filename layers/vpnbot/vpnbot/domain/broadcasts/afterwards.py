"""What can be done with a broadcast that was sent: correct it, or send it where it may not have arrived."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.broadcasts.broadcast import SENT, Broadcast, IllegalStep, State
from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.scheduling import Due

IN_FLIGHT = timedelta(seconds=15)
"""How long calls to Telegram with the earlier text may still be on their way: longer than their time-out."""


def corrected(broadcast: Broadcast, language: str, content: Content, now: datetime) -> Broadcast:
    """Return a broadcast with another text, or another file; what was sent before is due to be edited.

    Raises:
        BadContent: Telegram would not send it.
        IllegalStep: it has not begun, is deleted, or has no content in this language.
    """
    broadcast.allow(*SENT)
    known = broadcast.contents.get(language)
    if known is None:
        raise IllegalStep("there is no such content")
    contents = {**broadcast.contents, language: known.corrected_by(content)}
    return replace(broadcast, contents=contents, corrected_at=now, correcting=True, due=Due(now + IN_FLIGHT))


def correction_ended(broadcast: Broadcast, now: datetime) -> Broadcast:
    """Return a broadcast after what was sent has been edited; one that runs goes on.

    Raises:
        IllegalStep: it is not corrected.
    """
    broadcast.allow(*SENT)
    if not broadcast.correcting:
        raise IllegalStep("it is not corrected")
    return replace(broadcast, correcting=False, due=Due(now) if broadcast.state is State.RUNNING else None)


def can_be_sent_again(broadcast: Broadcast) -> bool:
    """Tell whether there are people of whom it is not known whether they have it, and who were not sent it again."""
    return broadcast.state is State.DONE and broadcast.figures.unsure > 0 and not broadcast.sent_again


def sent_again(broadcast: Broadcast, now: datetime) -> Broadcast:
    """Return a broadcast that is sent once more to the people of whom it is not known whether they have it.

    Raises:
        IllegalStep: it has not ended, there are no such people, or they were sent it again before.
    """
    if not can_be_sent_again(broadcast):
        raise IllegalStep("there is no one to send it to again")
    return replace(broadcast, state=State.RUNNING, sent_again=True, ended_at=None, due=Due(now))
