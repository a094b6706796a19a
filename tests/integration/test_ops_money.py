"""`python -m ops orders`, `refunds`, `payments`, `reconcile`: an operator decides about money on the command line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ops.people import container_of
from tests.fakes.offers import offer_of
from tests.integration.customers import ANNA, DEMO, arrives
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind, OrderStatus
from vpnbot.domain.orders.payment import Payment, PaymentState
from vpnbot.domain.payments.registry import PaymentOwner, registered
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.usecases.decide import Decision, apply_fact

NOW = datetime.now(UTC)
ORDER = "01JDZ8Q4M2" + "7H3K9P5R1S6T8V0W"
MONTH = Plan("standard", timedelta(days=30), devices=5, keys=1)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    """A deployed bot, and one customer whose payment in Stars is held."""
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        operator.deploy()
        container, session = arrives()
        held = Payment("charge-1", "4242", Money(100, "XTR"), PaymentState.HELD, paid_at=NOW, payer=ANNA)
        offer = replace(offer_of(MONTH), price=Money(200, "XTR"))
        order = Order(
            ORDER,
            OrderKind.PURCHASE,
            offer,
            "stars",
            session.person.id,
            NOW,
            OrderStatus.HELD,
            account="4242",
            payments=(held,),
            due=Due(NOW),
        )
        owner = registered("stars", "4242", "charge-1", PaymentOwner(session.person.id, ORDER))
        apply_fact(session, container.context, lambda person: Decision(person.with_order(order), effects=(owner,)))
        yield operator


def test_orders_are_listed_and_shown_with_what_can_be_decided(operator: OperatorCommandLine) -> None:
    listed = operator.run("orders", "list", str(ANNA))
    assert listed.exit_code == 0, listed.output
    assert f"{ORDER}  " in listed.output
    shown = operator.run("orders", "show", str(ANNA), ORDER).output
    assert "payment charge-1: held, 100 XTR" in shown
    assert "give 1296000" in shown, "half of thirty days, for half of the price"
    assert "send_back 100 XTR" in shown


def test_time_is_given_once(operator: OperatorCommandLine) -> None:
    given = operator.run("orders", "decide", str(ANNA), ORDER, "charge-1", "give")
    assert given.exit_code == 0, given.output
    assert "payment charge-1: credited" in given.output
    again = operator.run("orders", "decide", str(ANNA), ORDER, "charge-1", "give")
    assert again.exit_code == 2
    assert "not possible" in again.stderr


def test_money_is_sent_back_and_listed_until_the_provider_has_sent_it(operator: OperatorCommandLine) -> None:
    assert "Nothing is on its way back." in operator.run("refunds", "list", str(ANNA)).output
    part = operator.run("refunds", "send", str(ANNA), ORDER, "charge-1", "--amount", "40")
    assert (part.exit_code, "nothing of this payment" in part.stderr) == (2, True), "Stars go back as a whole"
    sent = operator.run("refunds", "send", str(ANNA), ORDER, "charge-1")
    assert sent.exit_code == 0, sent.output
    assert "100 XTR of payment charge-1" in operator.run("refunds", "list", str(ANNA)).output


def test_the_person_is_found_by_the_mark_of_an_alert(operator: OperatorCommandLine) -> None:
    mark = container_of(DEMO).fleet.ring().person_id(ANNA)
    assert ORDER in operator.run("orders", "list", f"#id_{mark}").output
    wrong = operator.run("orders", "list", "anna")
    assert (wrong.exit_code, "neither a Telegram id" in wrong.stderr) == (2, True)


def test_a_payment_that_belongs_to_an_order_is_not_returned_past_it(operator: OperatorCommandLine) -> None:
    result = operator.run("payments", "return", "stars", "charge-1")
    assert result.exit_code == 2
    assert "belongs to an order" in result.stderr


def test_a_reconciliation_begins_on_demand(operator: OperatorCommandLine) -> None:
    result = operator.run("reconcile", "stars")
    assert result.exit_code == 0, result.output
    assert container_of(DEMO).payments.reconciliations.get("stars") is not None


def test_a_provider_without_credentials_is_named(operator: OperatorCommandLine) -> None:
    result = operator.run("reconcile", "yookassa")
    assert result.exit_code == 2
    assert "yookassa" in result.stderr


def test_credentials_of_providers_are_stored_and_not_printed(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRYPTOPAY_TOKEN", "42:crypto-token")
    result = operator.run("configure", "--yookassa", typed="54321\nsecret-of-the-shop\n")
    assert result.exit_code == 0, result.output
    stored = operator.secrets()
    assert (stored["yookassa_shop_id"], stored["yookassa_secret_key"]) == ("54321", "secret-of-the-shop")
    assert stored["cryptopay_token"] == "42:crypto-token"
    assert "secret-of-the-shop" not in result.output
    assert "crypto-token" not in result.output
    kept = operator.run("configure", "--yookassa", typed="\n\n")
    assert "nothing new" in kept.output
