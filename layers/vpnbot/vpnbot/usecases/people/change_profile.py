"""Small things a person decides about themselves, one tap each."""

from collections.abc import Callable
from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Session


def change_language(session: Session, context: Context, cause: str, language: str) -> Person:
    """Speak this language from now on."""
    return _change(session, context, cause, "language changed", lambda p: _with_user(p, language=language))


def mute_reminders(session: Session, context: Context, cause: str) -> Person:
    """Send no reminders any more."""
    return _change(session, context, cause, "reminders muted", lambda p: _with_user(p, reminders=False))


def join_plans_waitlist(session: Session, context: Context, cause: str) -> Person:
    """Remember that this person wants to hear when plans open."""
    return _change(session, context, cause, "wants plans", lambda p: _with_user(p, wants_plans=True))


def give_opinion(session: Session, context: Context, cause: str, opinion: str) -> Person:
    """Keep the answer to the one question we ask."""
    return _change(session, context, cause, f"opinion: {opinion}", lambda p: _with_user(p, opinion=opinion))


def reactivate(session: Session, context: Context, cause: str) -> Person:
    """Reach a person again who had blocked the bot: what was kept for them is due now.

    As long as they cannot be read, nothing is changed: their next update does it.
    """
    now = context.clock()
    if not session.person.readable:
        return session.person

    def back(person: Person) -> Person:
        waiting = tuple(n if n.due else replace(n, due=Due(now)) for n in person.outbox)
        return replace(_with_user(person, reachable=True), outbox=waiting)

    return _change(session, context, f"{cause}/reachable", "reachable again", back)


def _change(session: Session, context: Context, cause: str, what: str, change: Callable[[Person], Person]) -> Person:
    if change(session.person) == session.person:
        return session.person
    try:
        return decide(session, Entry(cause, what, context.clock()), change, context.metrics)
    except AlreadyDecided:
        return session.person


def _with_user(person: Person, **facts: object) -> Person:
    return replace(person, user=replace(person.user, **facts))  # type: ignore[arg-type]  # names are User's own
