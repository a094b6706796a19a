"""Export everything that is stored about a person, as one JSON document."""

import json
from typing import Any

from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.time_credit import Lot
from vpnbot.usecases.ports import Context, People, Session


def export_data(session: Session, people: People, context: Context) -> bytes:
    """Return the person's data and history as indented JSON, UTF-8. The secrets of the keys and the
    ids of saved payment methods are left out.

    `unreadable_now` names what is stored in a form that this version cannot read; a later version exports it.

    Raises:
        StorageUnavailable: the storage did not answer; try again later.
    """
    person = session.person
    user, subscription, fetch = person.user, person.subscription, person.fetch
    document: dict[str, Any] = {
        "made_at": context.clock(),
        "profile": {
            "chat_id": user.chat_id,
            "language": user.language,
            "came_from": user.came_from,
            "met_at": user.met_at,
            "reminders": user.reminders,
            "wants_plans": user.wants_plans,
            "opinion": user.opinion,
            "receipt_contact": user.receipt_contact,
        },
        "subscription": {
            "status": subscription.status,
            "plan": subscription.plan.id if subscription.plan else None,
            "starts_at": subscription.starts_at,
            "ends_at": subscription.ends_at,
            "time": [_time(lot) for lot in subscription.lots_left(context.clock())],
        },
        "renewal": _renewal(subscription.renewal),
        "saved_methods": [
            {"provider": method.provider, "method": method.title, "agreed_at": method.agreed_at}
            for method in person.methods
        ],
        "keys": [
            {
                "server": a.server_id,
                "state": a.wanted,
                "used_bytes": max(a.used_bytes, 0),
                "generation": a.key.generation,
            }
            for a in person.accesses
        ],
        "traffic": {"used_bytes": person.used_bytes, "limit_bytes": person.traffic_limit_bytes},
        "link_loaded": {"first_at": fetch.first_at, "last_at": fetch.last_at, "app": fetch.app} if fetch else None,
        "questions_to_be_sent": [question.text for question in person.questions],
        "history": list(people.history(person.id)),
        "unreadable_now": sorted(person.unreadable),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str).encode()


def _renewal(renewal: Renewal | None) -> dict[str, Any] | None:
    """Return what the person has agreed to be charged; the provider's id of the method is a secret."""
    if renewal is None:
        return None
    price = renewal.offer.price
    return {
        "state": renewal.state,
        "plan": renewal.offer.plan.id,
        "price": f"{price.text} {price.currency}",
        "every_seconds": renewal.offer.seconds,
        "provider": renewal.provider,
        "method": renewal.method,
        "agreed_at": renewal.agreed_at,
        "order": renewal.order_id,
        "announced_at": renewal.delivered_at,
        "charged_by_provider_at": renewal.renews_until,
    }


def _time(lot: Lot) -> dict[str, Any]:
    paid = None if lot.paid is None else f"{lot.paid.text} {lot.paid.currency}"
    return {
        "from": lot.source,
        "order": lot.id,
        "plan": lot.plan_id,
        "granted_seconds": lot.bought_seconds,
        "seconds_left": lot.seconds,
        "paid": paid,
    }
