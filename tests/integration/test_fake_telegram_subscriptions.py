"""The fake Telegram renews subscriptions in Stars every thirty days of virtual time."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from local.telegram.star_ledger import STARS_AT_FIRST
from tests.integration.stars_invoices import ACCEPT, PERIOD, invoice_link, ready
from tests.integration.telegram_harness import Harness, delivered, person_with_chat, run_scenario

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MONTH = timedelta(seconds=PERIOD)


class TestSubscriptions:
    """Renewals every thirty days of virtual time."""

    def test_telegram_charges_every_thirty_days_with_the_same_payload_and_a_new_charge(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            wallet = harness.telegram.wallet(anna.user_id)
            await wallet.pays(await invoice_link(harness, subscription_period=PERIOD))
            for _ in range(2):
                harness.advance(MONTH)
                await harness.telegram.idle()
            payments = [message["successful_payment"] for message in delivered(harness, "successful_payment")]
            assert [payment.get("is_first_recurring", False) for payment in payments] == [True, False, False]
            assert all(payment["is_recurring"] for payment in payments)
            assert len({payment["telegram_payment_charge_id"] for payment in payments}) == 3
            assert {payment["invoice_payload"] for payment in payments} == {"person.order"}
            ends = [payment["subscription_expiration_date"] for payment in payments]
            assert [later - earlier for earlier, later in pairwise(ends)] == [PERIOD, PERIOD]
            assert len(delivered(harness, "pre_checkout_query")) == 1
            assert wallet.stars == STARS_AT_FIRST - 3 * 199
            assert harness.telegram.next_at == harness.now + MONTH

        run_scenario(scenario)

    def test_a_renewal_during_an_outage_of_more_than_a_day_is_only_in_the_list_of_transactions(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            await harness.telegram.wallet(anna.user_id).pays(await invoice_link(harness, subscription_period=PERIOD))
            harness.advance(MONTH + DAY + SECOND)
            await harness.telegram.idle()
            assert len(delivered(harness, "successful_payment")) == 1
            assert len(harness.telegram.stars.transactions) == 2

        run_scenario(scenario)

    def test_a_person_turns_the_renewal_off_and_on_and_the_bot_hears_it(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            wallet = harness.telegram.wallet(anna.user_id)
            await wallet.pays(await invoice_link(harness, subscription_period=PERIOD))
            (subscription,) = wallet.subscriptions
            await wallet.cancels(subscription)
            assert await wallet.resumes(subscription)
            await wallet.cancels(subscription)
            harness.advance(MONTH)
            await harness.telegram.idle()
            assert not await wallet.resumes(subscription)
            changes = delivered(harness, "subscription")
            assert [change["state"] for change in changes] == ["canceled", "active", "canceled"]
            assert changes[0]["user"]["id"] == anna.user_id
            assert changes[0].keys() == {"user", "invoice_payload", "state"}
            assert len(delivered(harness, "successful_payment")) == 1

        run_scenario(scenario)

    def test_a_renewal_without_enough_stars_fails_and_the_bot_hears_it(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
            await wallet.pays(await invoice_link(harness, subscription_period=PERIOD))
            wallet.has(198)
            harness.advance(MONTH)
            await harness.telegram.idle()
            assert [change["state"] for change in delivered(harness, "subscription")] == ["failed"]
            assert wallet.stars == 198
            assert harness.telegram.next_at is None

        run_scenario(scenario)

    def test_the_bot_cancels_by_the_first_charge_only_and_the_person_cannot_resume(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            anna = await person_with_chat(harness)
            wallet = harness.telegram.wallet(anna.user_id)
            first = (await wallet.pays(await invoice_link(harness, subscription_period=PERIOD))).charge
            harness.advance(MONTH)
            await harness.telegram.idle()
            renewal = harness.telegram.stars.transactions[-1].id
            assert renewal != first
            cancel = {"user_id": anna.user_id, "is_canceled": True}
            wrong = await harness.call("editUserStarSubscription", **cancel, telegram_payment_charge_id=renewal)
            assert wrong.description == "Bad Request: CHARGE_ID_INVALID"
            for _ in range(2):
                right = await harness.call("editUserStarSubscription", **cancel, telegram_payment_charge_id=first)
                assert right.body["result"] is True
            assert not await wallet.resumes(wallet.subscriptions[0])
            harness.advance(MONTH)
            await harness.telegram.idle()
            assert len(delivered(harness, "successful_payment")) == 2
            await harness.call(
                "editUserStarSubscription", user_id=anna.user_id, is_canceled=False, telegram_payment_charge_id=first
            )
            harness.advance(MONTH)
            await harness.telegram.idle()
            assert len(harness.telegram.stars.transactions) == 2

        run_scenario(scenario)

    def test_renewals_of_a_long_time_are_listed_in_the_order_of_their_times(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness)
            for _ in range(2):
                wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
                await wallet.pays(await invoice_link(harness, subscription_period=PERIOD))
                harness.advance(DAY)
            harness.advance(3 * MONTH)
            times = [entry.at for entry in harness.telegram.stars.transactions]
            assert times == sorted(times)
            assert len(times) == 2 + 2 * 3

        run_scenario(scenario)

    def test_one_person_may_have_two_subscriptions_at_once(self) -> None:
        async def scenario(harness: Harness) -> None:
            await ready(harness, ACCEPT)
            wallet = harness.telegram.wallet((await person_with_chat(harness)).user_id)
            link = await invoice_link(harness, subscription_period=PERIOD)
            await asyncio.gather(wallet.pays(link), wallet.pays(link))
            assert len(wallet.subscriptions) == 2
            await wallet.cancels(wallet.subscriptions[0])
            harness.advance(MONTH)
            await harness.telegram.idle()
            assert len(delivered(harness, "successful_payment")) == 3

        run_scenario(scenario)
