"""The text by which a provider without metadata returns our marks: the order, and the person who placed it."""

import re
from dataclasses import dataclass

from vpnbot.domain.orders.order_id import is_order_id

_PERSON = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class OrderPayload:
    """The id of an order, and that of the person who placed it."""

    person: str
    order: str

    @property
    def text(self) -> str:
        """The payload: `<person>.<order>`, at most 63 characters of ASCII; an invoice in Stars allows 128 bytes."""
        return f"{self.person}.{self.order}"


def parse_order_payload(text: object) -> OrderPayload | None:
    """Return what a payload names; None if it is not a payload of ours."""
    if not isinstance(text, str):
        return None
    person, _, order = text.partition(".")
    return OrderPayload(person, order) if _PERSON.fullmatch(person) and is_order_id(order) else None
