"""The objects of the fake YooKassa, and how its API shows them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from vpnbot.domain.money import Money

type Json = dict[str, Any]


@dataclass(slots=True)
class Method:
    """How a payment was paid. `owner` is the `merchant_customer_id` that it was saved for."""

    id: str
    type: str
    saved: bool = False
    owner: str = ""
    card: Json | None = None

    def as_json(self) -> Json:
        """Return the object."""
        shown: Json = {"type": self.type, "id": self.id, "saved": self.saved, "title": self.title}
        return shown | ({"card": self.card} if self.card else {})

    @property
    def title(self) -> str:
        """The name that YooKassa shows."""
        return f"Bank card *{self.card['last4']}" if self.card else self.type


@dataclass(slots=True)
class Receipt:
    """A fiscal receipt. It is registered, or canceled, at `ends_at`."""

    id: str
    payment_id: str
    refund_id: str
    made_at: datetime
    ends_at: datetime
    ends_as: str = "succeeded"
    state: str = "pending"

    def as_json(self) -> Json:
        """Return the object."""
        about = {"refund_id": self.refund_id} if self.refund_id else {"payment_id": self.payment_id}
        numbers = {
            "fiscal_document_number": "3986",
            "fiscal_storage_number": "9288000100115785",
            "fiscal_attribute": "2617603921",
        }
        shown = {"id": self.id, "type": "refund" if self.refund_id else "payment", **about, "status": self.state}
        return shown | (numbers if self.state == "succeeded" else {})


@dataclass(slots=True)
class Payment:
    """A payment. `expires_at` None: its link can be paid at any time. `asked`: the request that made it."""

    id: str
    account: str
    money: Money
    made_at: datetime
    expires_at: datetime | None
    asked: Json
    test: bool
    page: str = ""
    state: str = "pending"
    method: Method | None = None
    reason: tuple[str, str] | None = None
    captured_at: datetime | None = None
    refunded_minor: int = 0
    receipt: Receipt | None = None
    decides_at: datetime | None = None
    decides_as: str = ""

    def as_json(self) -> Json:
        """Return the object."""
        shown: Json = {
            "id": self.id,
            "status": self.state,
            "amount": amount_json(self.money),
            "description": self.asked.get("description", ""),
            "recipient": {"account_id": self.account, "gateway_id": "1"},
            "created_at": stamp(self.made_at),
            "test": self.test,
            "paid": self.state in {"waiting_for_capture", "succeeded"},
            "refundable": self.state == "succeeded" and self.refunded_minor < self.money.amount_minor,
            "metadata": self.asked.get("metadata", {}),
        }
        if self.state == "pending" and self.page:
            back = self.asked["confirmation"]["return_url"]
            shown["confirmation"] = {"type": "redirect", "return_url": back, "confirmation_url": self.page}
        if self.method is not None:
            shown["payment_method"] = self.method.as_json()
        if self.captured_at is not None:
            shown["captured_at"] = stamp(self.captured_at)
            shown["refunded_amount"] = amount_json(Money(self.refunded_minor, self.money.currency))
        if self.reason is not None:
            shown["cancellation_details"] = {"party": self.reason[0], "reason": self.reason[1]}
        if self.receipt is not None:
            shown["receipt_registration"] = self.receipt.state
        return shown


@dataclass(slots=True)
class Refund:
    """A refund."""

    id: str
    payment_id: str
    money: Money
    made_at: datetime
    ends_at: datetime
    fails_because: str = ""
    state: str = "pending"
    description: str = ""
    receipt: Receipt | None = None

    def as_json(self) -> Json:
        """Return the object."""
        shown: Json = {
            "id": self.id,
            "payment_id": self.payment_id,
            "status": self.state,
            "amount": amount_json(self.money),
            "created_at": stamp(self.made_at),
            "description": self.description,
        }
        if self.state == "canceled":
            shown["cancellation_details"] = {"party": "yoo_money", "reason": self.fails_because}
        if self.receipt is not None:
            shown["receipt_registration"] = self.receipt.state
        return shown


@dataclass(frozen=True, slots=True)
class Event:
    """Something to notify the shop of: the name of the event and its object at that time."""

    name: str
    about: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return the body of the notification."""
        return {"type": "notification", "event": self.name, "object": self.about}


def amount_json(money: Money) -> Json:
    """Return an amount."""
    return {"value": money.text, "currency": money.currency}


def stamp(moment: datetime) -> str:
    """Return a time as the API writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
