"""Callback data of the operators' buttons about money: `money:<tap><act>:<person><order>:<payment>`.

A payment that belongs to no order is named by its mark alone: `money:<tap><act>:<mark>`.

It has 64 bytes at most (Bot API, InlineKeyboardButton). So person and order are packed, because their ids are too
long as they are, and a payment is named by a mark within its order.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.money_notifications import payment_mark
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.packed_ids import (
    PERSON_CHARACTERS,
    packed_order,
    packed_person,
    unpacked_order,
    unpacked_person,
)

_MARK_CHARACTERS = 5
_UNMATCHED = re.compile(r"[0-9a-f]{24}")


class Tap(StrEnum):
    """What a tap does: ASK shows the consequence of an act, DO does it, SHOW shows the order, ANSWER explains how."""

    ASK = "a"
    DO = "d"
    SHOW = "s"
    ANSWER = "r"


_LETTERS = {
    Act.GIVE: "g",
    Act.SEND_BACK: "b",
    Act.SEND_SURPLUS: "s",
    Act.GIVE_SURPLUS: "u",
    Act.REFUND: "r",
    Act.SENT_BY_HAND: "h",
    Act.LET_ON: "l",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The payment that a button is about. `mark` names it within the order, see `payment_of`."""

    person: PersonId
    order: str
    mark: str

    @classmethod
    def of(cls, person: str, order: str, payment_id: str) -> "Subject":
        """Return the subject for a payment."""
        return cls(PersonId(person), order, payment_mark(payment_id)[:_MARK_CHARACTERS])

    def payment_of(self, order: Order) -> Payment | None:
        """Return the payment of the order; None if it has no such payment."""
        return next((each for each in order.payments if payment_mark(each.id).startswith(self.mark)), None)


def on(tap: Tap, subject: Subject, act: Act | None = None) -> str:
    """Return callback data."""
    packed = packed_person(subject.person) + packed_order(subject.order)
    return Action.MONEY.on(f"{tap}{_LETTERS[act] if act else ''}", packed, subject.mark)


def on_unmatched(tap: Tap, mark: str, act: Act | None = None) -> str:
    """Return callback data about a payment that belongs to no order."""
    return Action.MONEY.on(f"{tap}{_LETTERS[act] if act else ''}", mark)


def read_unmatched(data: str | None) -> tuple[Tap, Act | None, str] | None:
    """Return what callback data of `on_unmatched` says; None if it is none."""
    arguments = action_arguments(data)
    if len(arguments) != 2 or not _UNMATCHED.fullmatch(arguments[1]):
        return None
    tapped = _tap_of(arguments[0])
    return None if tapped is None else (*tapped, arguments[1])


def read(data: str | None) -> tuple[Tap, Act | None, Subject] | None:
    """Return what callback data says; None if it is none of `on`."""
    arguments = action_arguments(data)
    if len(arguments) != 3:
        return None
    tapped, subject = _tap_of(arguments[0]), _subject(arguments[1], arguments[2])
    return None if tapped is None or subject is None else (*tapped, subject)


def _tap_of(letters: str) -> tuple[Tap, Act | None] | None:
    if not letters or letters[0] not in set(Tap):
        return None
    act = next((act for act, known in _LETTERS.items() if known == letters[1:]), None)
    return None if act is None and letters[1:] else (Tap(letters[0]), act)


def _subject(packed: str, mark: str) -> Subject | None:
    person = unpacked_person(packed[:PERSON_CHARACTERS])
    order = unpacked_order(packed[PERSON_CHARACTERS:])
    if person is None or order is None or len(mark) != _MARK_CHARACTERS:
        return None
    return Subject(person, order, mark)
