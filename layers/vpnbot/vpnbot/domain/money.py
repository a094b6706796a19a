"""Exact amounts of money."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money in the smallest unit of `currency`: an ISO 4217 code, or XTR for Telegram Stars."""

    amount_minor: int
    currency: str
