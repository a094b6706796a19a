"""Promise to tell a person when their server is back, and keep it."""

from dataclasses import replace

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.servers.server_watch import LOOK_AGAIN, ServerWatch, watch
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, DueIndex, Fleet, Session


def watch_server(session: Session, context: Context, cause: str) -> Person:
    """Commit the promise for the servers this person's key is on; promising twice is promising once.

    Who waits for a first key needs none: the key itself will tell.

    Raises:
        Conflict: too much happens at once; come back.
    """
    now = context.clock()

    def promised(person: Person) -> Person:
        watched = {watching.server_id for watching in person.watches}
        unwatched = {access.server_id for access in person.living_accesses if access.works} - watched
        return replace(person, watches=(*person.watches, *(watch(server, now) for server in sorted(unwatched))))

    if promised(session.person) == session.person:
        return session.person

    try:
        return decide(session, Entry(cause, "waits for the server", now), promised, context.metrics)
    except AlreadyDecided:
        return session.person


def check_watched_server(
    watching: ServerWatch, item: DueItem, session: Session, fleet: Fleet, context: Context, index: DueIndex
) -> None:
    """Tell the person if the server is back; otherwise look again later, and stop once no key waits for it.

    Raises:
        Conflict: too much happens at once; the clock comes back.
    """
    now = context.clock()
    health = fleet.panels.of(fleet.catalogue.get(watching.server_id)).health()
    back = health.panel_answers and health.server_runs
    if not back and not watching.given_up(now):
        index.postpone(item, now + LOOK_AGAIN, attempts=0)
        return

    def ended(person: Person) -> Person:
        if back:  # one server that works is enough: who waited for several hears of it once
            return replace(person, watches=()).with_notifications(
                notification(NotificationKind.SERVER_BACK, watching.cause, now)
            )
        others = tuple(other for other in person.watches if other.server_id != watching.server_id)
        return replace(person, watches=others)

    entry = Entry(watching.cause, "server is back" if back else "stopped waiting", now, actor="clock")
    decide(session, entry, ended, context.metrics)
