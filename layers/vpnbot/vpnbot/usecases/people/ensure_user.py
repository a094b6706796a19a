"""Create the user at the first contact, whichever kind of update it is."""

from dataclasses import replace

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Metric, Session


def ensure_user(
    session: Session,
    context: Context,
    cause: str,
    chat_id: int,
    language: str,
    came_from: str | None,
    invited_by: PersonId | None = None,
) -> Person:
    """Return the person; create the user if there is none.

    `came_from` is the payload of `/start`, or None; `invited_by` whose invitation it was, which only counts at the
    first contact of another person.

    A person whose profile or subscription this version cannot read is returned unchanged. An update that is delivered
    again after a deletion does not create the user again.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()
    if session.person.user.known or not session.person.readable:
        return session.person

    def created(person: Person) -> Person | Decision:
        if person.user.known:
            return person
        inviter = None if invited_by == person.id else invited_by
        met = replace(person, user=person.user.met(chat_id, language, came_from, now, inviter))
        return met if met.user.invited_by is None else _counted(met)

    try:
        person = decide(session, Entry(f"{cause}/meet", "met", now), created, context.metrics)
    except AlreadyDecided:
        return session.person
    context.metrics.count(Metric.FIRST_CONTACTS)
    return person


def _counted(met: Person) -> Decision:
    """Return the first contact of an invited person, which is counted for the person who has invited."""
    from vpnbot.domain.invites.counted import came

    return Decision(met, effects=came(met.id, met.user.invited_by))
