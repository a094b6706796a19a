"""Record how much traffic each key has carried; notify the person when 80 and 100 per cent of the limit are used."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
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

_NOTIFICATION_KINDS = {
    Warned.NEARLY: NotificationKind.TRAFFIC_NEARLY,
    Warned.USED_UP: NotificationKind.TRAFFIC_USED_UP,
}


def record_traffic(session: Session, context: Context, server_id: str, key_tag: str, counter_bytes: int) -> None:
    """Record a panel's counter, in bytes. If it passes a threshold, commit the notification together with it.

    Each threshold is decided once in each subscription. When the traffic is used up, the same decision changes the
    wanted state of the keys; due work applies it on the panels and delivers the notification within a minute.

    Raises:
        ClaimLost: the access was changed meanwhile.
        Conflict: concurrent changes of this person; try again later.
    """
    before = session.person
    threshold = _crossed(before, _with_counter(before, server_id, key_tag, counter_bytes), context)
    if threshold is None or not _decide_warning(session, context, threshold, server_id, key_tag, counter_bytes):
        _record_counter(session, server_id, key_tag, counter_bytes)


def _with_counter(person: Person, server_id: str, key_tag: str, counter_bytes: int) -> Person:
    access = person.access(server_id, key_tag)
    return person if access is None else person.with_access(access.with_counter(counter_bytes))


def _crossed(before: Person, after: Person, context: Context) -> Warned | None:
    """Return the threshold that the traffic passed; None after the end, or if this version cannot read the person."""
    subscription = after.subscription
    if not after.readable or not (subscription.waits_for_key or subscription.entitled(context.clock())):
        return None
    return crossed(before.used_bytes, after.used_bytes, after.traffic_limit_bytes)


def _decide_warning(
    session: Session, context: Context, threshold: Warned, server_id: str, key_tag: str, counter_bytes: int
) -> bool:
    """Commit the counter, the notification and the wanted state of the keys; False if this was decided before."""
    now = context.clock()
    subscription = session.person.subscription
    starts = f"{subscription.starts_at:%Y-%m-%dT%H:%M:%SZ}" if subscription.starts_at else "waiting"
    cause = timed_cause("traffic", subscription.course, int(threshold), starts)

    def after(person: Person) -> Person:
        counted = _with_counter(person, server_id, key_tag, counter_bytes)
        warning = notification(_NOTIFICATION_KINDS[threshold], cause, now, valid_until=person.subscription.ends_at)
        return counted.without_notifications(*_NOTIFICATION_KINDS.values()).with_notifications(warning)

    try:
        decide(
            session, Entry(cause, f"{threshold} % of the traffic used", now, actor="panel"), after, context.metrics
        )
    except AlreadyDecided:
        return False
    return True


def _record_counter(session: Session, server_id: str, key_tag: str, counter_bytes: int) -> None:
    access = session.person.access(server_id, key_tag)
    counted = access and access.with_counter(counter_bytes)
    if access is not None and counted != access:
        session.observe(access, counted)


def refresh_traffic(session: Session, fleet: Fleet, context: Context, accesses: Sequence[Access]) -> None:
    """Ask the panels for the traffic of these keys and record it; a key whose panel fails stays as it was.

    Raises:
        Conflict: concurrent changes of this person; try again later.
    """
    usages = fleet.concurrently([partial(_usage, session, fleet, access) for access in accesses])
    record_usages(session, context, zip(accesses, usages, strict=True))


def record_usages(session: Session, context: Context, usages: Iterable[tuple[Access, Usage | None]]) -> None:
    """Record the traffic of keys as their panels have told it; None: it is not known.

    Raises:
        Conflict: concurrent changes of this person; try again later.
    """
    for access, usage in usages:
        if usage is not None and usage.used_bytes != access.counter_bytes:
            with suppress(ClaimLost):
                record_traffic(session, context, access.server_id, access.key.tag, usage.used_bytes)


def _usage(session: Session, fleet: Fleet, access: Access) -> Usage | None:
    try:
        server = fleet.catalogue.get(access.server_id)
        return fleet.panels.of(server).usage(fleet.ring().client_name(session.person.id, access.key))
    except PANEL_FAILURES:
        return None
