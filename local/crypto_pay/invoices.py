"""The invoices of one app, and what Crypto Pay accepts in a new one.

Source of fields and limits: https://help.crypt.bot/crypto-pay-api, createInvoice. The documentation names no errors;
UNAUTHORIZED is known from SDKs, the other names are those of this fake.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

FIATS = frozenset(
    "USD EUR RUB BYN UAH GBP CNY KZT UZS GEL TRY AMD THB INR BRL IDR AZN AED PLN ILS".split()  # noqa: SIM905 - a table
)
PRICE_OF_ASSET = {"USDT": Decimal(93), "TON": Decimal(260), "BTC": Decimal(9_000_000)}
"""What one unit of an asset costs in any currency: one rate is enough for a fake."""
LONGEST_LIFE = timedelta(seconds=2_678_400)
_FIELDS = frozenset(
    "currency_type asset fiat accepted_assets amount swap_to description hidden_message paid_btn_name paid_btn_url "  # noqa: SIM905 - a table
    "payload allow_comments allow_anonymous expires_in".split()
)
_BUTTONS = frozenset({"viewItem", "openChannel", "openBot", "callback"})
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,8})?")


class Rejection(Exception):
    """The API rejects a call: the code and the name of its error."""

    def __init__(self, name: str, code: int = 400) -> None:
        super().__init__(name)
        self.code = code


@dataclass(slots=True)
class Invoice:
    """One invoice. `shown_amount` and `shown_fiat` replace the price in answers: a fault."""

    id: int
    hash: str
    amount: str
    fiat: str
    payload: str
    description: str
    created_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None = None
    paid_asset: str = ""
    paid_amount: str = ""
    shown_amount: str = ""
    shown_fiat: str = ""

    def status(self, now: datetime) -> str:
        """Return `active`, `paid` or `expired`."""
        if self.paid_at is not None:
            return "paid"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "active"

    def price_in(self, asset: str) -> str:
        """Return the price in an asset."""
        digits = Decimal("0.00000001") if asset == "BTC" else Decimal("0.01")
        return f"{(Decimal(self.amount) / PRICE_OF_ASSET[asset]).quantize(digits):f}"

    def json(self, now: datetime, address: str) -> dict[str, Any]:
        """Return the invoice as the API shows it: amounts are texts, times are in UTC."""
        link = f"{address}/pay/{self.hash}"
        shown = {
            "invoice_id": self.id,
            "hash": self.hash,
            "currency_type": "fiat",
            "fiat": self.shown_fiat or self.fiat,
            "amount": self.shown_amount or self.amount,
            "accepted_assets": list(PRICE_OF_ASSET),
            "bot_invoice_url": link,
            "mini_app_invoice_url": link,
            "web_app_invoice_url": link,
            "description": self.description,
            "status": self.status(now),
            "created_at": _stamp(self.created_at),
            "allow_comments": False,
            "allow_anonymous": True,
            "payload": self.payload,
        }
        if self.expires_at is not None:
            shown["expiration_date"] = _stamp(self.expires_at)
        if self.paid_at is not None:
            rate = PRICE_OF_ASSET[self.paid_asset]
            shown |= {
                "paid_at": _stamp(self.paid_at),
                "paid_asset": self.paid_asset,
                "paid_amount": self.paid_amount,
                "paid_fiat_rate": f"{rate:.8f}",
                "fee_asset": self.paid_asset,
                "fee_amount": f"{Decimal(self.paid_amount) * Decimal('0.03'):f}",
                "paid_anonymously": True,
            }
        return shown


@dataclass(slots=True)
class Invoices:
    """All invoices of the app, by id."""

    clock: Callable[[], datetime]
    all: dict[int, Invoice] = field(default_factory=dict)
    _next_id: int = 1001

    def create(self, given: Mapping[str, Any]) -> Invoice:
        """Make an invoice.

        Raises:
            Rejection: a field is unknown, missing or not allowed.
        """
        _check(given)
        now = self.clock()
        life = given.get("expires_in")
        invoice = Invoice(
            id=self._next_id,
            hash=f"IV{secrets.token_hex(8)}",
            amount=given["amount"],
            fiat=given["fiat"],
            payload=given.get("payload", ""),
            description=given.get("description", ""),
            created_at=now,
            expires_at=None if life is None else now + timedelta(seconds=life),
        )
        self._next_id += 1
        self.all[invoice.id] = invoice
        return invoice

    def listed(self, given: Mapping[str, Any], *, newest_first: bool) -> list[Invoice]:
        """Return the invoices that a call asks for.

        Raises:
            Rejection: a parameter is unknown or not allowed.
        """
        if set(given) - {"asset", "fiat", "invoice_ids", "status", "offset", "count"}:
            raise Rejection("PARAM_UNKNOWN")
        offset, count, now = given.get("offset", 0), given.get("count", 100), self.clock()
        if not _is_whole(offset, 0, 10**9) or not _is_whole(count, 1, 1000):
            raise Rejection("COUNT_INVALID")
        if given.get("status", "paid") not in {"active", "paid"}:
            raise Rejection("STATUS_INVALID")
        found = sorted(self.all.values(), key=lambda invoice: invoice.id, reverse=newest_first)
        if "invoice_ids" in given:
            wanted = str(given["invoice_ids"]).split(",")
            found = [invoice for invoice in found if str(invoice.id) in wanted]
        if "status" in given:
            found = [invoice for invoice in found if invoice.status(now) == given["status"]]
        return found[offset : offset + count]

    def delete(self, given: Mapping[str, Any]) -> bool:
        """Delete an invoice that is not paid.

        Raises:
            Rejection: there is no such invoice, or it is paid.
        """
        number = given.get("invoice_id")
        invoice = self.all.get(number) if isinstance(number, int) else None
        if invoice is None or invoice.paid_at is not None:
            raise Rejection("INVOICE_NOT_FOUND")
        del self.all[invoice.id]
        return True

    def by_hash(self, text: str) -> Invoice | None:
        """Return the invoice that a pay page belongs to."""
        return next((invoice for invoice in self.all.values() if invoice.hash == text), None)


def _check(given: Mapping[str, Any]) -> None:
    wrong = next((name for name, is_right in _RULES.items() if not is_right(given)), None)
    if wrong is not None:
        raise Rejection(f"{wrong}_INVALID")


def _is_amount(given: Mapping[str, Any]) -> bool:
    amount = given.get("amount")
    return isinstance(amount, str) and _AMOUNT.fullmatch(amount) is not None and Decimal(amount) > 0


def _is_text(given: Mapping[str, Any], name: str, longest_bytes: int = 0, longest: int = 0) -> bool:
    value = given.get(name, "")
    return (
        isinstance(value, str)
        and (not longest or len(value) <= longest)
        and (not longest_bytes or len(value.encode()) <= longest_bytes)
    )


def _has_button(given: Mapping[str, Any]) -> bool:
    name, url = given.get("paid_btn_name"), given.get("paid_btn_url")
    if name is None:
        return url is None
    return name in _BUTTONS and isinstance(url, str) and url.startswith(("https://", "http://"))


def _is_whole(value: object, smallest: int, largest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and smallest <= value <= largest


_RULES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "PARAM": lambda given: set(given) <= _FIELDS,
    "CURRENCY_TYPE": lambda given: given.get("currency_type") == "fiat",
    "FIAT": lambda given: given.get("fiat") in FIATS,
    "AMOUNT": _is_amount,
    "DESCRIPTION": lambda given: _is_text(given, "description", longest=1024),
    "PAYLOAD": lambda given: _is_text(given, "payload", longest_bytes=4096),
    "PAID_BTN": _has_button,
    "ALLOW_COMMENTS": lambda given: isinstance(given.get("allow_comments", True), bool),
    "EXPIRES_IN": lambda given: (
        "expires_in" not in given or _is_whole(given["expires_in"], 1, int(LONGEST_LIFE.total_seconds()))
    ),
}
"""What createInvoice accepts; this fake knows prices in currencies only, as vpnbot makes them."""


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
