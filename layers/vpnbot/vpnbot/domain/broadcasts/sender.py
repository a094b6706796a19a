"""Who is responsible for a broadcast while it is sent: a member of the staff who may send one now."""

from dataclasses import replace

from vpnbot.domain.broadcasts.broadcast import Broadcast, State

NO_RIGHT = "no_right"
"""The reason of a broadcast that waits because its author may not send broadcasts any more."""


def taken_by(broadcast: Broadcast, member: str, progress_message: int | None) -> Broadcast:
    """Return a broadcast for which a member is responsible who schedules, starts or resumes it.

    `progress_message` is the message of this member that shows the progress; None: the one that there was, if it is
    the same member's.
    """
    kept = broadcast.progress_message if broadcast.author == member else None
    return replace(broadcast, author=member, progress_message=progress_message or kept, reason="")


def withheld(broadcast: Broadcast) -> Broadcast:
    """Return a broadcast that does not begin, or does not go on, until another member of the staff sends it.

    Raises:
        IllegalStep: it is neither scheduled nor running.
    """
    after = broadcast.paused(NO_RIGHT) if broadcast.state is State.RUNNING else broadcast.missed()
    return replace(after, reason=NO_RIGHT)
