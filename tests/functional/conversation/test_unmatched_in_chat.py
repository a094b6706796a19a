"""A genuine payment that belongs to no order: operators send it back with a button, or say that they did."""

from dataclasses import replace

import pytest

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness
from tests.functional.conversation.operating import alerts, tap_in_group, taps_in_group
from tests.functional.conversation.selling import BY_CARD, open_shop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.usecases.payments.keep_unmatched import keep_unmatched
from vpnbot.usecases.ports.payments import Refunds

OTHER_ADMIN = 8
NB = "\u00a0"
PAID = PaymentReport("yookassa", "shop-1", "pay-9", ReportedState.SUCCEEDED, Money(29_900, "RUB"))


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two administrators and an operators' chat."""
    return ChatHarness(admin_ids=frozenset({ADMIN, OTHER_ADMIN}))


@pytest.fixture
def card(harness: ChatHarness) -> FakeProvider:
    """A shop that sells by card, to which a payment came that names no order."""
    card = open_shop(harness)
    card.payments["pay-9"] = PAID
    keep_unmatched(PAID, harness.shop.payments, harness.shop.context)
    harness.passes(minutes=2)
    return card


def test_the_alert_is_one_line_with_a_button(harness: ChatHarness, card: FakeProvider) -> None:
    (alert,) = alerts(harness)
    assert alert.words == "⏸ YooKassa: 299 ₽ without an order of ours, held until you decide. Payment pay-9."
    assert "\n" not in alert.text
    assert alert.labels == [[f"↩️ Send 299{NB}₽ back"]]
    assert all(len(button.callback_data or "") <= 64 for row in alert.buttons for button in row)


def test_it_is_asked_and_sent_back_once_whoever_taps(harness: ChatHarness, card: FakeProvider) -> None:
    admin, other = harness.user("en", ADMIN), harness.user("en", OTHER_ADMIN)
    taps_in_group(admin, "Send 299")
    question = alerts(harness)[-1]
    assert "Send 299 ₽ back? Nothing is granted for it." in question.words
    yes = question.buttons[0][0].callback_data
    tap_in_group(admin, yes, question.id)
    shown = alerts(harness)[-1]
    assert "299 ₽ is on its way back." in shown.words
    assert shown.labels == []
    harness.again()
    tap_in_group(other, yes, question.id)
    assert "Decided already." in alerts(harness)[-1].words
    harness.passes(minutes=2)
    assert [(refund.payment_id, refund.money) for refund in card.refunds.values()] == [("pay-9", PAID.money)]
    tap_in_group(other, yes, question.id)
    assert "↩️ Payment of 299 ₽: sent back" in alerts(harness)[-1].words
    harness.passes(days=2)
    assert len(card.refunds) == 1
    assert not [alert for alert in alerts(harness) if "still waits" in alert.words]


def test_back_changes_nothing(harness: ChatHarness, card: FakeProvider) -> None:
    admin = harness.user("en", ADMIN)
    taps_in_group(admin, "Send 299")
    taps_in_group(admin, "Back")
    shown = alerts(harness)[-1]
    assert "Payment pay-9 without an order of ours: 299 ₽, YooKassa." in shown.words
    assert "⏸ Payment of 299 ₽: waits for your decision" in shown.words
    assert shown.labels == [[f"↩️ Send 299{NB}₽ back"]]
    harness.passes(minutes=2)
    assert card.refunds == {}


def test_operators_are_reminded_daily_until_they_decide(harness: ChatHarness, card: FakeProvider) -> None:
    harness.passes(days=2, hours=1)
    reminders = [alert for alert in alerts(harness) if "№pay-9: 299 ₽ still waits for your decision." in alert.words]
    assert [alert.labels for alert in reminders] == [[[f"↩️ Send 299{NB}₽ back"]]] * 2


def test_without_a_call_for_refunds_they_say_that_they_sent_it(harness: ChatHarness, card: FakeProvider) -> None:
    card.abilities = replace(BY_CARD, refunds=Refunds.NONE)
    harness.passes(days=1, hours=1)
    admin = harness.user("en", ADMIN)
    assert alerts(harness)[-1].labels == [[f"✅ I sent 299{NB}₽ by hand"]]
    taps_in_group(admin, "I sent 299")
    assert "Did you send 299 ₽? The payment is closed then; no message is sent." in alerts(harness)[-1].words
    taps_in_group(admin, "Yes, I sent")
    assert "Noted: 299 ₽ was sent by hand." in alerts(harness)[-1].words
    harness.again()
    assert "Decided already." in alerts(harness)[-1].words
    known = len(alerts(harness))
    harness.passes(days=3)
    assert len(alerts(harness)) == known
    assert card.refunds == {}


def test_a_refusal_for_good_is_an_alert_with_both_ways(harness: ChatHarness, card: FakeProvider) -> None:
    card.decline_refunds.append("rejected_by_payee")
    admin = harness.user("en", ADMIN)
    taps_in_group(admin, "Send 299")
    taps_in_group(admin, "Yes")
    harness.passes(minutes=2)
    alert = alerts(harness)[-1]
    assert alert.words == "❌ №pay-9: 299 ₽ could not be sent back. YooKassa: the recipient refused."
    assert alert.labels == [[f"↩️ Send 299{NB}₽ back"], [f"✅ I sent 299{NB}₽ by hand"]]


def test_who_is_no_administrator_decides_nothing(harness: ChatHarness, card: FakeProvider) -> None:
    data = alerts(harness)[-1].buttons[0][0].callback_data or ""
    customer = harness.user("en", 99)
    customer.sends("/start")
    harness.deliver(customer.tap(data.replace("money:a", "money:d"), customer.screen.id))
    tap_in_group(customer, data.replace("money:a", "money:d"), alerts(harness)[-1].id)
    harness.passes(minutes=2)
    assert card.refunds == {}


@pytest.mark.parametrize("mark", ["0" * 24, "x" * 24, "0" * 23, ""])
def test_a_button_that_names_nothing_is_answered(harness: ChatHarness, card: FakeProvider, mark: str) -> None:
    admin = harness.user("en", ADMIN)
    assert tap_in_group(admin, f"money:db:{mark}", alerts(harness)[-1].id).status == 200
    assert not harness.quarantine.updates
    assert card.refunds == {}


@pytest.mark.parametrize("act", ["g", "r", "l", "s", "u", "z", ""])
def test_an_act_that_is_not_for_it_changes_nothing(harness: ChatHarness, card: FakeProvider, act: str) -> None:
    data = alerts(harness)[-1].buttons[0][0].callback_data or ""
    mark = data.rpartition(":")[2]
    for tap in "ad":
        assert (
            tap_in_group(harness.user("en", ADMIN), f"money:{tap}{act}:{mark}", alerts(harness)[-1].id).status == 200
        )
    harness.passes(minutes=2)
    assert not harness.quarantine.updates
    assert card.refunds == {}
