"""Make the panels be what the subscription says: the only place that changes a panel."""

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
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import PROVISION, Due
from vpnbot.domain.servers.panel_errors import PANEL_FAILURES, PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.subscriptions.timeline import timed_cause
from vpnbot.errors import AlreadyDecided, ClaimLost, Misconfigured
from vpnbot.usecases.backoff import next_due
from vpnbot.usecases.decide import Decision, apply_fact, decide
from vpnbot.usecases.ports import Context, Fleet, Metric, Session

type PanelFailure = PanelUnavailable | PanelRejected | Misconfigured


@dataclass(frozen=True, slots=True)
class ProvisioningResult:
    """What a panel made of one access: what its link shows, or why it failed."""

    access: Access
    endpoint: Endpoint | None = None
    failure: PanelFailure | None = None


def provision_pending(session: Session, fleet: Fleet, context: Context, *, unasked: bool = False) -> Person:
    """Try every access that lags, all panels at once, right in the tap; one that fails is left to the clock.

    `unasked`: no screen is waiting for the result, so the person is notified when the key is ready.

    Raises:
        Conflict: too much happens at once; come back.
    """
    lagging = [a for a in session.person.out_of_sync if a.due is not None and not a.due.dead_lettered]
    answers = fleet.concurrently([partial(_asked, session.person, fleet, access) for access in lagging])
    for answer in answers:
        if answer.failure is not None:
            with suppress(ClaimLost):
                _defer(session, context, answer.access, answer.failure)
    with suppress(*PANEL_FAILURES, ClaimLost):
        _confirm(session, fleet, context, [answer for answer in answers if answer.failure is None], unasked=unasked)
    return session.person


def provision_key(session: Session, fleet: Fleet, context: Context, access: Access, *, unasked: bool) -> Person:
    """Drive one access to what is wanted of it; the first enabled key starts the time.

    Raises:
        PanelUnavailable: try again later; the attempt is recorded.
        PanelRejected, Misconfigured: the operator has to mend something; the attempt is recorded.
        ClaimLost: another worker has the claim, or the key was changed meanwhile, and the panel has the change.
        Conflict: too much happens at once; come back.
    """
    answer = _asked(session.person, fleet, access)
    if answer.failure is not None:
        _defer(session, context, access, answer.failure)
        raise answer.failure
    _confirm(session, fleet, context, [answer], unasked=unasked)
    return session.person


def _asked(person: Person, fleet: Fleet, access: Access) -> ProvisioningResult:
    try:
        return ProvisioningResult(access, _apply(person, fleet, access))
    except PANEL_FAILURES as failure:
        return ProvisioningResult(access, failure=failure)


def _apply(person: Person, fleet: Fleet, access: Access) -> Endpoint | None:
    server = fleet.catalogue.get(access.server_id)
    credentials = fleet.ring().credentials(person.id, access.key)
    if access.wanted is not Wanted.ABSENT:
        return fleet.panels.of(server).apply(credentials, access)
    if server.state is not ServerState.DECOMMISSIONED:
        fleet.panels.of(server).remove(credentials.email)
    return None


def _defer(session: Session, context: Context, access: Access, failure: PanelFailure) -> None:
    """Record a failed attempt and set the next one."""
    now = context.clock()
    retry = next_due(access.due or Due(now), failure, PROVISION, now)
    session.observe(access, access.failed(str(failure), retry))
    if retry.dead_lettered:
        context.metrics.count(Metric.DEAD_LETTERED)


def _confirm(
    session: Session, fleet: Fleet, context: Context, made: Sequence[ProvisioningResult], *, unasked: bool
) -> None:
    """Record what the panels have done; make up for what was no longer wanted by then.

    Raises:
        ClaimLost: something was not.
    """
    late = _begun(session, context, made, unasked=unasked) if _first_to_work(session.person, made) else None
    if late is None:
        late = [answer for answer in made if not _observed(session, answer)]
    for answer in late:
        _converge(session, fleet, context, answer.access)
    if late:
        raise ClaimLost("a key was wanted otherwise by the time it was made")


def _first_to_work(person: Person, made: Sequence[ProvisioningResult]) -> bool:
    """Tell whether one of these keys is the first of its course, or the first under a new link."""
    first = person.subscription.waits_for_key or not any(access.works for access in person.living_accesses)
    return first and any(answer.access.wanted is Wanted.ENABLED for answer in made)


def _observed(session: Session, answer: ProvisioningResult) -> bool:
    access = answer.access
    try:
        session.observe(access, _confirmed(access, answer.endpoint))
    except ClaimLost:
        return False
    return True


def _confirmed(access: Access, endpoint: Endpoint | None) -> Access | None:
    return None if access.wanted is Wanted.ABSENT else access.applied(access.wanted_revision, endpoint)


def _begun(
    session: Session, context: Context, made: Sequence[ProvisioningResult], *, unasked: bool
) -> Sequence[ProvisioningResult] | None:
    """Decide, together with what was made, that the person has a key that works; return what came too late.

    None: this has been decided before, and nothing is recorded yet.
    """
    now = context.clock()
    key = next(answer.access.key for answer in made if answer.access.wanted is Wanted.ENABLED)
    subscription = session.person.subscription
    cause = timed_cause("key_ready", subscription.course if subscription.waits_for_key else 0, key.tag)

    def ready(person: Person) -> Person:
        timely = [answer for answer in made if _still_wanted(person, answer.access)]
        if not any(answer.access.wanted is Wanted.ENABLED for answer in timely):
            raise ClaimLost("this key is wanted otherwise by now")
        waited = person.subscription.waits_for_key
        for answer in timely:
            person = _with_confirmed(person, answer)
        if waited:
            person = replace(person, subscription=person.subscription.begun(now))
        return person.with_notifications(_word(person, cause, now, waited=waited)) if unasked else person

    try:
        after = decide(session, Entry(cause, "key ready", now, actor="panel"), ready, context.metrics)
    except (AlreadyDecided, ClaimLost):
        return None
    return [answer for answer in made if not _recorded(after, answer)]


def _still_wanted(person: Person, access: Access) -> bool:
    current = person.access(access.server_id, access.key.tag)
    return current is not None and current.wanted_revision == access.wanted_revision


def _recorded(person: Person, answer: ProvisioningResult) -> bool:
    current = person.access(answer.access.server_id, answer.access.key.tag)
    if answer.access.wanted is Wanted.ABSENT:
        return current is None
    return current is not None and current.applied_revision >= answer.access.wanted_revision


def _with_confirmed(person: Person, answer: ProvisioningResult) -> Person:
    current = person.access(answer.access.server_id, answer.access.key.tag)
    confirmed = None if current is None else _confirmed(current, answer.endpoint)
    if confirmed is not None:
        return person.with_access(confirmed)
    return replace(person, accesses=tuple(a for a in person.accesses if a is not current))


def _word(person: Person, cause: str, now: datetime, *, waited: bool) -> Notification:
    kind = NotificationKind.KEY_READY if waited else NotificationKind.LINK_READY
    return notification(kind, cause, now, valid_until=person.subscription.ends_at)


def _converge(session: Session, fleet: Fleet, context: Context, late: Access) -> None:
    """Make up for a write that came late: whoever wanted something else may have told the panel before us.

    If the panel fails just now, the access becomes due again, so that the drift is found. An access that another
    version has written meanwhile, in a form unknown here, is left to that version.
    """
    truth = _as_wanted_now(session.reload(), late)
    if sort_key(late) in session.person.unreadable:
        return
    if truth.wanted is late.wanted:
        return
    try:
        _apply(session.person, fleet, truth)
    except PANEL_FAILURES:
        apply_fact(session, context, lambda person: _due_again(person, late, context.clock()))
        raise


def _as_wanted_now(person: Person, late: Access) -> Access:
    """Return what is wanted by now of an access; one that has been removed since is to be absent."""
    gone = replace(late, wanted=Wanted.ABSENT, wanted_revision=late.wanted_revision + 1, capacity_shard=None)
    return person.access(late.server_id, late.key.tag) or gone


def _due_again(person: Person, late: Access, now: datetime) -> Decision | None:
    """Record that the panel has what was wanted before; None if the access is due in any case, or as it should be."""
    truth = _as_wanted_now(person, late)
    due_already = not truth.in_sync and person.access(late.server_id, late.key.tag) is not None
    if due_already or truth.wanted is late.wanted:
        return None
    return Decision(person.with_access(replace(truth, applied_revision=late.wanted_revision, due=Due(now))))
