"""The screens of operators about a payment that belongs to no order."""

from collections.abc import Sequence

from vpnbot.domain.payments.money_events import UnmatchedColumn
from vpnbot.domain.payments.operator_acts import Act, PossibleAct
from vpnbot.domain.payments.unmatched import UnmatchedPayment
from vpnbot.telegram.customer.alert_screens import unmatched_rows
from vpnbot.telegram.customer.money_callbacks import Tap, on_unmatched
from vpnbot.telegram.customer.payment_words import service_name
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows

_QUESTIONS = {Act.SEND_BACK: "money-ask-send_back", Act.SENT_BY_HAND: "unmatched-ask-sent_by_hand"}
_RESULTS = {Act.SEND_BACK: "money-done-send_back", Act.SENT_BY_HAND: "unmatched-done-sent_by_hand"}


def payment_screen(payment: UnmatchedPayment, acts: Sequence[PossibleAct]) -> Screen:
    """Return how the payment stands now, with what can be done about it."""
    return Screen(
        (_text(payment), _state(payment)), unmatched_rows(payment.mark, {each.act: each.value for each in acts})
    )


def question(payment: UnmatchedPayment, act: Act) -> Screen:
    """Return the question before an act, with its consequence."""
    yes = Button(phrase(f"money-yes-{act}", amount=payment.money), action=on_unmatched(Tap.DO, payment.mark, act))
    back = Button(phrase("button-money-back"), action=on_unmatched(Tap.SHOW, payment.mark))
    asked = phrase(_QUESTIONS[act], amount=payment.money)
    return Screen((_text(payment), asked), rows((yes,), (back,)))


def result(payment: UnmatchedPayment, act: Act) -> Phrase:
    """Return what was done."""
    return phrase(_RESULTS[act], amount=payment.money)


def _text(payment: UnmatchedPayment) -> Phrase:
    return phrase(
        "unmatched", payment=payment.payment_id, amount=payment.money, provider=service_name(payment.provider)
    )


def _state(payment: UnmatchedPayment) -> Phrase:
    match payment.column:
        case UnmatchedColumn.HELD:
            return phrase("money-payment-held", amount=payment.money)
        case UnmatchedColumn.SENDING:
            return phrase("money-payment-sending", amount=payment.money, sent=payment.money)
        case UnmatchedColumn.RETURNED:
            return phrase("money-payment-returned", amount=payment.money)
