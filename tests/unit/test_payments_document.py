"""`docs/payments.md` is what the tables of outcomes say now."""

from local.payments_document import DOCUMENT, ORDER_STATES, PAYMENT_STATES, document
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState


def test_the_document_is_written_from_the_tables() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert written == document(), "write it again: python -m local.payments_document"


def test_every_state_is_explained() -> None:
    assert set(ORDER_STATES) == set(OrderStatus)
    assert set(PAYMENT_STATES) == set(PaymentState)
