"""Changes of a person's profile: names, language, reminders, waitlist, opinion, receipts, reachability."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct, TooOften
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.errors import AlreadyDecided, Conflict, DeletedMeanwhile, Rejected, StorageUnavailable
from vpnbot.usecases.decide import Decision, apply_fact, decide
from vpnbot.usecases.ports import Context, Session

NAMES_AGAIN = timedelta(days=1)
"""Other names cause a write of their own once in this time; every decision stores them without one."""


def note_names(session: Session, context: Context) -> None:
    """Store the names of the session if they differ and no decision has stored them; a failure changes nothing else.

    The staged conversation is written with them, so that an update still causes one write.
    """
    names, now, person = session.names, context.clock(), session.person
    if names is None or not person.readable or person.user.named(names, now) == person.user:
        return
    if person.user.named_at is not None and now - person.user.named_at < NAMES_AGAIN:
        return
    with suppress(Conflict, StorageUnavailable):
        apply_fact(session, context, lambda known: Decision(known) if known.user.known else None)


def change_language(session: Session, context: Context, cause: str, language: str) -> Person:
    """Store the language of the messages to this person; raises TooOften."""
    return _limited(session, context, cause, "language changed", lambda p: _with_user(p, language=language))


def switch_reminders(session: Session, context: Context, cause: str, *, wanted: bool) -> Person:
    """Send reminders to this person, or stop sending them; that VPN is off is said in any case."""
    what = "reminders switched on" if wanted else "reminders muted"
    return _change(session, context, cause, what, lambda p: _with_user(p, reminders=wanted))


def join_plans_waitlist(session: Session, context: Context, cause: str) -> Person:
    """Put this person on the list of people to notify when plans can be bought."""
    return _change(session, context, cause, "wants plans", lambda p: _with_user(p, wants_plans=True))


def wait_for_opening(session: Session, context: Context, cause: str, *, trial: bool) -> Person:
    """Promise this person a message when the shop begins again what it has just refused: the trial, or orders."""
    field = {"wants_trial": True} if trial else {"wants_plans": True}
    return _change(session, context, cause, "waits until the shop is open", lambda p: _with_user(p, **field))


def wait_for_trial(session: Session, context: Context, cause: str) -> Person:
    """Promise this person a message when there are trials again; who has waited before keeps their turn."""
    since = session.person.user.waits_for_trial_since or context.clock()
    field = {"waits_for_trial_since": since, "told_of_trials_at": None}
    return _change(session, context, cause, "waits for a trial", lambda p: _with_user(p, **field))


def switch_news(session: Session, context: Context, cause: str, *, wanted: bool) -> Person:
    """Send news to this person, or stop sending them."""
    what = "news switched on" if wanted else "news switched off"
    return _change(session, context, cause, what, lambda p: _with_user(p, news=wanted))


def give_opinion(session: Session, context: Context, cause: str, opinion: str) -> Person:
    """Store the person's answer to the question how it was (`domain/people/opinions.py`); raises TooOften."""
    return _limited(session, context, cause, f"opinion: {opinion}", lambda p: _with_user(p, opinion=opinion))


def keep_receipt_contact(session: Session, context: Context, cause: str, contact: str) -> Person:
    """Store the address for fiscal receipts; empty: none at an own address; raises TooOften."""
    return _limited(session, context, cause, "receipt address", lambda p: _with_user(p, receipt_contact=contact))


def reactivate(session: Session, context: Context, cause: str) -> Person:
    """Record that a person who had blocked the bot can be reached again; notifications that were kept are due now.

    While this version cannot read the person, nothing is changed; the next update tries it again.
    """
    now = context.clock()
    if not session.person.readable:
        return session.person

    def reachable(person: Person) -> Person:
        outbox = tuple(n if n.due else replace(n, due=Due(now)) for n in person.outbox)
        answers = tuple(kept if kept.due else kept.rescheduled(Due(now)) for kept in person.answers)
        return replace(_with_user(person, reachable=True), outbox=outbox, answers=answers)

    return _change(session, context, f"{cause}/reachable", "reachable again", reachable)


def _limited(session: Session, context: Context, cause: str, what: str, change: Callable[[Person], Person]) -> Person:
    """Commit a change as `_change`, and count it.

    Raises:
        TooOften: the person has changed as much as allowed.
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def counted(person: Person) -> Person:
        return change(person.acted(LimitedAct.SETTING, now))

    if change(session.person) == session.person:
        return session.person
    return _decided(session, context, cause, what, counted)


def _change(session: Session, context: Context, cause: str, what: str, change: Callable[[Person], Person]) -> Person:
    """Commit a change of the profile; nothing is written if it changes nothing, or if the person was deleted.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    if change(session.person) == session.person:
        return session.person
    return _decided(session, context, cause, what, change)


def _decided(session: Session, context: Context, cause: str, what: str, change: Callable[[Person], Person]) -> Person:
    def changed(person: Person) -> Person:
        if not person.user.known:
            raise Rejected("the data of this person are deleted")
        return change(person)

    try:
        return decide(session, Entry(cause, what, context.clock()), changed, context.metrics)
    except TooOften:
        raise
    except (AlreadyDecided, DeletedMeanwhile, Rejected):
        return session.person


def _with_user(person: Person, **facts: object) -> Person:
    return replace(person, user=replace(person.user, **facts))  # type: ignore[arg-type]  # names are User's own
