"""Fiscal receipts: what Russian law 54-FZ wants in a receipt, and the address that it is sent to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

VAT_CODES = range(1, 13)
"""The VAT codes of YooKassa (documentation, receipts); 11 and 12 are 22 % and 22/122, since 2026."""
PAYMENT_MODES = frozenset({"full_payment", "full_prepayment"})
"""How the time is paid: with the service, or before it (54-FZ, tag 1214, as YooKassa names it)."""
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s,;<>\x00-\x1f\x7f]+@[^@\s,;<>\x00-\x1f\x7f]+\.[^@\s,;<>\x00-\x1f\x7f]+")
_PHONE = re.compile(r"\+?[0-9]{11,15}")


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    """Whether and how receipts are made. An operator chooses `vat_code` and `payment_mode` with their accountant."""

    enabled: bool = False
    vat_code: int = 1
    payment_mode: str = "full_payment"

    @property
    def problems(self) -> Sequence[str]:
        """The names of the settings that no provider would accept."""
        return [
            name
            for name, valid in (
                ("vat_code", self.vat_code in VAT_CODES),
                ("payment_mode", self.payment_mode in PAYMENT_MODES),
            )
            if not valid
        ]


def is_email(text: str) -> bool:
    """Tell whether a receipt can be sent to this text as an e-mail address; the mailbox may still not exist."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Tell whether this is a phone number with the code of its country: 11 to 15 digits, with or without a plus."""
    return _PHONE.fullmatch(text) is not None
