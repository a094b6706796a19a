"""Make the panels be what the subscription says: the only place that changes a panel."""

from dataclasses import replace

from vpnbot.domain.access import Access, Wanted
from vpnbot.domain.due import Due
from vpnbot.domain.ledger import Entry
from vpnbot.domain.notice import Topic, notice
from vpnbot.domain.person import Person
from vpnbot.domain.share_link import Endpoint
from vpnbot.errors import AlreadyDecided, ClaimLost, Misconfigured, PanelRefused, PanelUnavailable
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Metric, Session, Shop

_PANEL_FAILURES = (PanelUnavailable, PanelRefused, Misconfigured)


def provision_now(session: Session, shop: Shop) -> Person:
    """Try every access that lags, right in the tap; a panel that fails leaves it to the clock."""
    for access in session.person.unsettled:
        if access.due is None or access.due.parked:
            continue
        try:
            provision(session, shop, access, unasked=False)
        except (*_PANEL_FAILURES, ClaimLost):
            continue
    return session.person


def provision(session: Session, shop: Shop, access: Access, *, unasked: bool) -> Person:
    """Drive one access to what is wanted of it; the first enabled key starts the time.

    `unasked` says that nobody is looking at a screen: then the person is told when the key is ready.

    Raises:
        PanelUnavailable: try again later; the attempt is recorded.
        PanelRefused, Misconfigured: the operator has to mend something; the attempt is recorded.
        ClaimLost: somebody else has taken it over, or wants something else by now, which the panel has been told.
        Conflict: too much happens at once; come back.
    """
    try:
        endpoint = _tried(session, shop, access)
        if access.wanted is Wanted.ENABLED and session.person.subscription.waits_for_key:
            return _begin(session, shop, access, endpoint, unasked=unasked)
        done = None if access.wanted is Wanted.ABSENT else access.applied(access.wanted_revision, endpoint)
        session.observe(access, done)
    except ClaimLost:
        _converge(session, shop, access)
        raise
    return session.person


def _tried(session: Session, shop: Shop, access: Access) -> Endpoint | None:
    try:
        return _apply(session.person, shop, access)
    except _PANEL_FAILURES as error:
        now = shop.clock()
        after = error.after if isinstance(error, PanelUnavailable) else None
        retry = (access.due or Due(now)).failed(now, after)
        session.observe(access, access.failed(str(error), retry))
        if retry.parked:
            shop.meter.count(Metric.PARKED)
        raise


def _apply(person: Person, shop: Shop, access: Access) -> Endpoint | None:
    server = shop.servers.get(access.server_id)
    credentials = shop.ring().credentials(person.id, access.key)
    if access.wanted is Wanted.ABSENT:
        shop.panel.remove(server, credentials)
        return None
    return shop.panel.ensure(server, credentials, access)


def _converge(session: Session, shop: Shop, late: Access) -> None:
    """Make up for a write that came late: whoever wanted something else may have told the panel before us.

    If the panel fails just now, the access becomes due again, so that the drift is found.
    """
    current = session.reload().access(late.server_id, late.key.tag)
    truth = current or replace(late, wanted=Wanted.ABSENT, wanted_revision=late.wanted_revision + 1)
    if truth.wanted is late.wanted:
        return
    try:
        _apply(session.person, shop, truth)
    except _PANEL_FAILURES:
        if truth.settled or current is None:
            open_again = replace(truth, applied_revision=late.wanted_revision, due=Due(shop.clock()))
            session.commit(session.person.with_access(open_again))
        raise


def _begin(session: Session, shop: Shop, access: Access, endpoint: Endpoint | None, *, unasked: bool) -> Person:
    now = shop.clock()
    cause = f"event:key_ready:{access.key.tag}"

    def begun(person: Person) -> Person:
        current = person.access(access.server_id, access.key.tag)
        if current is None or current.wanted_revision != access.wanted_revision:
            raise ClaimLost("this key is wanted otherwise by now")
        if not person.subscription.waits_for_key:
            return person.with_access(current.applied(access.wanted_revision, endpoint))
        subscription = person.subscription.begun(now)
        confirmed = person.with_access(current.applied(access.wanted_revision, endpoint))
        ready = replace(confirmed, subscription=subscription)
        if not unasked:
            return ready
        return ready.telling(notice(Topic.KEY_READY, cause, now, valid_until=subscription.ends_at))

    try:
        return decide(session, Entry(cause, "key ready", now, actor="panel"), begun, shop.meter)
    except AlreadyDecided:
        session.observe(access, access.applied(access.wanted_revision, endpoint))
        return session.person
