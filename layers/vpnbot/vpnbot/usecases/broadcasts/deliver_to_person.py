"""Deliver a broadcast to one person, once: an item is put before the call to Telegram, and its outcome after it.

A definite no of Telegram (429, a refused connection) removes the item, so that the person is tried again. An answer
that is lost leaves it: a person who is found so when no process can be at it any more is not sent the message again,
but is counted as unsure, because it may have arrived. Messages about the service are sent again: twice is better than
never.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from vpnbot.domain.broadcasts.broadcast import Broadcast, Kind
from vpnbot.domain.broadcasts.delivery import SETTLED_AFTER, Delivery, Outcome
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.errors import MessageRefused, TelegramSilent, TelegramUnavailable, Unreachable
from vpnbot.usecases.ports import Context, People
from vpnbot.usecases.ports.broadcasts import BroadcastSender, Deliveries


class Result(Enum):
    """What became of one person in this slice.

    DONE_BEFORE: an earlier slice has delivered it. LATER: another process may be at it; look again in 90 seconds.
    """

    SENT = auto()
    BLOCKED = auto()
    FAILED = auto()
    UNSURE = auto()
    LEFT = auto()
    DONE_BEFORE = auto()
    LATER = auto()


@dataclass(frozen=True, slots=True)
class Delivering:
    """What a slice delivers with. `nonce` is unique to the slice."""

    broadcast: Broadcast
    nonce: str
    people: People
    deliveries: Deliveries
    sender: BroadcastSender
    context: Context


@dataclass(frozen=True, slots=True)
class Done:
    """The result for one person; `detail` is Telegram's own text if it has refused the message."""

    result: Result
    detail: str = ""


def deliver_to_person(person_id: PersonId, work: Delivering, wait: Callable[[], None] = lambda: None) -> Done:
    """Deliver the broadcast to a person who may belong to it; `wait` waits until Telegram may be called.

    Raises:
        TelegramSilent: Telegram did not answer, and the message may have been sent; a later slice judges it.
        TelegramUnavailable: Telegram asked to wait; this person is tried again.
        StorageUnavailable: the storage did not answer; what was begun is judged by a later slice.
    """
    now = work.context.clock()
    person = work.people.open(person_id).person
    begun = _begun(person_id, work)
    if not belongs(person, work):
        left = begun.ended(Outcome.LEFT, now)
        return Done(Result.LEFT if work.deliveries.begin(work.broadcast.id, left) is None else Result.DONE_BEFORE)
    wait()
    known = work.deliveries.begin(work.broadcast.id, begun)
    if known is not None and known.nonce != work.nonce:
        again = _judged(known, work)
        if again is not None:
            return again
        begun = replace(_begun(person_id, work), again=work.broadcast.sent_again)
        if not work.deliveries.end(work.broadcast.id, known, begun):
            return Done(Result.DONE_BEFORE)
    elif known is not None and known.outcome is not Outcome.TRYING:
        return Done(Result.DONE_BEFORE)
    return _send(person, begun, work)


def _begun(person_id: PersonId, work: Delivering) -> Delivery:
    now, text_of = work.context.clock(), work.broadcast.corrected_at
    return Delivery(person_id, Outcome.TRYING, now, work.nonce, text_of=text_of)


def belongs(person: Person, work: Delivering) -> bool:
    """Tell whether the message is for a person now: one who was met before its start, and who wants it."""
    broadcast, user = work.broadcast, person.user
    started = broadcast.started_at
    if started is None or user.met_at is None or user.met_at > started:
        return False
    return broadcast.recipients.has(person, work.context.clock())


def _judged(known: Delivery, work: Delivering) -> Done | None:
    """Judge a delivery that another slice has begun; None: it is sent again."""
    if not known.unsure:
        return Done(Result.DONE_BEFORE)
    now, again = work.context.clock(), work.broadcast.sent_again and not known.again
    if known.outcome is Outcome.UNSURE:
        return None if again else Done(Result.DONE_BEFORE)
    if now - known.at < SETTLED_AFTER:
        return Done(Result.LATER)
    if again:
        return None
    if work.broadcast.kind is Kind.SERVICE:
        return None
    work.deliveries.end(work.broadcast.id, known, known.ended(Outcome.UNSURE, now))
    return Done(Result.UNSURE)


def _send(person: Person, begun: Delivery, work: Delivering) -> Done:
    broadcast_id, now = work.broadcast.id, work.context.clock()
    try:
        message_id = work.sender.send(work.broadcast, person)
    except TelegramSilent:
        raise  # the answer is lost: a later slice finds the item, and judges it
    except TelegramUnavailable:
        if begun.again:
            work.deliveries.end(broadcast_id, begun, replace(begun, outcome=Outcome.UNSURE, nonce="", again=False))
        else:
            work.deliveries.forget(broadcast_id, begun)
        raise
    except Unreachable as error:
        work.deliveries.end(broadcast_id, begun, begun.ended(Outcome.BLOCKED, now, detail=str(error)))
        if person.user.reachable:
            work.people.record_reachable(person, reachable=False)
        return Done(Result.BLOCKED)
    except MessageRefused as error:
        work.deliveries.end(broadcast_id, begun, begun.ended(Outcome.FAILED, now, detail=error.description))
        return Done(Result.FAILED, error.description)
    work.deliveries.end(broadcast_id, begun, begun.ended(Outcome.SENT, now, message_id=message_id))
    return Done(Result.SENT)
