"""Each ordered fault of payments happens as often as it was ordered, and only to what it concerns."""

from datetime import timedelta
from typing import Any

import pytest

from local.telegram.checkouts import ANSWER_WINDOW, CheckoutState
from local.telegram.payment_faults import PaymentFault, PaymentFaults
from local.telegram.star_ledger import ADS, BROADCASTS, OTHER, STARS_AT_FIRST, WITHDRAWAL, Transaction, gift_partner
from local.telegram.wallet import Wallet
from tests.integration.stars_invoices import INVOICE, PERIOD, invoice_link, ready
from tests.integration.telegram_harness import Harness, delivered, person_with_chat, run_scenario

MONTH = timedelta(seconds=PERIOD)


async def wallet_of_anna(harness: Harness, *, renews: bool = False) -> tuple[Wallet, str]:
    """Return the wallet of a person, and a link that she can pay."""
    await ready(harness)
    anna = await person_with_chat(harness)
    period = {"subscription_period": PERIOD} if renews else {}
    return harness.telegram.wallet(anna.user_id), await invoice_link(harness, **period)


async def payments_after(harness: Harness, fault: PaymentFault, value: object = None) -> list[dict[str, Any]]:
    """Order a fault, let a person pay once; return the payments that the bot hears of."""
    wallet, link = await wallet_of_anna(harness)
    harness.telegram.faults.payments.order(fault, value)
    await wallet.pays(link)
    assert harness.telegram.faults.payments.waiting == {}
    return [message["successful_payment"] for message in delivered(harness, "successful_payment")]


def test_a_pre_checkout_query_comes_twice_and_the_payment_once() -> None:
    async def scenario(harness: Harness) -> None:
        assert len(await payments_after(harness, PaymentFault.CHECKOUT_TWICE)) == 1
        first, second = delivered(harness, "pre_checkout_query")
        assert first == second
        assert [call.status for call in harness.telegram.journal.calls_of("answerPreCheckoutQuery")] == [200, 400]

    run_scenario(scenario)


def test_a_pre_checkout_query_is_lost_or_its_answer_comes_too_late() -> None:
    async def scenario(harness: Harness) -> None:
        assert await payments_after(harness, PaymentFault.CHECKOUT_TOO_LATE) == []
        wallet, link = await wallet_of_anna(harness)
        harness.telegram.faults.payments.order(PaymentFault.CHECKOUT_LOST)
        checkout = await wallet.pays(link)
        states = [checkout.state]
        harness.advance(ANSWER_WINDOW + timedelta(seconds=1))
        assert [*states, checkout.state] == [CheckoutState.WAITING, CheckoutState.TIMED_OUT]
        assert wallet.stars == STARS_AT_FIRST

    run_scenario(scenario)


def test_another_amount_or_another_payload_is_announced_and_charged() -> None:
    async def scenario(harness: Harness) -> None:
        (payment,) = await payments_after(harness, PaymentFault.OTHER_AMOUNT, 198)
        assert payment["total_amount"] == 198
        assert delivered(harness, "pre_checkout_query")[0]["total_amount"] == 198
        assert harness.telegram.stars.bot_balance == 198
        for payload in ("", "plan_30", "x" * 128):
            paid = await payments_after(harness, PaymentFault.OTHER_PAYLOAD, payload)
            assert paid[-1]["invoice_payload"] == payload

    run_scenario(scenario)


def test_the_message_about_a_payment_comes_twice_with_one_charge() -> None:
    async def scenario(harness: Harness) -> None:
        first, second = await payments_after(harness, PaymentFault.PAYMENT_TWICE)
        assert first == second
        assert len(harness.telegram.stars.transactions) == 1

    run_scenario(scenario)


def test_the_message_about_a_payment_comes_before_the_answer_to_the_pre_checkout_query() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness)
        harness.telegram.faults.payments.order(PaymentFault.PAYMENT_EARLY)
        gate = harness.hold("pre_checkout_query")
        await wallet.pays(link, wait=False)
        await harness.wait_until(lambda: len(delivered(harness, "successful_payment")) == 1)
        gate.set()
        await harness.telegram.idle()
        assert [call.status for call in harness.telegram.journal.calls_of("answerPreCheckoutQuery")] == [200]
        assert wallet.stars == STARS_AT_FIRST - 199

    run_scenario(scenario)


def test_the_message_about_a_payment_comes_late_or_never() -> None:
    async def scenario(harness: Harness) -> None:
        assert await payments_after(harness, PaymentFault.PAYMENT_LOST) == []
        assert await payments_after(harness, PaymentFault.PAYMENT_LATE, 23 * 3600) == []
        assert harness.telegram.next_at == harness.now + timedelta(hours=23)
        harness.advance(timedelta(hours=23))
        await harness.telegram.idle()
        (message,) = delivered(harness, "successful_payment")
        assert message["date"] == int((harness.now - timedelta(hours=23)).timestamp())
        assert len(harness.telegram.stars.transactions) == 2
        assert len(await payments_after(harness, PaymentFault.PAYMENT_LATE, 24 * 3600 + 1)) == 1
        harness.advance(timedelta(hours=25))
        await harness.telegram.idle()
        assert len(delivered(harness, "successful_payment")) == 1, "what is older than a day is never delivered"

    run_scenario(scenario)


@pytest.mark.parametrize(
    ("fault", "renewal"),
    [
        (PaymentFault.RENEWAL_UNMARKED, {"is_recurring": None, "first charge": False}),
        (PaymentFault.RENEWAL_FIRST_CHARGE, {"is_recurring": True, "first charge": True}),
    ],
)
def test_a_renewal_comes_without_its_marks_or_with_the_first_charge(
    fault: PaymentFault, renewal: dict[str, object]
) -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness, renews=True)
        harness.telegram.faults.payments.order(fault)
        checkout = await wallet.pays(link)
        harness.advance(MONTH)
        await harness.telegram.idle()
        later = delivered(harness, "successful_payment")[-1]["successful_payment"]
        of_first = later["telegram_payment_charge_id"] == checkout.charge
        assert {"is_recurring": later.get("is_recurring"), "first charge": of_first} == renewal

    run_scenario(scenario)


def test_a_renewal_is_charged_although_it_was_turned_off() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness, renews=True)
        await wallet.pays(link)
        await wallet.cancels(wallet.subscriptions[0])
        harness.telegram.faults.payments.order(PaymentFault.RENEWAL_AFTER_CANCEL)
        for _ in range(2):
            harness.advance(MONTH)
            await harness.telegram.idle()
        assert len(delivered(harness, "successful_payment")) == 2

    run_scenario(scenario)


def test_a_renewal_is_charged_after_the_first_payment_was_sent_back() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness, renews=True)
        charge = (await wallet.pays(link)).charge
        wanted = {"user_id": wallet.account.user_id, "telegram_payment_charge_id": charge}
        assert (await harness.call("refundStarPayment", **wanted)).status == 200
        harness.advance(MONTH)
        await harness.telegram.idle()
        assert len(delivered(harness, "successful_payment")) == 2

    run_scenario(scenario)


def test_a_subscription_fails_or_is_canceled_before_its_first_payment() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness, renews=True)
        faults = harness.telegram.faults.payments
        faults.order(PaymentFault.CANCELED_EARLY)
        faults.order(PaymentFault.RENEWAL_FAILS)
        gate = harness.hold("message")
        await wallet.pays(link, wait=False)
        await harness.wait_until(lambda: len(delivered(harness, "subscription")) == 1)
        gate.set()
        await harness.telegram.idle()
        harness.advance(MONTH)
        await harness.telegram.idle()
        assert [change["state"] for change in delivered(harness, "subscription")] == ["canceled", "failed"]
        assert len(delivered(harness, "successful_payment")) == 1

    run_scenario(scenario)


def test_changes_of_unknown_subscriptions_and_refunds_of_unknown_charges_are_delivered() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, _ = await wallet_of_anna(harness)
        payments = harness.telegram.payments
        payments.tell_subscription(wallet.account, "no such payload", "paused_by_moon")
        payments.tell_refund(wallet.account, "no such charge", 199, "no such payload")
        await harness.telegram.idle()
        assert delivered(harness, "subscription")[0]["state"] == "paused_by_moon"
        refund = delivered(harness, "refunded_payment")[0]["refunded_payment"]
        assert refund["telegram_payment_charge_id"] == "no such charge"
        assert harness.telegram.stars.bot_balance == 0

    run_scenario(scenario)


@pytest.mark.parametrize(
    ("fault", "status", "description", "sent_back", "messages"),
    [
        (PaymentFault.REFUND_SAYS_ALREADY, 400, "Bad Request: CHARGE_ALREADY_REFUNDED", True, 0),
        (PaymentFault.REFUND_BALANCE, 400, "Bad Request: BALANCE_TOO_LOW", False, 0),
        (PaymentFault.REFUND_FAILS_AFTER, 500, "Internal Server Error", True, 1),
        (PaymentFault.REFUND_TWICE, 200, "None", True, 2),
    ],
)
def test_a_refund_answers_wrongly(
    fault: PaymentFault, status: int, description: str, sent_back: bool, messages: int
) -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness)
        charge = (await wallet.pays(link)).charge
        harness.telegram.faults.payments.order(fault)
        wanted = {"user_id": wallet.account.user_id, "telegram_payment_charge_id": charge}
        answer = await harness.call("refundStarPayment", **wanted)
        await harness.telegram.idle()
        assert (answer.status, answer.description) == (status, description)
        assert harness.telegram.stars.refunded(charge) is sent_back
        assert len(delivered(harness, "refunded_payment")) == messages

    run_scenario(scenario)


def test_a_refund_is_reported_before_its_payment() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness)
        harness.telegram.faults.payments.order(PaymentFault.PAYMENT_LATE, 60)
        charge = (await wallet.pays(link)).charge
        await harness.call("refundStarPayment", user_id=wallet.account.user_id, telegram_payment_charge_id=charge)
        await harness.telegram.idle()
        harness.advance(timedelta(minutes=1))
        await harness.telegram.idle()
        messages = [message for update in harness.received if isinstance(message := update.get("message"), dict)]
        kinds = [key for message in messages for key in message if key.endswith("_payment")]
        assert kinds == ["refunded_payment", "successful_payment"]

    run_scenario(scenario)


def test_the_list_of_transactions_shifts_after_an_answer_and_holds_other_kinds() -> None:
    async def scenario(harness: Harness) -> None:
        wallet, link = await wallet_of_anna(harness)
        await wallet.pays(link)
        ledger, now = harness.telegram.stars, harness.now
        for partner in (WITHDRAWAL, ADS, BROADCASTS, OTHER, gift_partner(wallet.account)):
            ledger.add(Transaction("other", 5, now, partner is OTHER, partner))
        harness.telegram.faults.payments.order(PaymentFault.TRANSACTIONS_SHIFT, 2)
        lengths = []
        for _ in range(3):
            page: Any = (await harness.call("getStarTransactions")).result["transactions"]
            lengths.append(len(page))
        assert lengths == [6, 8, 8]
        ledger.bot_balance = -50
        assert (await harness.call("getMyStarBalance")).result == {"amount": -50}

    run_scenario(scenario)


def test_an_invoice_link_is_refused_for_a_minute_or_for_its_amount() -> None:
    async def scenario(harness: Harness) -> None:
        harness.telegram.faults.next_calls_fail(429, retry_after=60, method="createInvoiceLink")
        harness.telegram.faults.next_calls_fail(
            400, method="createInvoiceLink", description="Bad Request: SUBSCRIPTION_AMOUNT_INVALID"
        )
        busy = await harness.call("createInvoiceLink", **INVOICE)
        assert busy.body["parameters"] == {"retry_after": 60}
        refused = await harness.call("createInvoiceLink", **INVOICE)
        assert refused.description == "Bad Request: SUBSCRIPTION_AMOUNT_INVALID"
        assert (await harness.call("createInvoiceLink", **INVOICE)).status == 200

    run_scenario(scenario)


def test_an_unknown_fault_or_a_wrong_value_cannot_be_ordered() -> None:
    faults = PaymentFaults()
    with pytest.raises(ValueError, match="not a valid PaymentFault"):
        faults.order("moon")
    for value in (None, "many", -5):
        with pytest.raises(ValueError, match="needs a number"):
            faults.order("other_amount", value)
    faults.order("payment_lost", times=2)
    assert faults.waiting == {"payment_lost": 2}
    faults.clear()
    assert faults.waiting == {}
