"""YooKassa's test cards (documentation, testing): any later date, any security code."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A test card. `reason` says why it is declined, empty if it is paid; `confirmed`: the bank asks for a code."""

    number: str
    reason: str = ""
    confirmed: bool = False

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]

    @property
    def kind(self) -> str:
        """The payment system, as YooKassa names it."""
        return {"2": "Mir", "4": "Visa"}.get(self.number[0], "MasterCard")


def _declined(last4: str, reason: str) -> Card:
    return Card(f"555555555555{last4}", reason)


CARDS: Mapping[str, Card] = {
    card.number: card
    for card in (
        Card("5555555555554444"),
        Card("4111111111111111"),
        Card("2202474301322987"),
        Card("5555555555554477", confirmed=True),
        _declined("4592", "3d_secure_failed"),
        _declined("4535", "call_issuer"),
        _declined("4543", "card_expired"),
        _declined("4568", "fraud_suspected"),
        _declined("4527", "general_decline"),
        _declined("4600", "insufficient_funds"),
        _declined("4618", "invalid_card_number"),
        _declined("4626", "invalid_csc"),
        _declined("4501", "issuer_unavailable"),
        _declined("4576", "payment_method_limit_exceeded"),
        _declined("4550", "payment_method_restricted"),
        _declined("4584", "country_forbidden"),
    )
}
