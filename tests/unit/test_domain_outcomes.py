"""The tables of outcomes: no cell is empty, each code has a rule, each rule its words, and what it does."""

from itertools import product

import pytest

from vpnbot.domain.notifications import MONEY_KINDS, NotificationKind
from vpnbot.domain.payments.alerts import PERSONAL, AlertKind, AlertMessage
from vpnbot.domain.payments.arrival import EFFECTS
from vpnbot.domain.payments.money_events import OrderColumn, OrderEvent, PaymentColumn, PaymentEvent
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import ORDER_OUTCOMES, PAYMENT_OUTCOMES
from vpnbot.localization.messages import Messages
from vpnbot.telegram.customer.alert_screens import alert_screen
from vpnbot.telegram.messages.renderer import Renderer

MESSAGES = Messages()
ARRIVALS = tuple(OrderEvent)[: tuple(OrderEvent).index(OrderEvent.PAID) + 1]
"""The events that are a new payment."""
ALERT_ARGUMENTS = {
    "order": "01JDZ8Q4M2" + "7H3K9P5R1S6T8V0W",
    "person": "ab" * 16,
    "provider": "yookassa",
    "payment": "pay-1",
    "paid": "20000 RUB",
    "price": "29900 RUB",
    "surplus": "100 RUB",
    "amount": "100 RUB",
    "left": "100 RUB",
    "reason": "insufficient_funds",
    "count": "11",
    "events": '[{"at": "2026-03-01T12:00:00+00:00", "kind": "sale", "person": "", "provider": "yookassa",'
    ' "minor": 29900, "currency": "RUB", "titles": {"en": "Standard", "ru": "Стандарт"}, "seconds": 2592000}]',
}
"""All arguments that alerts have; each kind has those that its text needs, see `test_money_alerts.py`."""
WITHOUT_TEXT = {"current"}
"""Replies that are a screen of the present state, not a message of their own."""


def test_every_event_has_an_outcome_in_every_state() -> None:
    assert set(ORDER_OUTCOMES) == set(OrderEvent)
    assert set(PAYMENT_OUTCOMES) == set(PaymentEvent)
    assert all(set(row) == set(OrderColumn) for row in ORDER_OUTCOMES.values())
    assert all(set(row) == set(PaymentColumn) for row in PAYMENT_OUTCOMES.values())


def test_every_code_is_used_and_has_a_rule() -> None:
    used = {outcome for row in ORDER_OUTCOMES.values() for outcome in row.values()}
    used |= {outcome for row in PAYMENT_OUTCOMES.values() for outcome in row.values()}
    assert used == set(Outcome) == set(RULES)


def test_every_outcome_of_a_new_payment_has_an_effect() -> None:
    known = [column for column in OrderColumn if column is not OrderColumn.UNKNOWN]
    reached = {ORDER_OUTCOMES[event][column] for event, column in product(ARRIVALS, known)}
    assert reached == set(EFFECTS)


def test_a_new_payment_is_always_in_the_ledger() -> None:
    for event, column in product(ARRIVALS, OrderColumn):
        assert RULES[ORDER_OUTCOMES[event][column]].entry, (event, column)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words_in_every_language(outcome: Outcome) -> None:
    """The screens of the notifications are tested in both languages in `test_money_screens.py`."""
    rule = RULES[outcome]
    assert rule.notification is None or rule.notification in MONEY_KINDS
    if rule.reply is not None and rule.reply not in WITHOUT_TEXT:
        assert all(_has(language, rule.reply) for language in MESSAGES.languages)
    if rule.alert is not None:
        assert all(_has(language, f"alert-{rule.alert}") for language in MESSAGES.languages)


def test_operators_read_of_money_beyond_the_price_in_every_state() -> None:
    outcomes = {ORDER_OUTCOMES[OrderEvent.TOO_MUCH][column] for column in OrderColumn}
    assert all(RULES[outcome].alert for outcome in outcomes)


def test_money_that_arrives_is_granted_kept_or_sent_back_and_the_person_reads_of_it() -> None:
    silent = {Outcome.BACK, Outcome.ORPH}
    for event, column in product(ARRIVALS, OrderColumn):
        outcome = ORDER_OUTCOMES[event][column]
        assert outcome in silent or isinstance(RULES[outcome].notification, NotificationKind)


ABOUT_MONEY = [kind for kind in AlertKind if kind not in PERSONAL]


@pytest.mark.parametrize(("kind", "language"), list(product(ABOUT_MONEY, MESSAGES.languages)))
def test_every_alert_is_one_line_in_every_language(kind: AlertKind, language: str) -> None:
    screen = alert_screen(AlertMessage(kind, ALERT_ARGUMENTS))
    text = Renderer(MESSAGES, language).html(screen)
    assert "\n" not in text
    assert "{" not in text


def _has(language: str, message: str) -> bool:
    """Tell whether a message exists; one with variants has them as `<name>-<variant>`."""
    try:
        MESSAGES.text(language, message)
    except KeyError as error:
        return "no message" not in str(error)
    return True
