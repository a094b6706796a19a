"""The fake Telegram takes payments in Stars as Telegram does: 10 seconds to answer, charges, refunds, their list."""

from datetime import timedelta
from typing import Any

import pytest

from local.telegram.checkouts import ANSWER_WINDOW, BalanceTooLow, CheckoutState
from local.telegram.star_ledger import STARS_AT_FIRST
from tests.integration.stars_invoices import invoice_link, ready
from tests.integration.telegram_harness import Harness, delivered, person_with_chat, run_scenario

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class TestPaying:
    """The pre-checkout query, and the charge."""

    def test_a_payment_moves_the_stars_and_the_message_about_it_comes_from_the_payer(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            wallet = harness.telegram.wallet(anna.user_id)
            checkout = await wallet.pays(await invoice_link(harness))
            assert checkout.state is CheckoutState.PAID
            assert wallet.stars == STARS_AT_FIRST - 199
            assert (await harness.call("getMyStarBalance")).result == {"amount": 199}
            (query,), (message,) = delivered(harness, "pre_checkout_query"), delivered(harness, "successful_payment")
            assert (query["total_amount"], query["invoice_payload"]) == (199, "person.order")
            assert query["from"]["id"] == message["from"]["id"] == message["chat"]["id"] == anna.user_id
            assert message["successful_payment"] == {
                "currency": "XTR",
                "total_amount": 199,
                "invoice_payload": "person.order",
                "telegram_payment_charge_id": checkout.charge,
                "provider_payment_charge_id": "",
            }
            assert "text" not in message

        run_scenario(scenario)

    def test_a_rejected_payment_charges_nothing_and_shows_the_words_of_the_bot(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness, {"ok": False, "error_message": "Already paid: thank you!"})
            wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
            checkout = await wallet.pays(await invoice_link(harness))
            assert (checkout.state, checkout.error) == (CheckoutState.DECLINED, "Already paid: thank you!")
            assert wallet.stars == STARS_AT_FIRST
            assert delivered(harness, "successful_payment") == []

        run_scenario(scenario)

    def test_an_answer_after_ten_seconds_is_rejected_and_nothing_is_charged(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness, {})
            wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
            link = await invoice_link(harness)
            in_time, too_late = await wallet.pays(link), await wallet.pays(link)
            harness.advance(ANSWER_WINDOW)
            answer = {"ok": True}
            accepted = await harness.call("answerPreCheckoutQuery", pre_checkout_query_id=in_time.id, **answer)
            assert accepted.body["result"] is True
            again = await harness.call("answerPreCheckoutQuery", pre_checkout_query_id=in_time.id, **answer)
            assert again.description.startswith("Bad Request: query is too old")
            harness.advance(SECOND)
            assert too_late.state is CheckoutState.TIMED_OUT
            late = await harness.call("answerPreCheckoutQuery", pre_checkout_query_id=too_late.id, **answer)
            assert late.description == again.description
            assert (in_time.state, wallet.stars) == (CheckoutState.PAID, STARS_AT_FIRST - 199)

        run_scenario(scenario)

    def test_an_answer_in_a_response_that_is_lost_has_no_effect_until_the_query_comes_again(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
            await harness.telegram.idle()
            harness.telegram.faults.lose_webhook_answers()
            checkout = await wallet.pays(await invoice_link(harness))
            assert len(delivered(harness, "pre_checkout_query")) == 2
            assert checkout.state is CheckoutState.PAID
            assert wallet.stars == STARS_AT_FIRST - 199

        run_scenario(scenario)

    def test_a_pre_checkout_query_does_not_wait_for_a_tap_of_the_same_person(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            keyboard = {"inline_keyboard": [[{"text": "Plans", "callback_data": "plans"}]]}
            await harness.call("sendMessage", chat_id=anna.user_id, text="Hi", reply_markup=keyboard)
            gate = harness.hold("callback_query")
            await anna.taps("Plans", wait=False)
            wallet = harness.telegram.wallet(anna.user_id)
            checkout = await wallet.pays(await invoice_link(harness), wait=False)
            await harness.wait_until(lambda: checkout.state is CheckoutState.PAID)
            gate.set()
            await harness.telegram.idle()

        run_scenario(scenario)

    def test_too_few_stars_are_noticed_before_the_bot_is_asked(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
            wallet.has(198)
            link = await invoice_link(harness)
            with pytest.raises(BalanceTooLow):
                await wallet.pays(link)
            wallet.has(199)
            assert (await wallet.pays(link)).state is CheckoutState.PAID
            assert len(delivered(harness, "pre_checkout_query")) == 1

        run_scenario(scenario)

    def test_a_link_can_be_paid_by_anybody_and_more_than_once_also_while_the_bot_is_blocked(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna, boris = await person_with_chat(harness), harness.telegram.person("Boris")
            link = await invoice_link(harness)
            await anna.blocks_bot()
            for payer in (anna, boris, anna):
                assert (await harness.telegram.wallet(payer.user_id).pays(link)).state is CheckoutState.PAID
            messages = delivered(harness, "successful_payment")
            assert [message["from"]["id"] for message in messages] == [anna.user_id, boris.user_id, anna.user_id]
            assert len({message["successful_payment"]["telegram_payment_charge_id"] for message in messages}) == 3

        run_scenario(scenario)

    def test_the_message_about_a_payment_waits_behind_a_message_that_fails_and_is_never_delivered_after_a_day(
        self,
    ) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            await harness.telegram.idle()
            wallet = harness.telegram.wallet(anna.user_id)
            gate = harness.hold("message")
            await anna.sends("this fails for ten minutes", wait=False)
            checkout = await wallet.pays(await invoice_link(harness), wait=False)
            await harness.wait_until(lambda: checkout.state is CheckoutState.PAID)
            harness.advance(timedelta(minutes=10))
            assert delivered(harness, "successful_payment") == []
            harness.advance(DAY)
            gate.set()
            await harness.telegram.idle()
            assert delivered(harness, "successful_payment") == []
            assert len(harness.telegram.stars.transactions) == 1

        run_scenario(scenario)


class TestRefunds:
    """Sending Stars back."""

    def test_a_refund_moves_the_stars_back_and_the_message_comes_from_the_bot_itself(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            wallet = harness.telegram.wallet(anna.user_id)
            charge = (await wallet.pays(await invoice_link(harness))).charge
            wanted = {"user_id": anna.user_id, "telegram_payment_charge_id": charge}
            assert (await harness.call("refundStarPayment", **wanted)).body["result"] is True
            await harness.telegram.idle()
            assert wallet.stars == STARS_AT_FIRST
            (message,) = delivered(harness, "refunded_payment")
            assert message["from"] == harness.telegram.conversations.bot
            assert message["chat"]["id"] == anna.user_id
            assert message["refunded_payment"]["telegram_payment_charge_id"] == charge
            again = await harness.call("refundStarPayment", **wanted)
            assert again.description == "Bad Request: CHARGE_ALREADY_REFUNDED"
            listed: Any = (await harness.call("getStarTransactions")).result["transactions"]
            assert [(entry["id"], "source" in entry, "receiver" in entry) for entry in listed] == [
                (charge, True, False),
                (charge, False, True),
            ]

        run_scenario(scenario)

    def test_a_refund_of_another_person_or_without_the_stars_is_rejected(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna, boris = await person_with_chat(harness), await person_with_chat(harness)
            charge = (await harness.telegram.wallet(anna.user_id).pays(await invoice_link(harness))).charge
            harness.telegram.stars.bot_balance = 198
            rejected = [
                (boris.user_id, "CHARGE_ID_INVALID"),
                (anna.user_id, "BALANCE_TOO_LOW"),
                (1, "USER_ID_INVALID"),
                (0, "invalid user_id specified"),
            ]
            for user_id, description in rejected:
                refused = await harness.call("refundStarPayment", user_id=user_id, telegram_payment_charge_id=charge)
                assert (refused.status, refused.description) == (400, f"Bad Request: {description}")

        run_scenario(scenario)


def test_transactions_come_in_pages_the_oldest_first() -> None:
    async def scenario(harness: Harness) -> None:
        await ready(harness)
        wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
        link = await invoice_link(harness)
        charges = [(await wallet.pays(link)).charge for _ in range(5)]
        page: Any = (await harness.call("getStarTransactions", offset=1, limit=2)).result["transactions"]
        assert [entry["id"] for entry in page] == charges[1:3]
        assert page[0]["source"]["invoice_payload"] == "person.order"
        rest: Any = (await harness.call("getStarTransactions", offset=4)).result["transactions"]
        assert [entry["id"] for entry in rest] == charges[4:]

    run_scenario(scenario)
