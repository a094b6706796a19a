"""Notify a person when a server that was down works again."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.server_watch import CHECK_INTERVAL, ServerWatch, watch
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, DueIndex, Fleet, Session


def watch_server(session: Session, context: Context, cause: str) -> Person:
    """Start a watch on every server on which a key of this person works, unless there is one already.

    A person who waits for the first key gets no watch: they are notified when the key is ready.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    now = context.clock()

    def watching(person: Person) -> Person:
        watched = {known.server_id for known in person.watches}
        unwatched = {access.server_id for access in person.living_accesses if access.works} - watched
        return replace(person, watches=(*person.watches, *(watch(server, now) for server in sorted(unwatched))))

    if watching(session.person) == session.person:
        return session.person

    try:
        return decide(session, Entry(cause, "waits for the server", now), watching, context.metrics)
    except AlreadyDecided:
        return session.person


def check_watched_server(
    server_watch: ServerWatch, item: DueItem, session: Session, fleet: Fleet, context: Context, index: DueIndex
) -> None:
    """Notify the person if the server works again; otherwise check again later, and stop after `MAX_WATCH`.

    Raises:
        AlreadyDecided: the end of this watch was decided before.
        Conflict: concurrent changes; due work tries again.
        StorageUnavailable: the storage did not answer; due work tries again.
    """
    now = context.clock()
    health = fleet.panels.of(fleet.catalogue.get(server_watch.server_id)).health()
    back = health.panel_answers and health.server_runs
    if not back and not server_watch.given_up(now):
        index.postpone(item, now + CHECK_INTERVAL, attempts=0)
        return

    def ended(person: Person) -> Person:
        if back:  # one server that works is enough, so all watches of the person end with one notification
            return replace(person, watches=()).with_notifications(
                notification(NotificationKind.SERVER_BACK, server_watch.cause, now)
            )
        others = tuple(other for other in person.watches if other.server_id != server_watch.server_id)
        return replace(person, watches=others)

    entry = Entry(server_watch.cause, "server is back" if back else "stopped waiting", now, actor="clock")
    decide(session, entry, ended, context.metrics)
