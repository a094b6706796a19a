"""Export everything that is stored about a person, as one JSON document."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.invites.reward import Reward
from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import Discount
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.payments.gift_payments import gift_ids
from vpnbot.domain.people.device_places import devices_of
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.time_credit import Lot
from vpnbot.domain.winback import Winback
from vpnbot.usecases.people.count_act import count_act
from vpnbot.usecases.ports import Context, People, Session
from vpnbot.usecases.ports.gifts import Gifts

if TYPE_CHECKING:
    from vpnbot.domain.people.quarantined_update import UpdateKind

_PAGE = 50
_DAY_SECONDS = 86_400


def export_data(
    session: Session,
    people: People,
    context: Context,
    description: "Callable[[UpdateKind], str]" = str,
    gifts: Gifts | None = None,
) -> bytes:
    """Return the person's data and history as indented JSON, UTF-8.

    The secrets of the keys are left out, and the ids with which saved payment methods can be charged. So are the
    conversation, which ends with the next message, and the Telegram id of another person who paid for an order.

    `description` returns what an update that could not be handled is, in words for the person. `gifts` are those that
    were bought; None: they are left out.

    `unreadable_now` names what is stored in a form that this version cannot read; a later version exports it.

    Raises:
        TooOften: the person has had it as often as allowed.
        StorageUnavailable, Conflict: try again later.
    """
    if session.person.readable:
        count_act(session, context, LimitedAct.EXPORT)
    person = session.person
    user, subscription, fetch = person.user, person.subscription, person.fetch
    document: dict[str, Any] = {
        "made_at": context.clock(),
        "profile": {
            "chat_id": user.chat_id,
            "username": user.username,
            "shown_name": user.shown_name,
            "names_stored_at": user.named_at,
            "notes_of_the_staff": [{"at": note.at, "text": note.text} for note in user.notes],
            "days_given_by_the_staff": [{"at": given.at, "days": given.days} for given in user.given],
            "days_given_for_outages": [
                {"at": got.at, "days": got.days, "for": list(zip(got.begins, got.ends, strict=True))}
                for got in user.compensated
            ],
            "discount_for_the_next_order": _discount(user.discount),
            "discounts_of_orders_not_paid_yet": [use.source for use in user.reserved],
            "last_offered_a_discount_to_come_back_at": user.winback_at,
            "language": user.language,
            "came_from": user.came_from,
            "came_by_an_invitation": user.invited_by is not None,
            "met_at": user.met_at,
            "reminders": user.reminders,
            "news": user.news,
            "wants_plans": user.wants_plans,
            "wants_trial": user.wants_trial,
            "waits_for_a_trial_since": user.waits_for_trial_since,
            "told_of_trials_at": user.told_of_trials_at,
            "opinion": user.opinion,
            "receipt_contact": user.receipt_contact,
            "trial_used": user.trial_used,
            "accepted_terms": user.accepted_terms or None,
            "accepted_terms_at": user.accepted_at,
            "paused_by_operator": user.banned,
            "messages_arrive": user.reachable,
            "history_erased_until": user.erase_until,
            "counted_for_limits": {name: list(times) for name, times in user.acts.items()},
        },
        "subscription": {
            "status": subscription.status,
            "plan": subscription.plan.id if subscription.plan else None,
            "starts_at": subscription.starts_at,
            "ends_at": subscription.ends_at,
            "time": [_time(lot) for lot in subscription.lots_left(context.clock())],
        },
        "renewal": _renewal(subscription.renewal),
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
        "orders": [_order(order) | _gifts(order, gifts) for order in _orders(session, people)],
        "refunds_on_their_way": [_refund(refund) for refund in person.refunds],
        "receipts_on_their_way": [
            {"order": receipt.order_id, "payment": receipt.payment_id, "asked_at": receipt.asked_at}
            for receipt in person.receipts
        ],
        "automatic_charges_to_be_stopped": [
            {"provider": stop.provider, "first_payment": stop.first_payment_id, "asked_at": stop.asked_at}
            for stop in person.stops
        ],
        "saved_payment_methods": [
            {"provider": method.provider, "title": method.title, "agreed_at": method.agreed_at}
            for method in person.methods
        ],
        "link_loaded": {"first_at": fetch.first_at, "last_at": fetch.last_at, "app": fetch.app} if fetch else None,
        "devices": [
            {
                "coded_id": device.id,
                "app": device.app,
                "model": device.model or None,
                "system": device.system or None,
                "first_at": device.first_at,
                "last_at": device.last_at,
            }
            for device in devices_of(person).known
        ],
        "device_rejected_at": devices_of(person).rejected_at,
        "questions_to_be_sent": [
            {"your_message": question.message_id, "text": question.text or None, "kind": question.kind}
            for question in person.questions
        ],
        "answers_to_be_sent": [{"written_at": answer.written_at, "kind": answer.kind} for answer in person.answers],
        "conversation_with_support": _conversation(person),
        "messages_to_be_sent": [message.kind for message in person.outbox],
        "waits_for_servers": [{"server": watch.server_id, "since": watch.since} for watch in person.watches],
        "discount_to_come_back": _winback(person.winback),
        "invitations": {
            "people_who_paid": user.invited_paid,
            "days_earned": user.invited_seconds // _DAY_SECONDS,
            "rewarded_at": list(user.rewarded),
            "own_first_payment_has_earned_a_reward": user.has_paid,
            "reward": _reward(person.reward),
        },
        "not_handled_yet": [
            {
                "what": description(update.kind),
                "sent_at": update.sent_at,
                "kept_until": update.kept_until,
                "received_from_telegram": update.content,
            }
            for update in people.quarantined(person.id)
        ],
        "history": list(people.history(person.id)),
        "unreadable_now": sorted(person.unreadable),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str).encode()


def _conversation(person: Person) -> dict[str, Any] | None:
    """Return what is stored about the conversation; its messages are only in Telegram."""
    topic = person.topic
    if topic is None:
        return None
    kept = "ids of copied messages, each for 30 days"
    return {"state": topic.state, "topic_of_the_operators": topic.thread_id or None, "message_numbers": kept}


def _discount(discount: Discount | None) -> dict[str, Any] | None:
    if discount is None:
        return None
    return {
        "from": discount.source,
        "percent": discount.percent or None,
        "amount": None if discount.amount is None else _money(discount.amount),
        "until": discount.until,
    }


def _orders(session: Session, people: People) -> Iterator[Order]:
    """Yield all orders, those that are due first, then the closed ones, the newest first."""
    person, before = session.person, ""
    yield from person.orders
    known = {order.id for order in person.orders}
    while closed := people.orders(person.id, before=before, limit=_PAGE):
        yield from (order for order in closed if order.id not in known)
        before = closed[-1].id


def _order(order: Order) -> dict[str, Any]:
    return {
        "number": order.id,
        "kind": order.kind,
        "plan": order.offer.plan.id,
        "seconds": order.offer.seconds,
        "price": _money(order.price),
        "discount": order.offer.discount or None,
        "price_without_discount": _money(order.offer.undiscounted.price),
        "provider": order.provider,
        "status": order.status,
        "placed_at": order.placed_at,
        "closed_at": order.closed_at,
        "receipt_contact": order.contact,
        "language": order.language,
        "renewal_agreed": order.renewal_agreed,
        "ended_because": order.reason,
        "payments": [_payment(payment) for payment in order.payments],
    }


def _gifts(order: Order, gifts: Gifts | None) -> dict[str, Any]:
    """Return the gifts of an order, without who has opened them; nothing of other orders."""
    found = [gifts.get(gift_id) for gift_id in gift_ids(order)] if gifts is not None else []
    return {"gifts": [_gift(gift) for gift in found if gift is not None]} if found else {}


def _gift(gift: Gift) -> dict[str, Any]:
    return {"state": gift.state, "can_be_opened_until": gift.ends_at, "opened_at": gift.redeemed_at}


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "money": _money(payment.money),
        "state": payment.state,
        "paid_at": payment.paid_at,
        "method": payment.method,
        "received": payment.received,
        "sent_back": _money(Money(payment.refunded_minor, payment.money.currency)),
        "receipt": None if payment.receipt is None else payment.receipt.fiscal_document_number,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {"order": refund.order_id, "money": _money(refund.money), "why": refund.why, "asked_at": refund.asked_at}


def _money(money: Money) -> str:
    return f"{money.text} {money.currency}"


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


def _reward(reward: Reward | None) -> dict[str, Any] | None:
    """Return the reward for the person's own first payment; the person who has invited is not named."""
    if reward is None:
        return None
    return {"order": reward.order_id, "state": reward.state, "days": reward.welcome_seconds // _DAY_SECONDS}


def _winback(winback: Winback | None) -> dict[str, Any] | None:
    """Return the offer that follows the end of paid time: that it waits for its day, or what it is."""
    if winback is None:
        return None
    return {
        "state": winback.state,
        "time_ended_at": winback.ended_at,
        "offered_at": winback.offered_at,
        "discount": _discount(winback.discount),
    }


def _time(lot: Lot) -> dict[str, Any]:
    paid = None if lot.paid is None else _money(lot.paid)
    return {
        "from": lot.source,
        "order": lot.id,
        "plan": lot.plan_id,
        "granted_seconds": lot.bought_seconds,
        "seconds_left": lot.seconds,
        "paid": paid,
    }
