"""Due work of a broadcast: begin it at its time, send it to a slice of people, correct or delete what was sent."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.broadcasts.afterwards import correction_ended
from vpnbot.domain.broadcasts.broadcast import LATEST_START, SENT, Broadcast, Figures, State, broadcast_key
from vpnbot.domain.broadcasts.sender import withheld
from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.roles import Right, may
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.staff.name import name_of
from vpnbot.errors import AlreadyDecided, ClaimLost, Conflict, StorageUnavailable
from vpnbot.usecases.audience.bulk_job import JobClaim
from vpnbot.usecases.broadcasts.change_sent import ChangeOfSent, change_slice
from vpnbot.usecases.broadcasts.correct_sent import Correction
from vpnbot.usecases.broadcasts.delete_sent import deletion
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts, send_slice
from vpnbot.usecases.ports import Context, DueIndex

SETTLES_AFTER = timedelta(seconds=95)
"""When another round begins: no process can then be at a delivery of this one any more."""
LEFT_AGAIN_AFTER = timedelta(hours=1)
"""When messages are tried again that could not be deleted or edited."""


@dataclass(frozen=True, slots=True)
class BroadcastWork:
    """One claim on a broadcast."""

    item: DueItem
    ports: BroadcastPorts
    context: Context
    index: DueIndex


def run_broadcast(work: BroadcastWork) -> None:
    """Do what is due for a broadcast.

    Raises:
        ClaimLost: another worker has the claim, or a member of the staff has changed the broadcast.
        TelegramSilent, StorageUnavailable: not answered; the next slice follows later.
        Exception: a bug with one person, whose message was not changed; all others were.
    """
    broadcast = work.ports.broadcasts.get(work.item.sort_key.removeprefix(broadcast_key("")))
    if broadcast is None or broadcast.due is None or broadcast.due.at != work.item.due_at:
        raise ClaimLost(work.item.sort_key)
    if broadcast.correcting and broadcast.state in SENT:
        _correct(broadcast, work)
        return
    match broadcast.state:
        case State.SCHEDULED | State.RUNNING if not _author_may_send(broadcast, work):
            _withhold(broadcast, work)
        case State.SCHEDULED:
            _begin(broadcast, work)
        case State.RUNNING:
            _send(broadcast, work)
        case State.DELETING:
            _delete(broadcast, work)
        case _:
            work.index.done(work.item)


def _author_may_send(broadcast: Broadcast, work: BroadcastWork) -> bool:
    author = work.ports.people.open(PersonId(broadcast.author)).person
    return author.id in work.ports.owners or may(author.user.role, Right.BROADCAST)


def _withhold(broadcast: Broadcast, work: BroadcastWork) -> None:
    """Keep a broadcast whose author may not send any more, and tell the administrators."""
    author = name_of(work.ports.people.open(PersonId(broadcast.author)).person)
    cause, now = f"event:broadcast:{broadcast.id}:{broadcast.version}", work.context.clock()
    about = {"broadcast": broadcast.id, "title": broadcast.title, "author": author}
    alert = alerted(AlertKind.BROADCAST_WITHHELD, cause, now, **about)
    _decided(broadcast, withheld(broadcast), "waits: its author may not send it", work, alert)


def _begin(broadcast: Broadcast, work: BroadcastWork) -> None:
    """Start a broadcast at its time; one whose start was missed for long waits for its author."""
    now, planned = work.context.clock(), broadcast.starts_at
    if planned is not None and now - planned > LATEST_START:
        _report(_decided(broadcast, broadcast.missed(), "start missed", work), work)
        return
    people = work.ports.bulk.audience.count(broadcast.recipients.criteria(now))
    _report(_decided(broadcast, broadcast.started(now, audience=people), "started at its time", work), work)


def _send(broadcast: Broadcast, work: BroadcastWork) -> None:
    def shown(figures: Figures) -> None:
        _report_progress(broadcast.id, figures, work)

    sent = send_slice(broadcast, work.item, work.ports, work.context, work.index, shown)
    if sent is None:
        return
    if sent.refused:
        _report(_decided(broadcast, broadcast.paused(sent.refused), "paused: Telegram refuses it", work), work)
    elif sent.complete:
        figures = work.ports.figures(broadcast.id)
        _report(_decided(broadcast, broadcast.finished(figures, work.context.clock()), "done", work), work)
    else:
        if sent.walked_through:
            sent.claim.postpone(work.context.clock() + SETTLES_AFTER)
        else:
            sent.claim.go_on_after(sent.walked)
        _report_progress(broadcast.id, sent.figures, work)


def _delete(broadcast: Broadcast, work: BroadcastWork) -> None:
    change = deletion(broadcast, work.ports, work.context)
    if _changed_for_all(broadcast, change, work) is not None:
        ended = broadcast.deletion_ended(work.ports.figures(broadcast.id))
        _report(_decided(broadcast, ended, "deleted", work), work)


def _correct(broadcast: Broadcast, work: BroadcastWork) -> None:
    correction = Correction(broadcast, work.ports, work.context)
    claim = _changed_for_all(broadcast, correction.change, work)
    if claim is None:
        return
    if correction.on_their_way:
        claim.postpone(work.context.clock() + SETTLES_AFTER)
    else:
        _report(_decided(broadcast, correction_ended(broadcast, work.context.clock()), "corrected", work), work)


def _changed_for_all(broadcast: Broadcast, change: ChangeOfSent, work: BroadcastWork) -> JobClaim | None:
    """Change what a slice of people have; return the claim if no one is left, else None: the next slice follows."""
    found = change_slice(broadcast, work.item, change, work.ports, work.context, work.index)
    if found is None:
        return None
    claim, walked = found
    if not claim.reached_end(walked, work.item):
        return None
    if walked.left and broadcast.deletable_at(work.context.clock()):
        claim.postpone(work.context.clock() + LEFT_AGAIN_AFTER)
        return None
    return claim


def _report_progress(broadcast_id: str, figures: Figures, work: BroadcastWork) -> None:
    """Show the author the figures so far, in the state that the broadcast has now: it may have been paused."""
    with suppress(StorageUnavailable):
        stored = work.ports.broadcasts.get(broadcast_id)
        if stored is not None:
            _report(replace(stored, figures=figures), work)


def _decided(before: Broadcast, after: Broadcast, what: str, work: BroadcastWork, *effects: Effect) -> Broadcast:
    """Commit the next state of a broadcast, once for the version from which it follows."""
    cause = f"event:broadcast:{before.id}:{before.version}"
    entry = Entry(cause, what, work.context.clock(), "clock")
    try:
        return work.ports.broadcasts.save(before, after, entry, *effects)
    except AlreadyDecided as error:
        raise ClaimLost(f"broadcast {before.id}: {what} before") from error
    except Conflict as error:
        raise ClaimLost(f"broadcast {before.id} was changed meanwhile") from error


def _report(broadcast: Broadcast, work: BroadcastWork) -> None:
    """Show the author how it stands; that must not stop the broadcast."""
    with suppress(Exception):
        author = work.ports.people.open(PersonId(broadcast.author)).person
        work.ports.sender.report(broadcast, author, work.context.clock())
