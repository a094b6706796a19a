"""Do one piece of work whose time has come, for whoever holds its claim."""

from datetime import datetime

from vpnbot.domain.due import Due
from vpnbot.domain.due_item import DueItem, WorkKind
from vpnbot.domain.person import Person
from vpnbot.errors import ClaimLost, Misconfigured, PanelRefused, Retryable
from vpnbot.usecases.advance_subscription import advance_subscription
from vpnbot.usecases.deliver_notices import deliver_notices
from vpnbot.usecases.ports import DueIndex, Messenger, Metric, Session, Shop
from vpnbot.usecases.provision import provision, provision_now


def work_due(item: DueItem, shop: Shop, messenger: Messenger, index: DueIndex) -> None:
    """Re-read, act, and set the next time; a failure that may pass is set for later, anything else leaves it due.

    Raises:
        Exception: a bug; the claim runs out and the clock hands the item out again, until it is parked.
    """
    session = shop.people.open(item.person_id)
    if not _holds(session.person, item):
        shop.meter.count(Metric.DUPLICATES)
        return
    foreign = {notice.id for notice in session.person.outbox} - {item.sort_key.partition("#")[2]}
    try:
        _act(item, session, shop, index)
        deliver_notices(session, shop, messenger, foreign)
    except ClaimLost:
        shop.meter.count(Metric.DUPLICATES)
    except (Retryable, PanelRefused, Misconfigured) as error:
        after = error.after if isinstance(error, Retryable) else None
        retry = Due(item.due_at, item.attempts).failed(shop.clock(), after)
        if index.postpone(item, retry.at, park=retry.parked) and retry.parked:
            shop.meter.count(Metric.PARKED)


def _act(item: DueItem, session: Session, shop: Shop, index: DueIndex) -> None:
    match item.kind:
        case WorkKind.ADVANCE_SUBSCRIPTION:
            advance_subscription(session, shop)
            provision_now(session, shop)
        case WorkKind.PROVISION:
            _, server_id, key_tag = item.sort_key.split("#", 2)
            access = session.person.access(server_id, key_tag)
            if access is not None:
                provision(session, shop, access, unasked=True)
        case WorkKind.ERASE_HISTORY:
            if shop.people.erase_history(item.person_id):
                index.done(item)
            else:
                index.postpone(item, shop.clock(), progress=True)
        case WorkKind.DELIVER:
            pass


def _holds(person: Person, item: DueItem) -> bool:
    return _due_at(person, item) == item.due_at


def _due_at(person: Person, item: DueItem) -> datetime | None:
    kind, _, rest = item.sort_key.partition("#")
    due: Due | None
    match WorkKind(kind):
        case WorkKind.ADVANCE_SUBSCRIPTION:
            due = person.subscription.due
        case WorkKind.ERASE_HISTORY:
            due = person.user.due
        case WorkKind.DELIVER:
            due = next((notice.due for notice in person.outbox if notice.id == rest), None)
        case WorkKind.PROVISION:
            server_id, _, key_tag = rest.partition("#")
            access = person.access(server_id, key_tag)
            due = access.due if access else None
    return due.at if due else None
