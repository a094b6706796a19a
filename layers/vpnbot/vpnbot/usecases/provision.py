"""Make the panels be what the subscription says: the only place that changes a panel."""

from dataclasses import replace

from vpnbot.domain.access import Access, Wanted
from vpnbot.domain.ledger import Entry
from vpnbot.domain.notice import Topic, notice
from vpnbot.domain.person import Person
from vpnbot.domain.share_link import Endpoint
from vpnbot.errors import AlreadyDecided, ClaimLost, PanelRefused, PanelUnavailable
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Session, Shop


def provision_now(session: Session, shop: Shop) -> Person:
    """Try every access that lags, right in the tap; a panel that fails leaves it to the clock."""
    for access in session.person.unsettled:
        if access.due is None or access.due.parked:
            continue
        try:
            provision(session, shop, access, unasked=False)
        except (PanelUnavailable, PanelRefused, ClaimLost):
            continue
    return session.person


def provision(session: Session, shop: Shop, access: Access, *, unasked: bool) -> Person:
    """Drive one access to what is wanted of it; the first enabled key starts the time.

    `unasked` says that nobody is looking at a screen: then the person is told when the key is ready.

    Raises:
        PanelUnavailable: try again later; the attempt is recorded.
        PanelRefused: the operator has to mend something; the attempt is recorded.
        ClaimLost: somebody else has taken it over, or wants something else by now.
        Conflict: too much happens at once; come back.
    """
    try:
        endpoint = _apply(session.person, shop, access)
    except (PanelUnavailable, PanelRefused) as error:
        if access.due is not None:
            after = error.after if isinstance(error, PanelUnavailable) and access.due.attempts == 0 else None
            session.observe(access, access.failed(str(error), access.due.failed(shop.clock(), after)))
        raise
    if access.wanted is Wanted.ENABLED and session.person.subscription.waits_for_key:
        return _begin(session, shop, access, endpoint, unasked=unasked)
    done = None if access.wanted is Wanted.ABSENT else access.applied(access.wanted_revision, endpoint)
    session.observe(access, done)
    return session.person


def _apply(person: Person, shop: Shop, access: Access) -> Endpoint | None:
    server = shop.servers.get(access.server_id)
    credentials = shop.ring().credentials(person.id, access.key)
    if access.wanted is Wanted.ABSENT:
        shop.panel.remove(server, credentials)
        return None
    return shop.panel.ensure(server, credentials, access)


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
