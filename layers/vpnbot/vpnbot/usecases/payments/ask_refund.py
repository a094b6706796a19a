"""A person asks for a refund: operators read it, and decide."""

from datetime import timedelta

from vpnbot.domain.gifts.gift import GiftUnavailable
from vpnbot.domain.needs import NeedKind, wanted
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.gift_payments import gift_changed, gift_refund_offer, without_outdated
from vpnbot.domain.payments.refund_offer import RefundOffer, refund_offer
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.payments.accounts import refunds_of
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.read_gifts import gift_of, gifts_of


def offered_refund(person: Person, ports: PaymentPorts, context: Context, order: Order) -> RefundOffer | None:
    """Return what the person can ask back for an order now; None: nothing."""
    within = timedelta(days=ports.sales.settings.load().refund_days)
    whole_only = refunds_of(ports.providers, order.provider) is Refunds.WHOLE
    if order.kind is OrderKind.GIFT:
        gifts = gifts_of(ports.gifts, order)
        return gift_refund_offer(person, order, gifts, context.clock(), within=within, whole_only=whole_only)
    return refund_offer(person, order, context.clock(), within=within, whole_only=whole_only)


def ask_refund(session: Session, ports: PaymentPorts, context: Context, cause: str, order_id: str) -> None:
    """Alert the operators that a person wants money back; once a day for each order, for a gift once for the cause.

    A gift cannot be opened until they have decided, or its buyer has taken the request back (`keep_gift`). A further
    request for one that is held already changes nothing.

    Raises:
        NothingToSendBack: nothing can be asked back for this order.
        Conflict, StorageUnavailable: try again later.
    """
    order = session.recall(order_id).order(order_id)
    now = context.clock()
    if order is None or order.kind is not OrderKind.GIFT:
        cause = f"order:{order_id}:refund_wanted:{now:%Y-%m-%d}"

    def asked(person: Person) -> Decision:
        order = person.order(order_id)
        offer = None if order is None else offered_refund(person, ports, context, order)
        if order is None or offer is None:
            raise NothingToSendBack("nothing of this order can be sent back")
        about = {"order": order.id, "person": person.id, "provider": order.provider, "payment": offer.payment.id}
        amount = f"{offer.amount.amount_minor} {offer.amount.currency}"
        alert = alerted(AlertKind.REFUND_WANTED, cause, now, **about, amount=amount)
        waits = wanted(NeedKind.REFUND, person.id, order.id, now, offer.payment.id)
        gift = gift_of(ports.gifts, order, offer.payment.id)
        if gift is None:
            return Decision(person, effects=(alert, waits))
        held = gift_changed(gift, gift.asked_back(now))
        return Decision(without_outdated(person, gift), effects=(alert, waits, *held))

    try:
        decide(session, Entry(cause, "refund wanted", now, order=order_id), asked, context.metrics)
    except AlreadyDecided:
        return
    except (NothingToSendBack, GiftUnavailable) as error:  # the gift may have changed while this was decided
        if order is None or not any(gift.awaits_answer for gift in gifts_of(ports.gifts, order).values()):
            raise NothingToSendBack("nothing of this order can be sent back") from error
