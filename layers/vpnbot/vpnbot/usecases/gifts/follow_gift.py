"""Due work on a gift: tell its buyer what became of it, end it, and take time for which money was sent back.

While its buyer waits for an answer about the money, the staff are reminded; the buyer reads of it the first time.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.gifts.gift import Gift, GiftState, gift_of_partition, replacing
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.gift_payments import about_gift, about_refund_of_gift, payment_of_gift, without_outdated
from vpnbot.domain.payments.money_notifications import money_notification
from vpnbot.domain.payments.refunded_time import with_refund
from vpnbot.domain.payments.settlement import order_of
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.errors import AlreadyDecided, ClaimLost
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.gifts.open_gift import opening_cause
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import Context, DueIndex, Fleet, NotificationSender, People
from vpnbot.usecases.ports.gifts import Gifts


@dataclass(frozen=True, slots=True)
class GiftWork:
    """One claim on a gift, and what its work needs."""

    item: DueItem
    gifts: Gifts
    people: People
    fleet: Fleet
    context: Context
    sender: NotificationSender
    index: DueIndex


def follow_gift(work: GiftWork) -> None:
    """Do what is due for a gift.

    Raises:
        ClaimLost: the gift has changed since it was claimed.
        Conflict, StorageUnavailable: due work tries again.
    """
    gift = _claimed(work)
    if gift.unopened:
        unanswered = _staff_reminded if gift.awaits_answer else _reminded
        step = _ended if work.context.clock() >= gift.ends_at else unanswered
    elif gift.redeemer and not gift.told:
        step = _announced
    elif gift.state is GiftState.REVOKING:
        step = _taken_back
    else:
        raise ClaimLost(f"nothing is due for a gift that is {gift.state}")
    concerned = gift.redeemer if step is _taken_back else gift.buyer
    session = work.people.open(PersonId(concerned))
    if step is _staff_reminded:
        session.recall(order_of(gift.id))
    if step in {_reminded, _staff_reminded} and (opens_at := _opens_at(session.person, work.context)) is not None:
        work.index.postpone(work.item, opens_at, attempts=0)
        return

    def chosen(person: Person) -> Decision:
        return step(person, _claimed(work), work.context)

    try:
        apply_fact(session, work.context, chosen)
    except AlreadyDecided:
        raise ClaimLost(f"{work.item.partition} was decided") from None
    if step is _taken_back:
        provision_pending(session, work.fleet, work.context)
    deliver_notifications(session, work.people, work.context, work.sender)


def _opens_at(buyer: Person, context: Context) -> datetime | None:
    """Return when messages that can wait are sent again; None: now.

    A reminder is written only then: the gift may be opened in the night, and it would not be true in the morning.
    """
    window, now = context.hours(buyer.user.language), context.clock()
    return None if window is None or window.open_at(now) else window.following(now)


def _claimed(work: GiftWork) -> Gift:
    """Return the gift as it is stored, under the claim."""
    gift = work.gifts.get(gift_of_partition(work.item.partition))
    if gift is None or gift.due is None or gift.due.at != work.item.due_at:
        raise ClaimLost(work.item.sort_key)
    return gift


def _reminded(person: Person, gift: Gift, context: Context) -> Decision:
    cause = f"{opening_cause(gift)}:reminder:{gift.reminders + 1}"
    return _told(person, gift.reminded(), NotificationKind.GIFT_REMINDER, (cause, "gift not opened"), context)


def _staff_reminded(person: Person, gift: Gift, context: Context) -> Decision:
    """Remind the staff of the request for the money; the first time, tell the buyer that it still waits."""
    now = context.clock()
    cause = f"{opening_cause(gift)}:refund_reminder:{gift.refund_requests}:{gift.refund_reminders + 1}"
    decided = (cause, "reminded of a refund of a gift")
    told = NotificationKind.GIFT_WAITS if gift.refund_reminders == 0 else None
    decision = _told(person, gift.staff_reminded(now), told, decided, context)
    order = person.order(order_of(gift.id))
    payment = None if order is None else payment_of_gift(order, gift)
    if order is None or payment is None:
        return decision
    about = about_refund_of_gift(person, order, payment)
    alert = alerted(AlertKind.REFUND_UNANSWERED, cause, now, **about)
    return replace(decision, effects=(*decision.effects, alert))


def _ended(person: Person, gift: Gift, context: Context) -> Decision:
    cause = f"{opening_cause(gift)}:expired"
    return _told(person, gift.expired(), NotificationKind.GIFT_EXPIRED, (cause, "gift expired"), context)


def _announced(person: Person, gift: Gift, context: Context) -> Decision:
    cause = f"{opening_cause(gift)}:announced"
    return _told(
        person, gift.announced(context.clock()), NotificationKind.GIFT_OPENED, (cause, "gift was opened"), context
    )


def _told(
    person: Person, gift: Gift, kind: NotificationKind | None, decided: tuple[str, str], context: Context
) -> Decision:
    """Return the decision that changes a gift, and tells its buyer, unless they have deleted their data.

    `kind` None: there is nothing that they do not know.
    """
    (cause, what), now = decided, context.clock()
    if kind is not None and person.user.known:
        about = about_gift(gift, person.user.language)
        person = without_outdated(person, gift).with_notifications(money_notification(kind, cause, now, about))
    return Decision(person, (Entry(cause, what, now, "clock"),), (replacing(gift),))


def _taken_back(person: Person, gift: Gift, context: Context) -> Decision:
    """Take what is left of the time for which money was sent back, and nothing else."""
    now = context.clock()
    back = Money(gift.back_minor, gift.money.currency)
    after, taken = with_refund(person, gift.lot, gift.money, back, now)
    left = any(lot.id == gift.lot for lot in after.subscription.lots_left(now))
    seconds = entitlement_seconds(after.subscription, now) - entitlement_seconds(person.subscription, now)
    cause = f"{opening_cause(gift)}:taken:{gift.version}"
    if taken and after.user.known:
        after = after.with_notifications(money_notification(NotificationKind.GIFT_TAKEN, cause, now))
    entry = Entry(cause, "gift taken back", now, "clock", seconds=seconds)
    return Decision(after, (entry,), (replacing(gift.taken_back(anything_left=left)),))
