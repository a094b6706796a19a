"""Promise a person to notify them when a server that is down works again; `end_outage.py` keeps the promise."""

from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, apply_fact, decide
from vpnbot.usecases.ports import Context, Fleet, Session


def watch_server(session: Session, fleet: Fleet, context: Context, cause: str) -> Person:
    """Start a watch on every server on which a key of this person works, unless there is one already.

    A person who waits for the first key gets no watch: they are notified when the key is ready.

    Raises:
        Conflict: concurrent changes; try again later.
        StorageUnavailable: the storage did not answer; try again later.
    """
    now = context.clock()

    def watching(person: Person) -> Person:
        servers = _unwatched(person)
        for server_id in servers:  # before the commit: a wait is never stored without the due work that ends it
            fleet.outages.keep(server_id, now)
        return replace(person, watches=(*person.watches, *(ServerWatch(server_id, now) for server_id in servers)))

    if not _unwatched(session.person):
        return session.person
    try:
        return decide(session, Entry(cause, "waits for the server", now), watching, context.metrics)
    except AlreadyDecided:
        return session.person


def adopt_watch(stored: ServerWatch, session: Session, fleet: Fleet, context: Context) -> None:
    """Give a watch that an earlier release stored, and that is due itself, to the outage of its server.

    Raises:
        Conflict: concurrent changes; due work tries again.
        StorageUnavailable: the storage did not answer; due work tries again.
    """
    fleet.outages.keep(stored.server_id, context.clock())

    def adopted(person: Person) -> Decision | None:
        others = tuple(watch for watch in person.watches if watch.server_id != stored.server_id)
        if len(others) == len(person.watches):
            return None
        return Decision(replace(person, watches=(*others, replace(stored, due=None))))

    apply_fact(session, context, adopted)


def _unwatched(person: Person) -> list[str]:
    watched = {known.server_id for known in person.watches}
    return sorted({access.server_id for access in person.living_accesses if access.works} - watched)
