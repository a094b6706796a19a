"""The Stars of people and of the bot, and the bot's transactions."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from local.telegram.accounts import Account
from local.telegram.invoices import Invoice

STARS_AT_FIRST = 10_000
"""How many Stars a person has at first."""

type Partner = dict[str, object]

WITHDRAWAL: Partner = {"type": "fragment", "withdrawal_state": {"type": "pending"}}
ADS: Partner = {"type": "telegram_ads"}
BROADCASTS: Partner = {"type": "telegram_api", "request_count": 1}
OTHER: Partner = {"type": "other"}


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of the bot; a refund has the id of its payment."""

    id: str
    amount: int
    at: datetime
    incoming: bool
    partner: Partner
    user_id: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return the Bot API's StarTransaction."""
        side = "source" if self.incoming else "receiver"
        return {"id": self.id, "amount": self.amount, "date": int(self.at.timestamp()), side: self.partner}


@dataclass(slots=True)
class StarLedger:
    """Balances and transactions. The bot's balance may become negative: a store may take Stars back."""

    bot_balance: int = 0
    transactions: list[Transaction] = field(default_factory=list)
    _balances: defaultdict[int, int] = field(default_factory=lambda: defaultdict(lambda: STARS_AT_FIRST))

    def balance_of(self, user_id: int) -> int:
        """Return a person's Stars."""
        return self._balances[user_id]

    def set_balance(self, user_id: int, stars: int) -> None:
        """Give a person this many Stars."""
        self._balances[user_id] = stars

    def pay(self, charge: str, account: Account, invoice: Invoice, at: datetime) -> None:
        """Move Stars from a person to the bot."""
        self._balances[account.user_id] -= invoice.amount
        self.bot_balance += invoice.amount
        partner = _invoice_partner(account, invoice)
        self.transactions.append(Transaction(charge, invoice.amount, at, True, partner, account.user_id))

    def refund(self, account: Account, payment: Transaction, at: datetime) -> None:
        """Move the Stars of a payment back."""
        self._balances[account.user_id] += payment.amount
        self.bot_balance -= payment.amount
        self.transactions.append(Transaction(payment.id, payment.amount, at, False, payment.partner, account.user_id))

    def payment(self, user_id: int, charge: str) -> Transaction | None:
        """Return a person's payment."""
        mine = (entry for entry in self.transactions if entry.incoming and entry.id == charge)
        return next((entry for entry in mine if entry.user_id == user_id), None)

    def refunded(self, charge: str) -> bool:
        """Return whether a payment was sent back."""
        return any(not entry.incoming and entry.id == charge for entry in self.transactions)

    def add(self, entry: Transaction, *, first: bool = False) -> None:
        """Add a transaction of any kind, at the end or before all others; it changes no balance."""
        self.transactions.insert(0 if first else len(self.transactions), entry)


def gift_partner(account: Account) -> Partner:
    """Return the other side of a gift that the bot has bought for a person."""
    return {"type": "user", "transaction_type": "gift_purchase", "user": account.as_user(), "gift": {"id": "1"}}


def _invoice_partner(account: Account, invoice: Invoice) -> Partner:
    partner: Partner = {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": account.as_user(),
        "invoice_payload": invoice.payload,
    }
    if invoice.period is not None:
        partner["subscription_period"] = int(invoice.period.total_seconds())
    return partner
