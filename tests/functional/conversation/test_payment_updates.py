"""Updates about payments that belong to no order: a checkout is rejected, a payment is kept for the operators."""

import pytest

from tests.fakes.reconciliations import ShopLedger
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from vpnbot.domain.money import Money
from vpnbot.domain.scheduling import Due
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, Conflict, Rejected, StorageUnavailable, Unreachable
from vpnbot.telegram.customer import stars_routes
from vpnbot.telegram.updates.dispatcher import FEATURES
from vpnbot.usecases.ports import Metric

PAID = {
    "currency": "XTR",
    "total_amount": 100,
    "invoice_payload": "order",
    "telegram_payment_charge_id": "charge",
    "provider_payment_charge_id": "",
}
REFUNDED = {
    "currency": "XTR",
    "total_amount": 100,
    "invoice_payload": "order",
    "telegram_payment_charge_id": "charge",
}
BOT_ID = 4242
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "VPN"}


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose Telegram is in English."""
    return harness.user("en")


def checkout(user: ChatUser) -> Update:
    """Return the update in which Telegram asks whether a payment may proceed."""
    query = {"id": "9", "from": user.user(), "currency": "XTR", "total_amount": 100, "invoice_payload": "order"}
    return {"update_id": user.harness.update_id(), "pre_checkout_query": query}


def changed(user: ChatUser) -> Update:
    """Return the update about a change of a Stars subscription."""
    subscription = {"user": user.user(), "invoice_payload": "order", "state": "canceled"}
    return {"update_id": user.harness.update_id(), "subscription": subscription}


class TestPreCheckout:
    """A pre-checkout query is answered in the webhook's response, with one read and no write."""

    def test_a_payment_without_an_order_is_rejected_with_a_reason(self, user: ChatUser) -> None:
        answer = user.harness.deliver(checkout(user))
        assert (answer.status, answer.method) == (
            200,
            {
                "method": "answerPreCheckoutQuery",
                "pre_checkout_query_id": "9",
                "ok": False,
                "error_message": "This offer is out of date. Nothing was charged.",
            },
        )
        assert user.harness.telegram.calls == []

    def test_it_costs_one_read_and_stores_no_person(self, user: ChatUser) -> None:
        user.harness.deliver(checkout(user))
        assert user.harness.shop.faults.passed == ["query"]
        assert not user.person.user.version

    def test_the_reason_is_in_the_payers_language(self, harness: ChatHarness) -> None:
        answer = harness.deliver(checkout(harness.user("ru", 7)))
        assert answer.method is not None
        assert answer.method["error_message"] == "Предложение устарело. Деньги не списаны."

    def test_after_a_bug_the_payment_is_rejected_and_nothing_was_charged(self, user: ChatUser) -> None:
        user.harness.shop.faults.at("query", KeyError("x"))
        answer = user.harness.deliver(checkout(user))
        assert answer.method is not None
        assert (answer.method["ok"], answer.method["error_message"]) == (
            False,
            "Something went wrong on our side. Nothing was charged.",
        )
        assert not user.harness.quarantine.updates, "the query expires, so a replay could not answer it"
        assert user.harness.shop.meter.counts[Metric.BUGS] == 1

    def test_after_a_temporary_error_telegram_delivers_again(self, user: ChatUser) -> None:
        user.harness.shop.faults.at("query", Conflict("busy"))
        assert user.harness.deliver(checkout(user)).status == 503


class TestPaymentsThatWereMade:
    """A payment that names no order is kept in the ledger of the shop, and operators read of it."""

    def test_a_payment_without_an_order_is_kept_with_an_alert(self, user: ChatUser) -> None:
        user.sends("/start")
        assert user.harness.deliver(user.message(successful_payment=PAID)).status == 200
        assert_kept(user)

    def test_who_has_paid_reads_that_the_money_is_kept(self, user: ChatUser) -> None:
        user.sends("/start")
        user.harness.deliver(user.message(successful_payment=PAID))
        user.sees("We received 100 ⭐. Nothing is lost; we'll sort it out and write.")
        assert any("Home" in label for row in user.screen.labels for label in row)

    def test_a_payment_in_a_group_is_kept_too(self, user: ChatUser) -> None:
        group = {"id": -100, "type": "supergroup", "title": "Friends"}
        user.harness.deliver(user.message(chat=group, successful_payment=PAID))
        assert_kept(user)

    def test_a_payment_during_a_support_question_is_kept_too(self, user: ChatUser) -> None:
        user.sends("/start")
        user.taps("Write to us")
        user.harness.deliver(user.message(successful_payment=PAID))
        assert_kept(user)

    def test_it_is_kept_once_however_often_it_is_delivered(self, user: ChatUser) -> None:
        user.harness.deliver(user.message(successful_payment=PAID))
        user.harness.again()
        user.harness.deliver(user.message(successful_payment=PAID))
        assert_kept(user)

    def test_a_payment_that_cannot_be_read_is_quarantined_unchanged(self, user: ChatUser) -> None:
        user.sends("/start")
        update = user.message(successful_payment={**PAID, "telegram_payment_charge_id": ""})
        answer = user.harness.deliver(update)
        assert answer.method is not None
        assert "Something went wrong" in answer.method["text"]
        assert user.harness.quarantine.updates == [(update, "PaymentNotApplied")]

    def test_a_refund_of_a_payment_that_is_not_known_is_left_to_the_reconciliation(self, user: ChatUser) -> None:
        user.sends("/start")
        user.harness.deliver(user.message(**{"from": BOT, "refunded_payment": REFUNDED}))
        run = user.harness.shop.reconciliations.get("stars")
        assert run is not None
        assert run.due == Due(user.harness.shop.clock.now)

    @pytest.mark.parametrize("state", ["canceled", "active", "failed", "frozen"])
    def test_a_change_of_an_unknown_subscription_is_counted_and_accepted(self, user: ChatUser, state: str) -> None:
        update = changed(user)
        update["subscription"]["state"] = state
        assert user.harness.deliver(update).status == 200
        assert user.harness.shop.meter.counts[Metric.UNKNOWN_UPDATES] == 1
        assert user.harness.quarantine.updates == []

    def test_a_change_of_a_subscription_never_blocks_the_queue(self, user: ChatUser) -> None:
        """The update has no date, so that Telegram would be asked for it again and again for a day."""
        update = changed(user)
        user.harness.shop.faults.at("query", StorageUnavailable("down"))
        assert user.harness.deliver(update).status == 200
        assert [kept for kept, _ in user.harness.quarantine.updates] == [update]

    @pytest.mark.parametrize("error", [Rejected("no"), KeyError("x"), Unreachable("blocked")])
    def test_a_payment_is_quarantined_after_any_permanent_error(self, user: ChatUser, error: Exception) -> None:
        user.sends("/start")
        user.harness.shop.faults.at("query", error)
        user.harness.deliver(user.message(successful_payment=PAID))
        assert len(user.harness.quarantine.updates) == 1

    def test_a_payment_that_is_in_the_ledger_is_accepted_without_an_apology(self, user: ChatUser) -> None:
        user.harness.shop.faults.at("query", AlreadyDecided("payment:1"))
        answer = user.harness.deliver(user.message(successful_payment=PAID))
        assert (answer.status, answer.method) == (200, None)
        assert not user.harness.quarantine.updates

    def test_after_a_temporary_error_telegram_delivers_again(self, user: ChatUser) -> None:
        user.harness.shop.faults.at("query", Conflict("busy"))
        assert user.harness.deliver(user.message(successful_payment=PAID)).status == 503
        assert not user.harness.quarantine.updates

    def test_a_refund_stores_no_person_who_has_deleted_their_data(self, user: ChatUser) -> None:
        user.sends("/start")
        user.harness.deliver(user.tap("delete_all"))
        assert not user.person.user.known
        user.harness.deliver(user.message(**{"from": BOT, "refunded_payment": REFUNDED}))
        assert not user.person.user.known


def test_handlers_of_payments_come_before_all_others() -> None:
    assert FEATURES[0] is stars_routes


def test_a_refund_in_a_group_makes_no_person_of_the_bot(user: ChatUser) -> None:
    group = {"id": -100, "type": "supergroup", "title": "Friends"}
    answer = user.harness.deliver(user.message(**{"from": BOT, "chat": group, "refunded_payment": REFUNDED}))
    assert (answer.status, answer.method) == (200, None)
    assert not user.harness.shop.look(BOT_ID).user.known


def assert_kept(user: ChatUser) -> None:
    """Assert that the payment is in the ledger of the shop once, with one alert for the operators."""
    ledger = user.harness.shop.ledger
    assert isinstance(ledger, ShopLedger)
    (entry,) = ledger.entries.values()
    assert (entry.cause, entry.what, entry.money) == (
        "payment:stars:1:charge:succeeded",
        "held, no order",
        Money(100, "XTR"),
    )
    alerts = [key for partition, key in ledger.table.rows if partition == SHOP and key.startswith("ALERT#")]
    assert len(alerts) == 1
    assert not user.harness.quarantine.updates
