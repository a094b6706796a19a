"""The shop: its partition in the table, and its mode, which says what it begins with people.

What runs goes on in every mode, and what is paid is honoured.
"""

from collections.abc import Mapping
from enum import StrEnum

from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import Rejected

SHOP = "SHOP"
"""The partition of plans, settings, alerts, reconciliation and payments of no known order."""


class ShopMode(StrEnum):
    """OPEN, PAYMENTS_OFF: trials, but no orders; CLOSED_TO_NEW: orders of customers alone; CLOSED: neither."""

    OPEN = "open"
    PAYMENTS_OFF = "payments_off"
    CLOSED_TO_NEW = "closed_to_new"
    CLOSED = "closed"


class Offering(StrEnum):
    """What the shop may begin with a person: the trial, the order of a customer, or of one who never was one."""

    TRIAL = "trial"
    ORDER = "order"
    FIRST_ORDER = "first_order"


_BEGINS: Mapping[ShopMode, frozenset[Offering]] = {
    ShopMode.OPEN: frozenset(Offering),
    ShopMode.PAYMENTS_OFF: frozenset({Offering.TRIAL}),
    ShopMode.CLOSED_TO_NEW: frozenset({Offering.ORDER}),
    ShopMode.CLOSED: frozenset(),
}


class ShopClosed(Rejected):
    """In its present mode the shop does not begin this; the person may wait until it does."""


def offerings(mode: ShopMode, *, selling: bool) -> frozenset[Offering]:
    """Return what the shop begins in a mode; `selling`: a plan has a price that a provider in use takes."""
    begins = _BEGINS[mode]
    return begins if selling else begins & {Offering.TRIAL}


def begins(mode: ShopMode, offering: Offering) -> bool:
    """Tell whether the shop begins this in a mode."""
    return offering in _BEGINS[mode]


def order_of(person: Person) -> Offering:
    """Return what an order of this person is."""
    new = person.subscription.status in {Status.NONE, Status.DELETED}
    return Offering.FIRST_ORDER if new else Offering.ORDER


def text_key(language: str, message: str) -> str:
    """Return the name of a text of one language that the staff have worded."""
    return f"{language}#{message}"
