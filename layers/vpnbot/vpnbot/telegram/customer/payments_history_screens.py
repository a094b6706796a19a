"""The screens of the history of payments: the list, one payment, its receipt, and the command /paysupport."""

from collections.abc import Sequence

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.order_id import shown_number
from vpnbot.domain.orders.reports import ReceiptReport
from vpnbot.telegram.customer.orders_screens import gift_buttons, has_receipt, pay_button
from vpnbot.telegram.customer.payment_words import method_of, period, plan_title
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Day, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, PAYMENTS, View

PAGE = 5
"""The number of payments on one page."""

_MARKS = {
    OrderStatus.CREATED: "⏳",
    OrderStatus.AWAITING: "⏳",
    OrderStatus.PAID: "✅",
    OrderStatus.CANCELLED: "✖️",
    OrderStatus.ENDED: "✖️",
    OrderStatus.HELD: "⚠️",
    OrderStatus.REFUNDED: "↩️",
}
_STATES = {
    OrderStatus.CREATED: "payment-made",
    OrderStatus.AWAITING: "payment-made",
    OrderStatus.CANCELLED: "payment-cancelled",
    OrderStatus.ENDED: "payment-ended",
    OrderStatus.REFUNDED: "payment-refunded",
}


def payments(view: View, orders: Sequence[Order], *, first: bool, older: bool, renewal: bool) -> Screen:
    """Return one page of the payments, the newest first.

    `first`: there is no newer page. `older`: there is an older one. `renewal`: automatic renewal can be switched.
    """
    if not orders:
        plans = None if view.person.paused else view.plans_button
        return Screen((phrase("payments-empty" if first else "payments-end"),), rows((plans,), *_last_rows(renewal)))
    lines = ((Button(_line(order), action=Action.ORDER.on("one", order.id)),) for order in orders)
    newer_button = None if first else Button(phrase("button-newer"), action=Action.PAYMENTS)
    older_button = Button(phrase("button-older"), action=Action.PAYMENTS.on(orders[-1].id)) if older else None
    return Screen((phrase("payments"),), rows(*lines, (newer_button, older_button), *_last_rows(renewal)))


def _last_rows(renewal: bool) -> tuple[tuple[Button | None, ...], ...]:
    """Return a row for each button: the word for automatic renewal is too long for half a row of a phone."""
    return (Button(phrase("button-renewal"), action=Action.RENEWAL.on("show")) if renewal else None,), (HOME,)


def _line(order: Order) -> Phrase:
    mark = ("🎁" if order.kind is OrderKind.GIFT else "") + _MARKS[order.status]
    return phrase("button-payment", day=Day(order.placed_at), price=order.price, mark=mark)


def payment(view: View, order: Order, *, sending: Money | None = None, refundable: bool = False) -> Screen:
    """Return one payment. `sending` is what is being sent back; `refundable`: a refund can be asked for."""
    text = phrase(
        "payment",
        number=shown_number(order.id),
        day=Day(order.placed_at),
        plan=plan_title(order.offer.plan, view.language),
        period=period(order.offer.duration),
        price=order.price,
        method=method_of(order),
    )
    receipt = Button(phrase("button-receipt"), action=Action.ORDER.on("receipt", order.id))
    refund = Button(phrase("button-refund"), action=Action.REFUND.on("ask", order.id))
    cancel = Button(phrase("button-cancel-order"), action=Action.ORDER.on("cancel", order.id))
    return Screen(
        ((text, *_states(order, sending)),),
        rows(
            (pay_button(order),),
            (receipt if has_receipt(order) else None, refund if refundable else None),
            (cancel if order.open else None, view.support if order.status is OrderStatus.HELD else None),
            *gift_buttons(order),
            (_back(Action.PAYMENTS), HOME),
        ),
    )


def _states(order: Order, sending: Money | None) -> tuple[Phrase, ...]:
    """Return what became of an order: one line, or two while a part is being sent back."""
    if order.status is OrderStatus.HELD:
        state = phrase("payment-held", amount=_here(order))
    elif order.status is OrderStatus.PAID:
        returned = sum(p.refunded_minor for p in order.paid_money()) - (sending.amount_minor if sending else 0)
        part = phrase("payment-part", amount=Money(returned, order.price.currency))
        state = part if returned > 0 else phrase("payment-paid")
    else:
        state = phrase(_STATES[order.status])
    return (state, phrase("payment-sending", amount=sending)) if sending else (state,)


def _here(order: Order) -> Money:
    return next((payment.left for payment in order.paid_money()), order.price)


def receipt(order: Order, report: ReceiptReport | None, *, to_buyer: bool = True) -> Screen:
    """Return where the receipt of an order is; `report` None: it is not registered yet.

    `to_buyer`: it is sent to the buyer's address, not to that of the shop.
    """
    back = (_back(Action.ORDER.on("one", order.id)), HOME)
    if not has_receipt(order) or not to_buyer:
        return Screen((phrase("receipt-none"),), rows(back))
    if order.contact is None:
        return Screen((phrase("receipt-stars"),), rows(back))
    if report is not None and report.refused:
        return Screen((phrase("receipt-refused"),), rows(back))
    if report is None or not report.fiscal_document_number:
        return Screen((phrase("receipt-underway", contact=order.contact),), rows(back))
    numbers = phrase(
        "receipt",
        contact=order.contact,
        fn=report.fiscal_storage_number,
        fd=report.fiscal_document_number,
        fpd=report.fiscal_attribute,
    )
    return Screen((numbers,), rows(back))


def paysupport(view: View, answer_hours: int) -> Screen:
    """Return the answer to /paysupport; operators answer within `answer_hours`."""
    if view.support is None:
        return Screen((phrase("paysupport-closed"),), rows((PAYMENTS,), (HOME,)))
    return Screen((phrase("paysupport", hours=answer_hours),), rows((PAYMENTS,), (view.support, HOME)))


def _back(action: str) -> Button:
    return Button(phrase("button-back"), action=action)
