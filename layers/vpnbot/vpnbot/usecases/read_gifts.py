"""Read the gifts of an order; other orders have none, and nothing is read for them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.gift_payments import gift_ids

if TYPE_CHECKING:
    from vpnbot.usecases.ports.gifts import Gifts


def gift_of(gifts: "Gifts", order: Order, payment_id: str) -> Gift | None:
    """Return the gift that a payment has bought; None: it has bought none.

    Raises:
        UnreadableItem, StorageUnavailable: as `Gifts.get`.
    """
    payment = order.payment(payment_id)
    if payment is None or payment.lot not in gift_ids(order):
        return None
    return gifts.get(payment.lot)


def gifts_of(gifts: "Gifts", order: Order) -> Mapping[str, Gift]:
    """Return the gifts of an order by their ids, in the order of the payments.

    Raises:
        UnreadableItem, StorageUnavailable: as `Gifts.get`.
    """
    found = (gifts.get(gift_id) for gift_id in gift_ids(order))
    return {gift.id: gift for gift in found if gift is not None}
