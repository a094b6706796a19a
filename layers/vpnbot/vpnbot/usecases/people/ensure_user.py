"""A person is known from their first contact on, whatever it was that they touched first."""

from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Metric, Session


def ensure_user(
    session: Session, context: Context, cause: str, chat_id: int, language: str, came_from: str | None
) -> Person:
    """Return the person, created if need be; `came_from` is the payload of the link they came by.

    A person whose profile or subscription cannot be read is returned as they are. An update that comes again after
    the person had themselves forgotten does not bring them back.

    Raises:
        Conflict: too much happens at once; come back.
    """
    now = context.clock()
    if session.person.user.known or not session.person.readable:
        return session.person

    def met(person: Person) -> Person:
        if person.user.known:
            return person
        return replace(person, user=person.user.met(chat_id, language, came_from, now))

    try:
        person = decide(session, Entry(f"{cause}/meet", "met", now), met, context.metrics)
    except AlreadyDecided:
        return session.person
    context.metrics.count(Metric.FIRST_CONTACTS)
    return person
