"""Bring the clients on the panels to the state that is wanted of a person's keys."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import MOST_TAPPED_ATTEMPTS
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import PROVISION, Due
from vpnbot.domain.servers.panel_errors import PANEL_FAILURES, PanelNotCalled, PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.timeline import timed_cause
from vpnbot.errors import AlreadyDecided, ClaimLost, Misconfigured
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.decide import Decision, apply_fact, decide
from vpnbot.usecases.ports import Context, Fleet, Metric, Session

type PanelFailure = PanelUnavailable | PanelRejected | Misconfigured


@dataclass(frozen=True, slots=True)
class ProvisioningResult:
    """The result of one call to a panel for one access: the endpoint that the link shows, or why the call failed."""

    access: Access
    endpoint: Endpoint | None = None
    failure: PanelFailure | None = None


def provision_pending(
    session: Session, fleet: Fleet, context: Context, *, notify: bool = False, again: bool = False
) -> Person:
    """Apply every access that is out of sync, all panels at the same time; due work retries those that fail.

    It is called within an update, so that the reply can show the result. `notify`: no screen shows the result, so
    the person is notified when the key is ready. `again`: a person who waits has tapped once more, so that keys of
    which many attempts have failed are left to due work until they are due.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    pending = [a for a in session.person.out_of_sync if a.due is not None and not a.due.dead_lettered]
    if again:
        now = context.clock()
        pending = [a for a in pending if a.due and (a.due.attempts < MOST_TAPPED_ATTEMPTS or a.due.at <= now)]
    results = fleet.concurrently([partial(_result_of, session.person, fleet, access) for access in pending])
    for result in results:
        if result.failure is not None:
            with suppress(ClaimLost):
                _defer(session, context, result.access, result.failure)
    with suppress(*PANEL_FAILURES, ClaimLost):
        _confirm(session, fleet, context, [result for result in results if result.failure is None], notify=notify)
    return session.person


def provision_key(session: Session, fleet: Fleet, context: Context, access: Access, *, notify: bool) -> Person:
    """Bring one access to its wanted state; the first key that works starts the time of the subscription.

    `notify`: see `provision_pending`.

    Raises:
        PanelUnavailable: try again later; the attempt is recorded.
        PanelRejected, Misconfigured: the operator has to correct something; the attempt is recorded.
        ClaimLost: another worker has the claim, or the key was changed meanwhile, and the panel has the change.
        Conflict: concurrent changes; try again later.
    """
    result = _result_of(session.person, fleet, access)
    if result.failure is not None:
        _defer(session, context, access, result.failure)
        raise result.failure
    _confirm(session, fleet, context, [result], notify=notify)
    return session.person


def _result_of(person: Person, fleet: Fleet, access: Access) -> ProvisioningResult:
    try:
        return ProvisioningResult(access, _apply(person, fleet, access))
    except PANEL_FAILURES as failure:
        return ProvisioningResult(access, failure=failure)


def _apply(person: Person, fleet: Fleet, access: Access) -> Endpoint | None:
    server = fleet.catalogue.get(access.server_id)
    if access.wanted is not Wanted.ABSENT:
        return fleet.panels.of(server).apply(access.credentials(fleet.ring(), person.id), access)
    if server.state is not ServerState.DECOMMISSIONED:
        fleet.panels.of(server).remove(fleet.ring().client_name(person.id, access.key))
    return None


def _defer(session: Session, context: Context, access: Access, failure: PanelFailure) -> None:
    """Record a failed attempt and set the next one. What a panel that was not called would say is unknown."""
    now = context.clock()
    retry = next_due(access.due or Due(now), failure, PROVISION, now)
    error = access.last_error or f"not called: {failure}" if isinstance(failure, PanelNotCalled) else str(failure)
    session.observe(access, access.failed(error, retry))
    if retry.dead_lettered:
        context.metrics.count(Metric.DEAD_LETTERED)


def _confirm(
    session: Session, fleet: Fleet, context: Context, made: Sequence[ProvisioningResult], *, notify: bool
) -> None:
    """Record what the panels have done. Where the wanted state changed during the call, apply the new state.

    Raises:
        ClaimLost: the wanted state of at least one key changed during the call.
        PanelUnavailable, PanelRejected, Misconfigured: the new state could not be applied; the access is due again.
    """
    stale = _decide_key_ready(session, context, made, notify=notify) if _first_to_work(session.person, made) else None
    if stale is None:
        stale = [result for result in made if not _observed(session, result)]
    for result in stale:
        _converge(session, fleet, context, result.access)
    if stale:
        raise ClaimLost("the wanted state of a key changed while its panel was called")


def _first_to_work(person: Person, made: Sequence[ProvisioningResult]) -> bool:
    """Tell whether one of these keys is the first that works in its course, or the first under a new link."""
    had_one = any(access.endpoint is not None for access in person.living_accesses)
    first = person.subscription.waits_for_key or not had_one
    return first and any(result.access.wanted is Wanted.ENABLED for result in made)


def _observed(session: Session, result: ProvisioningResult) -> bool:
    access = result.access
    try:
        session.observe(access, _confirmed(access, result.endpoint))
    except ClaimLost:
        return False
    return True


def _confirmed(access: Access, endpoint: Endpoint | None) -> Access | None:
    return None if access.wanted is Wanted.ABSENT else access.applied(access.wanted_revision, endpoint)


def _decide_key_ready(
    session: Session, context: Context, made: Sequence[ProvisioningResult], *, notify: bool
) -> Sequence[ProvisioningResult] | None:
    """Commit that the person has a key that works, together with the results; return the results that are stale.

    A result is stale if the wanted state changed during the call. None: the event was decided before, or no enabled
    key is wanted any more, and nothing was recorded.
    """
    now = context.clock()
    key = next(result.access.key for result in made if result.access.wanted is Wanted.ENABLED)
    subscription = session.person.subscription
    cause = timed_cause("key_ready", subscription.course if subscription.waits_for_key else 0, key.tag)

    def ready(person: Person) -> Person:
        current = [result for result in made if _still_wanted(person, result.access)]
        if not any(result.access.wanted is Wanted.ENABLED for result in current):
            raise ClaimLost("the wanted state of this key has changed")
        waited = person.subscription.waits_for_key
        for result in current:
            person = _with_confirmed(person, result)
        if waited:
            person = replace(person, subscription=person.subscription.begun(now))
        return person.with_notifications(_ready_notification(person, cause, now, waited=waited)) if notify else person

    try:
        entry = Entry(cause, "key ready", now, actor="panel")
        after = decide(session, entry, ready, context.metrics, hours=context.hours)
    except (AlreadyDecided, ClaimLost):
        return None
    if subscription.paid_at is not None:
        context.metrics.count(Metric.PAID_TO_KEY, (now - subscription.paid_at).total_seconds())
    return [result for result in made if not _recorded(after, result)]


def _still_wanted(person: Person, access: Access) -> bool:
    current = person.access(access.server_id, access.key.tag)
    return current is not None and current.wanted_revision == access.wanted_revision


def _recorded(person: Person, result: ProvisioningResult) -> bool:
    current = person.access(result.access.server_id, result.access.key.tag)
    if result.access.wanted is Wanted.ABSENT:
        return current is None
    return current is not None and current.applied_revision >= result.access.wanted_revision


def _with_confirmed(person: Person, result: ProvisioningResult) -> Person:
    current = person.access(result.access.server_id, result.access.key.tag)
    confirmed = None if current is None else _confirmed(current, result.endpoint)
    if confirmed is not None:
        return person.with_access(confirmed)
    return replace(person, accesses=tuple(a for a in person.accesses if a is not current))


def _ready_notification(person: Person, cause: str, now: datetime, *, waited: bool) -> Notification:
    kind = NotificationKind.KEY_READY if waited else NotificationKind.LINK_READY
    return notification(kind, cause, now, valid_until=person.subscription.ends_at)


def _converge(session: Session, fleet: Fleet, context: Context, applied: Access) -> None:
    """Apply the state that is wanted now, after a call that applied an older one.

    The process that changed the wanted state may have called the panel before this one, so that its change is now
    overwritten there. If the panel fails, the access becomes due again. An access that another version has written
    meanwhile, in a form that this version cannot read, is left to that version.
    """
    current = _as_wanted_now(session.reload(), applied)
    if sort_key(applied) in session.person.unreadable:
        return
    if current.same_on_panel(applied):
        return
    try:
        _apply(session.person, fleet, current)
    except PANEL_FAILURES:
        apply_fact(session, context, lambda person: _due_again(person, applied, context.clock()))
        raise


def _as_wanted_now(person: Person, applied: Access) -> Access:
    """Return the access with the state that is wanted now; ABSENT if it was removed meanwhile."""
    absent = replace(applied, wanted=Wanted.ABSENT, wanted_revision=applied.wanted_revision + 1, capacity_shard=None)
    return person.access(applied.server_id, applied.key.tag) or absent


def _due_again(person: Person, applied: Access, now: datetime) -> Decision | None:
    """Record that the panel has an older state; None if the access is due in any case, or has the wanted state."""
    current = _as_wanted_now(person, applied)
    due_already = not current.in_sync and person.access(applied.server_id, applied.key.tag) is not None
    if due_already or current.same_on_panel(applied):
        return None
    return Decision(person.with_access(replace(current, applied_revision=applied.wanted_revision, due=Due(now))))
