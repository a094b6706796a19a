"""What operators read about money: an alert on one line, with the person's mark, and a button for each act."""

from collections.abc import Mapping
from datetime import timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.orders.order_id import is_order_id, shown_number
from vpnbot.domain.payments.alerts import PERSONAL, AlertKind, AlertMessage
from vpnbot.domain.payments.money_notifications import Arguments
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.telegram.customer.money_callbacks import Subject, Tap, on, on_unmatched
from vpnbot.telegram.customer.payment_words import refund_reason, service_name
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Rows, Screen, phrase, rows

_AMOUNTS = ("paid", "price", "surplus", "amount", "left")


def alert_screen(message: AlertMessage) -> Screen:
    """Return an alert with the buttons for what operators can do now."""
    known = message.arguments
    if message.kind is AlertKind.NEWS:
        from vpnbot.telegram.customer.feed_words import news

        return news(known)
    if message.kind in PERSONAL:
        from vpnbot.telegram.customer.personal_alerts import personal_alert

        return personal_alert(message)
    return Screen((phrase(f"alert-{message.kind}", **words(known)),), buttons(message))


def words(known: Mapping[str, str]) -> dict[str, Argument]:
    """Return the arguments of an alert's text: amounts as money, the number of the order, the person's mark."""
    arguments: dict[str, Argument] = {
        name: value for name, value in known.items() if name not in _AMOUNTS and not name.startswith("act")
    }
    for name in _AMOUNTS:
        if known.get(name):
            arguments[name] = Arguments(known).money(name)
    order, person = known.get("order", ""), known.get("person", "")
    arguments["number"] = shown_number(order) if is_order_id(order) else order or known.get("payment") or "—"
    unknown = "" if known.get("unmatched") else "—"
    arguments["person"] = f"#id_{person}" if person else unknown
    arguments["key"] = known.get("provider", "")
    arguments["provider"] = service_name(known.get("provider", ""))
    arguments["reason"] = refund_reason(known.get("reason", ""))
    return arguments


def buttons(message: AlertMessage) -> Rows:
    """Return a row for each act, and how to answer a person who wants money back."""
    known = message.arguments
    if known.get("unmatched"):
        return unmatched_rows(known["unmatched"], message.acts)
    person, order, payment = (known.get(name, "") for name in ("person", "order", "payment"))
    if not (person and payment and is_order_id(order)):
        return ()
    subject = Subject.of(person, order, payment)
    acts = [
        (Button(act_label(Act(act), value), action=on(Tap.ASK, subject, Act(act))),)
        for act, value in message.acts.items()
    ]
    if message.kind in {AlertKind.REFUND_WANTED, AlertKind.REFUND_UNANSWERED}:
        acts.append((Button(phrase("button-money-answer"), action=on(Tap.ANSWER, subject)),))
    return rows(*acts)


def unmatched_rows(mark: str, acts: Mapping[str, str]) -> Rows:
    """Return a row for each act about a payment that belongs to no order."""
    return rows(
        *(
            (Button(act_label(Act(act), value), action=on_unmatched(Tap.ASK, mark, Act(act))),)
            for act, value in acts.items()
        )
    )


def act_label(act: Act, value: str) -> Phrase:
    """Return the label of an act; `value` is its amount or its time, as text."""
    match act:
        case Act.GIVE:
            return phrase("button-money-give", time=timedelta(seconds=int(value)))
        case Act.GIVE_SURPLUS:
            return phrase("button-money-give_surplus", time=timedelta(seconds=int(value)))
        case Act.LET_ON:
            return phrase("button-money-let_on")
        case Act.SENT_BY_HAND:
            return phrase("button-money-sent_by_hand", amount=_money(value))
        case Act.SEND_SURPLUS:
            return phrase("button-money-send_surplus", amount=_money(value))
        case Act.SEND_BACK | Act.REFUND:
            return phrase("button-money-send_back", amount=_money(value))


def _money(value: str) -> Money:
    return Arguments({"amount": value}).money("amount")
