"""Exact amounts of money."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

STARS = "XTR"
"""The currency code of Telegram Stars (Bot API, sendInvoice)."""

_WITHOUT_DECIMALS = frozenset({STARS, "JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG", "RWF"})
_DECIMALS = 2
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"(?P<whole>\d{1,12})(?:\.(?P<part>\d{1,8}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money in the smallest unit of `currency`: an ISO 4217 code, or XTR for Telegram Stars."""

    amount_minor: int
    currency: str

    @property
    def decimals(self) -> int:
        """The number of digits after the point in this currency (ISO 4217): 2 for most, 0 for Stars and others."""
        return decimals_of(self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in whole units of the currency, exact."""
        return Decimal(self.amount_minor).scaleb(-self.decimals)

    @property
    def text(self) -> str:
        """The amount as providers write it: `299.00`, with exactly the decimals of the currency; no currency."""
        return f"{self.decimal:.{self.decimals}f}"

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """Return the money for an amount such as `299` or `299.00`; digits beyond the smallest unit must be zero.

        Raises:
            ValueError: it is not such an amount, or not a code of three capital letters.
        """
        match = _AMOUNT.fullmatch(amount)
        if match is None or not _CURRENCY.fullmatch(currency):
            raise ValueError("not an amount of money")
        minor = Decimal(amount).scaleb(decimals_of(currency))
        if minor != int(minor):
            raise ValueError(f"{currency} has no unit so small")
        return cls(int(minor), currency)

    def minus(self, other: Self) -> "Money":
        """Return the difference; it may be negative.

        Raises:
            ValueError: a bug: the other amount is in another currency.
        """
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be subtracted from {self.currency}")
        return Money(self.amount_minor - other.amount_minor, self.currency)


def decimals_of(currency: str) -> int:
    """Return the number of digits after the point in a currency."""
    return 0 if currency in _WITHOUT_DECIMALS else _DECIMALS
