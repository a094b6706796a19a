"""What an operator has decided about fiscal receipts (54-FZ); `shop_settings.py` checks it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    """Whether receipts are made, and how they describe a payment (YooKassa, `vat_code` and `payment_mode`)."""

    enabled: bool = False
    vat_code: int = 1
    payment_mode: str = "full_payment"
