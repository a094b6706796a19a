"""Writes `docs/payments.md` from the tables of outcomes: `python -m local.payments_document`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.payments.looks import GIVE_UP_KEY, LAST_LOOK, next_look
from vpnbot.domain.payments.money_events import OrderColumn, PaymentColumn, UnmatchedColumn
from vpnbot.domain.payments.notices import MISSED_IN_A_ROW
from vpnbot.domain.payments.outcome_rules import RULES, Outcome, Rule
from vpnbot.domain.payments.outcomes import ORDER_OUTCOMES, PAYMENT_OUTCOMES, UNMATCHED_OUTCOMES
from vpnbot.domain.payments.refund_attempts import RETRIES
from vpnbot.domain.payments.second_payment import RETURNED_ONCE_IN
from vpnbot.domain.payments.settlement import CONFIRM_AFTER, HELD_REMINDER
from vpnbot.usecases.payments.follow_receipt import LOOK_AFTER
from vpnbot.usecases.payments.request_refund import SECOND_PAYMENT_FOR

DOCUMENT = Path(__file__).parents[1] / "docs/payments.md"

ORDER_STATES: Mapping[OrderStatus, str] = {
    OrderStatus.CREATED: "committed; the provider has not made a payment for it yet",
    OrderStatus.AWAITING: "the buyer can pay it",
    OrderStatus.PAID: "money is here, and its time was granted; also after a part was sent back",
    OrderStatus.CANCELLED: "the buyer cancelled it, placed another order, or deleted their data",
    OrderStatus.ENDED: "declined, or not paid in time; the order keeps the reason",
    OrderStatus.HELD: "money is here that no rule can grant, until an operator decides",
    OrderStatus.REFUNDED: "all of its money was sent back",
}
PAYMENT_STATES: Mapping[PaymentState, str] = {
    PaymentState.PENDING: "the provider has made it, and it is not paid",
    PaymentState.CREDITED: "its time was granted",
    PaymentState.HELD: "the money is here, nothing was granted, and an operator decides",
    PaymentState.CANCELED: "it ended without money",
    PaymentState.RETURNED: "all of it was sent back",
}
_CAUSES: Mapping[str, str] = {
    "update:<bot>:<id>": "a tap: an order is placed or cancelled, a refund is asked for",
    "admin:<bot>:<update>": "an operator decides with a button",
    "payment:<provider>:<account>:<payment>:begun": "the provider has made a payment",
    "payment:<provider>:<account>:<payment>:succeeded": "money has arrived",
    "payment:<provider>:<account>:<payment>:canceled": "a payment was declined, or has expired",
    "order:<order>:lapsed": "no payment was seen until the last look",
    "order:<order>:ended": "the provider rejects the order",
    "refund:<provider>:<account>:<refund>:succeeded": "money was sent back, by us or elsewhere",
    "refund:<provider>:<account>:<key>:refused": "a refund of ours was refused for good",
    "receipt:<provider>:<payment or refund>:<state>": "a fiscal receipt is registered or refused",
}

_INTRODUCTION = """\
# Payments

<!-- Written by `python -m local.payments_document`; change the tables in the code, not this file. -->

What can happen to orders and payments, and what it leads to. The tables are those of
`domain/payments/outcomes.py`: the code decides with them, this document shows them, and
`test_order_outcomes.py`, `test_payment_outcomes.py` and `test_refund_outcomes.py` in `tests/functional/usecases` walk
every cell. An order follows the money: nothing that was decided before keeps a genuine payment from being granted,
kept for an operator, or sent back.

A report reaches us as an update, a notification, a look of due work, a tap, or from the reconciliation. Each way ends
in the same decision, and the cause in the ledger makes it happen once. A notification is only a hint: the provider is
asked with our own credentials.

A payment for an order for another person has the outcomes below, except that a pause of the buyer does not matter.
What grants time makes a gift instead, and what takes time takes it from the gift, or from who has opened it
([0123](decisions/0123-a-gift-is-one-item-between-two-people.md))."""


def document() -> str:
    """Return the whole text of the document."""
    sections = (
        (_INTRODUCTION,),
        ("## States of an order", _table(("state", "meaning"), _states(ORDER_STATES))),
        ("## States of a payment", _table(("state", "meaning"), _states(PAYMENT_STATES))),
        (
            "## Events about an order",
            "A payment is new if its state is neither credited, held nor returned. Of several events that fit it the "
            "first one counts.",
            _events(OrderColumn, ORDER_OUTCOMES),
        ),
        ("## Events about a payment", _events(PaymentColumn, PAYMENT_OUTCOMES)),
        (
            "## Events about a payment that belongs to no order",
            "It is kept without a person, so that no one is notified. Its alert has a button to send it back, or to "
            "say that it was sent by hand; each is asked first.",
            _events(UnmatchedColumn, UNMATCHED_OUTCOMES),
        ),
        (
            "## Codes",
            "The entry is the text in the ledger; without one nothing is decided. The person reads the notification, "
            "or sees the reply to a tap. Operators read the alert.",
            _table(("code", "effect", "entry", "person", "alert"), map(_code, RULES.items())),
        ),
        ("## Causes in the ledger", _table(("cause", "fact"), ((f"`{c}`", fact) for c, fact in _CAUSES.items()))),
        ("## When due work asks again", *_rhythm()),
    )
    return "\n\n".join(part for section in sections for part in section) + "\n"


def _states(states: Mapping[OrderStatus, str] | Mapping[PaymentState, str]) -> Iterator[tuple[str, str]]:
    return ((str(state), meaning) for state, meaning in states.items())


def _events[E: StrEnum, C: StrEnum](columns: type[C], outcomes: Mapping[E, Mapping[C, Outcome]]) -> str:
    rows = ((str(event), *(str(row[column]) for column in columns)) for event, row in outcomes.items())
    return _table(("event", *map(str, columns)), rows)


def _code(code: tuple[Outcome, Rule]) -> tuple[str, ...]:
    outcome, rule = code
    person = rule.notification or (f"reply: {rule.reply}" if rule.reply else "")
    return str(outcome), rule.effect, rule.entry or "", str(person), str(rule.alert or "")


def _rhythm() -> Iterator[str]:
    placed = datetime(2026, 1, 1, tzinfo=UTC)
    first, at = [], placed
    while (look := next_look(placed, at)) is not None and look - at < timedelta(hours=1):
        first.append(_length(look - placed))
        at = look
    yield (
        f"- An order that waits for its payment: {', '.join(first)} after it was placed, then every hour for a day, "
        f"then every day; the last look is after {_length(LAST_LOOK)}. Then it has lapsed; if the provider still "
        "says pending, operators read an alert."
    )
    yield (
        "- An order for which the provider did not answer: the same request with the same key, at first each minute. "
        f"After {_length(GIVE_UP_KEY)} the key is never used again, and the provider's list is read instead."
    )
    yield f"- Money that an operator has to decide about or to send: a reminder every {_length(HELD_REMINDER)}."
    yield (
        f"- A payment of which only an update has told: after {_length(CONFIRM_AFTER)} the provider's list must have "
        "it; otherwise operators read an alert."
    )
    yield (
        "- A second payment that its buyer sends back without an operator: until "
        f"{_length(SECOND_PAYMENT_FOR)} after it was paid, and once in {_length(RETURNED_ONCE_IN)}."
    )
    yield (
        f"- The notifications of a provider: when {MISSED_IN_A_ROW} payments in a row became known without one, "
        "operators read an alert; the next one only after a notification has come meanwhile."
    )
    for reason, pauses in RETRIES.items():
        yield f"- A refund that was refused with `{reason}`: again after {', '.join(map(_length, pauses))}."
    yield f"- A fiscal receipt: after {', '.join(map(_length, LOOK_AFTER))}; then operators read an alert."


def _length(duration: timedelta) -> str:
    minutes = int(duration / timedelta(minutes=1))
    if minutes % (24 * 60) == 0:
        return f"{minutes // (24 * 60)} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
