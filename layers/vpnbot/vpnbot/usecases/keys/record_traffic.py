"""Write down how much traffic a key has carried; at 80 and 100 per cent of what there is the person hears of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from vpnbot.domain.keys.access import Access
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.panel_errors import PANEL_FAILURES
from vpnbot.domain.servers.server import Usage
from vpnbot.domain.subscriptions.timeline import timed_cause
from vpnbot.domain.subscriptions.traffic import Warned, crossed
from vpnbot.errors import AlreadyDecided, ClaimLost
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, Fleet, Session

_TOPICS = {Warned.NEARLY: NotificationKind.TRAFFIC_NEARLY, Warned.USED_UP: NotificationKind.TRAFFIC_USED_UP}


def record_traffic(session: Session, context: Context, server_id: str, key_tag: str, counter_bytes: int) -> None:
    """Record a panel's counter; what it crosses is decided together with it, once for each subscription.

    Whose traffic is used up is cut off by the clock a minute later, which also tells them.

    Raises:
        ClaimLost: the key changes just now.
        Conflict: too much happens to this person at once.
    """
    before = session.person
    warned = _crossed(before, _noted(before, server_id, key_tag, counter_bytes), context)
    if warned is None or not _told(session, context, warned, server_id, key_tag, counter_bytes):
        _written_down(session, server_id, key_tag, counter_bytes)


def _noted(person: Person, server_id: str, key_tag: str, counter_bytes: int) -> Person:
    access = person.access(server_id, key_tag)
    return person if access is None else person.with_access(access.with_counter(counter_bytes))


def _crossed(before: Person, after: Person, context: Context) -> Warned | None:
    """Return the traffic threshold to notify the person of; None after the end, or while they are unreadable."""
    if not after.readable or not after.subscription.entitled(context.clock()):
        return None
    return crossed(before.used_bytes, after.used_bytes, after.traffic_limit_bytes)


def _told(
    session: Session, context: Context, warned: Warned, server_id: str, key_tag: str, counter_bytes: int
) -> bool:
    """Decide what follows from a threshold; False when it has been decided before."""
    now = context.clock()
    subscription = session.person.subscription
    cause = timed_cause("traffic", subscription.course, int(warned), f"{subscription.starts_at:%Y-%m-%dT%H:%M:%SZ}")

    def after(person: Person) -> Person:
        noted = _noted(person, server_id, key_tag, counter_bytes)
        wanted = noted.wanted(now)
        unsaid = tuple(other for other in noted.outbox if other.kind not in _TOPICS.values())
        word = notification(_TOPICS[warned], cause, now, valid_until=person.subscription.ends_at)
        told = replace(noted, outbox=unsaid).with_notifications(word)
        return told.with_accesses(lambda access: access.changed(wanted, now))

    try:
        decide(session, Entry(cause, f"{warned} % of the traffic used", now, actor="panel"), after, context.metrics)
    except AlreadyDecided:
        return False
    return True


def _written_down(session: Session, server_id: str, key_tag: str, counter_bytes: int) -> None:
    access = session.person.access(server_id, key_tag)
    if access is not None and access.counter_bytes != counter_bytes:
        session.observe(access, access.with_counter(counter_bytes))


def refresh_traffic(session: Session, fleet: Fleet, context: Context, accesses: Sequence[Access]) -> None:
    """Note how far each key has been used; what cannot be learned now stays as it was.

    Raises:
        Conflict: too much happens to this person at once.
    """
    usages = fleet.concurrently([partial(_usage, session, fleet, access) for access in accesses])
    for access, usage in zip(accesses, usages, strict=True):
        if usage is not None and usage.used_bytes != access.counter_bytes:
            with suppress(ClaimLost):
                record_traffic(session, context, access.server_id, access.key.tag, usage.used_bytes)


def _usage(session: Session, fleet: Fleet, access: Access) -> Usage | None:
    try:
        server = fleet.catalogue.get(access.server_id)
        return fleet.panels.of(server).usage(fleet.ring().credentials(session.person.id, access.key).email)
    except PANEL_FAILURES:
        return None
