"""The adapter for Telegram Stars against the fake Telegram, over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest

from local.telegram.payment_faults import PaymentFault
from local.telegram.star_ledger import ADS, BROADCASTS, OTHER, WITHDRAWAL, Transaction, gift_partner
from tests.integration.providers.stars_bench import MONTH, PERSON, Shop, answering, order
from tests.integration.telegram_harness import NOON, Harness, delivered, run_scenario
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.localization.messages import Messages
from vpnbot.providers.stars.provider import StarsProvider
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.payment_reports import payment_report, refund_report
from vpnbot.telegram.bot_api.timed_transport import TimedTransport
from vpnbot.usecases.ports.payments import Forged, NotificationRequest, PaymentProvider, Verdict


def test_the_adapter_has_the_shape_of_the_port() -> None:
    def as_port(provider: StarsProvider) -> PaymentProvider:
        return provider

    provider = as_port(StarsProvider(42, answering(None), lambda: NOON, Messages()))
    assert (provider.name, provider.account) == ("stars", "42")
    assert provider.abilities.renews_itself
    assert not provider.abilities.looks
    assert provider.hint(NotificationRequest(b"{}")) == Forged("Telegram sends no notifications about Stars")


class TestBegin:
    """Invoice links."""

    @pytest.mark.parametrize(
        ("language", "title", "description"),
        [
            ("en", "Standard", "Standard: VPN on up to 2 devices for 1 month."),
            ("ru", "Стандарт", "Стандарт: VPN на 2 устройствах, 1 месяц."),
            ("de", "Standard", "Standard: VPN on up to 2 devices for 1 month."),
        ],
    )
    def test_the_payment_sheet_has_the_price_and_the_words_of_the_order(
        self, language: str, title: str, description: str
    ) -> None:
        async def scenario(harness: Harness) -> None:
            shop, sold = await Shop.opened(harness), replace(order(), language=language)
            begun = await shop.does(shop.provider.begin, sold)
            sheet = shop.wallet.sheet(begun.link)
            assert (sheet.title, sheet.description, sheet.amount) == (title, description, 199)
            assert (sheet.payload, sheet.period) == (f"{PERSON}.{sold.id}", None)
            assert begun.payment_id == f"link:{sold.id}-1"
            assert begun.valid_until is None

        run_scenario(scenario)

    @pytest.mark.parametrize(
        ("sold", "renews"),
        [
            (order(renews=True), True),
            (order(10_000, renews=True), True),
            (order(10_001, renews=True), False),
            (order(days=90, renews=True), False),
            (order(renews=False), False),
        ],
    )
    def test_only_an_agreed_renewal_that_telegram_can_charge_is_a_subscription(
        self, sold: Order, renews: bool
    ) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            sheet = shop.wallet.sheet((await shop.does(shop.provider.begin, sold)).link)
            assert (sheet.period == MONTH) is renews
            assert ("Charged every month until you turn it off." in sheet.description) is renews

        run_scenario(scenario)

    def test_long_names_are_shortened_to_what_telegram_accepts(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop, sold = await Shop.opened(harness), order()
            plan = replace(sold.offer.plan, titles={"en": "Ж" * 300})
            begun = await shop.does(shop.provider.begin, replace(sold, offer=replace(sold.offer, plan=plan)))
            sheet = shop.wallet.sheet(begun.link)
            assert (len(sheet.title), len(sheet.description)) == (32, 255)

        run_scenario(scenario)

    def test_the_same_order_sends_the_same_request(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            for _ in range(2):
                await shop.does(shop.provider.begin, order(renews=True))
            first, second = harness.telegram.journal.calls_of("createInvoiceLink")
            assert first.arguments == second.arguments

        run_scenario(scenario)

    @pytest.mark.parametrize(
        ("sold", "reason"),
        [
            (order(0), "currency_total_amount_invalid"),
            (order(100_001), "currency_total_amount_invalid"),
        ],
    )
    def test_a_price_that_telegram_does_not_take_is_rejected(self, sold: Order, reason: str) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            with pytest.raises(ProviderRejected) as rejected:
                await shop.does(shop.provider.begin, sold)
            assert rejected.value.reason == reason
            rubles = replace(sold, offer=replace(sold.offer, price=Money(29_900, "RUB")))
            with pytest.raises(ProviderRejected, match="not RUB"):
                await shop.does(shop.provider.begin, rubles)

        run_scenario(scenario)

    def test_a_busy_telegram_is_unavailable_for_the_time_it_says_and_leaves_nothing_unknown(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            faults = harness.telegram.faults
            faults.next_calls_fail(429, retry_after=60, method="createInvoiceLink")
            with pytest.raises(ProviderUnavailable) as busy:
                await shop.does(shop.provider.begin, order())
            assert (busy.value.after, busy.value.unknown) == (timedelta(seconds=60), False)
            faults.lose_answers(2, method="createInvoiceLink")
            with pytest.raises(ProviderUnavailable) as lost:
                await shop.does(shop.provider.begin, order())
            assert not lost.value.unknown
            assert harness.telegram.token not in f"{busy.value!r}{lost.value!r}"
            faults.next_calls_fail(
                400, method="createInvoiceLink", description="Bad Request: SUBSCRIPTION_AMOUNT_INVALID"
            )
            with pytest.raises(ProviderRejected) as rejected:
                await shop.does(shop.provider.begin, order())
            assert rejected.value.reason == "subscription_amount_invalid"

        run_scenario(scenario)

    def test_a_payment_is_not_cancelled_and_no_method_is_charged(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            begun = await shop.does(shop.provider.begin, order())
            assert not shop.provider.cancel(begun.payment_id)
            with pytest.raises(ProviderRejected):
                shop.provider.charge(order(), "card")
            assert shop.provider.receipt(begun.payment_id).state == ""

        run_scenario(scenario)


class TestReports:
    """The list of transactions, and how it agrees with the updates."""

    def test_a_payment_is_the_same_in_the_update_and_in_the_list(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop, sold = await Shop.opened(harness), order(renews=True)
            await shop.sells(sold)
            (message,) = delivered(harness, "successful_payment")
            told = payment_report(message, shop.provider.account)
            (listed,) = (await shop.all_since(NOON))[0]
            assert listed == replace(told, first_of_renewals=False)
            assert listed.renews_until == NOON + MONTH
            assert listed.payer == shop.wallet.account.user_id
            assert (listed.person, listed.order) == (PERSON, sold.id)

        run_scenario(scenario)

    def test_a_refund_is_the_same_in_the_answer_the_update_and_the_list(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            paid = await shop.sells(order())
            sent = await shop.does(shop.provider.refund, *shop.refund_of(paid))
            await harness.telegram.idle()
            (message,) = delivered(harness, "refunded_payment")
            assert refund_report(message, shop.provider.account) == sent
            assert (await shop.all_since(NOON))[1] == [sent]
            assert await shop.does(shop.provider.look_refund, paid.charge) == sent
            assert await shop.does(shop.provider.find_refunds, paid.charge) == (sent,)
            looked = await shop.does(shop.provider.look, paid.charge)
            assert looked.refunded == Money(199, "XTR")

        run_scenario(scenario)

    def test_payments_of_an_order_are_found_by_its_payload(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop, mine = await Shop.opened(harness), order(seed="b")
            await shop.sells(order())
            twice = [(await shop.sells(mine)).charge for _ in range(2)]
            found = await shop.does(shop.provider.find, mine)
            assert [report.payment_id for report in found] == twice
            assert await shop.does(shop.provider.find, order(seed="c")) == ()

        run_scenario(scenario)

    def test_what_is_not_paid_or_not_refunded_is_unknown(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            begun = await shop.does(shop.provider.begin, order())
            paid = await shop.sells(order())
            for payment_id in (begun.payment_id, "no such charge"):
                with pytest.raises(UnknownPayment):
                    await shop.does(shop.provider.look, payment_id)
            with pytest.raises(UnknownPayment):
                await shop.does(shop.provider.look_refund, paid.charge)
            assert (await shop.does(shop.provider.look, paid.charge)).refunded is None

        run_scenario(scenario)

    def test_withdrawals_gifts_and_payments_of_others_are_skipped_or_have_no_order(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            ledger = harness.telegram.stars
            for partner in (WITHDRAWAL, ADS, BROADCASTS, OTHER, gift_partner(shop.wallet.account)):
                for incoming in (True, False):
                    ledger.add(Transaction("other", 5, NOON, incoming, partner))
            harness.telegram.faults.payments.order(PaymentFault.OTHER_PAYLOAD, "plan_30_of_another_bot")
            await shop.sells(order())
            payments, refunds = await shop.all_since(NOON)
            assert [(report.order, report.money) for report in payments] == [(None, Money(199, "XTR"))]
            assert refunds == []

        run_scenario(scenario)


class TestRefunds:
    """Sending Stars back."""

    def test_a_repeated_refund_succeeds_and_the_stars_move_once(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            paid = await shop.sells(order())
            reports = [await shop.does(shop.provider.refund, *shop.refund_of(paid)) for _ in range(2)]
            assert {report.state for report in reports} == {ReportedState.SUCCEEDED}
            assert {report.refund_id for report in reports} == {paid.charge}
            assert shop.wallet.stars == 10_000

        run_scenario(scenario)

    def test_a_refund_that_says_it_was_done_before_is_a_success(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            paid = await shop.sells(order())
            harness.telegram.faults.payments.order(PaymentFault.REFUND_SAYS_ALREADY)
            sent = await shop.does(shop.provider.refund, *shop.refund_of(paid))
            assert sent.state is ReportedState.SUCCEEDED
            assert shop.wallet.stars == 10_000

        run_scenario(scenario)

    def test_a_failure_after_the_stars_moved_is_unknown_and_the_list_tells(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            paid = await shop.sells(order())
            harness.telegram.faults.payments.order(PaymentFault.REFUND_FAILS_AFTER)
            with pytest.raises(ProviderUnavailable) as unknown:
                await shop.does(shop.provider.refund, *shop.refund_of(paid))
            assert unknown.value.unknown
            (found,) = await shop.does(shop.provider.find_refunds, paid.charge)
            assert found.money == Money(199, "XTR")

        run_scenario(scenario)

    def test_a_bot_with_too_few_stars_is_told_so(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            paid = await shop.sells(order())
            harness.telegram.stars.bot_balance = -50
            with pytest.raises(ProviderRejected) as rejected:
                await shop.does(shop.provider.refund, *shop.refund_of(paid))
            assert rejected.value.reason == "insufficient_funds"

        run_scenario(scenario)

    def test_a_part_an_unknown_charge_and_an_unknown_payer_are_rejected(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            paid = await shop.sells(order())
            refund, sold, payment = shop.refund_of(paid)
            tried = [
                (*shop.refund_of(paid, stars=100), "whole_only"),
                (replace(refund, payer=None), sold, replace(payment, payer=None), "payer_unknown"),
                (refund, sold, replace(payment, id="no such charge"), "charge_id_invalid"),
            ]
            for *arguments, reason in tried:
                with pytest.raises(ProviderRejected) as rejected:
                    await shop.does(shop.provider.refund, *arguments)
                assert rejected.value.reason == reason
            assert shop.wallet.stars == 10_000 - 199

        run_scenario(scenario)


def test_a_stopped_subscription_is_not_charged_again_and_can_be_stopped_twice() -> None:
    async def scenario(harness: Harness) -> None:
        shop = await Shop.opened(harness)
        paid, payer = await shop.sells(order(renews=True)), shop.wallet.account.user_id
        for _ in range(2):
            await shop.does(shop.provider.stop_renewal, payer, paid.charge)
        harness.advance(MONTH)
        await harness.telegram.idle()
        assert len(delivered(harness, "successful_payment")) == 1
        with pytest.raises(ProviderRejected) as rejected:
            await shop.does(shop.provider.stop_renewal, payer, "no such charge")
        assert rejected.value.reason == "charge_id_invalid"

    run_scenario(scenario)


def test_a_renewal_in_the_list_ends_later_than_the_payment_before() -> None:
    async def scenario(harness: Harness) -> None:
        shop = await Shop.opened(harness)
        await shop.sells(order(renews=True))
        harness.advance(MONTH)
        await harness.telegram.idle()
        first, second = (await shop.all_since(NOON))[0]
        assert (first.renews_until, second.renews_until) == (NOON + MONTH, NOON + 2 * MONTH)
        assert first.order == second.order
        told = [payment_report(message, "42") for message in delivered(harness, "successful_payment")]
        assert [(report.renewal, report.renews_until) for report in told] == [
            (False, first.renews_until),
            (True, second.renews_until),
        ]

    run_scenario(scenario)


def test_the_probe_tells_a_wrong_token_and_another_bot() -> None:
    async def scenario(harness: Harness) -> None:
        shop = await Shop.opened(harness)
        assert await shop.does(shop.provider.probe) == Verdict(shop.provider.account, fiscal=False, enabled=True)
        revoked = BotApi("42:wrong", TimedTransport(harness.base))
        another = BotApi(harness.telegram.token, TimedTransport(harness.base))
        for bot_id, call in ((42, revoked.call), (43, another.call)):
            with pytest.raises(WrongAccount):
                await shop.does(StarsProvider(bot_id, call, lambda: NOON, Messages()).probe)

    run_scenario(scenario)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"transactions": None},
        {"transactions": {"0": {"id": "a", "amount": 1, "date": 5}}},
    ],
)
def test_a_list_that_cannot_be_read_is_an_outage_and_never_an_empty_list(answer: object) -> None:
    provider = StarsProvider(42, answering(answer), lambda: NOON, Messages())
    with pytest.raises(ProviderUnavailable):
        provider.since(NOON)


@pytest.mark.parametrize("link", [None, 5, "", "tg://invoice"])
def test_an_answer_without_a_link_is_an_outage(link: object) -> None:
    provider = StarsProvider(42, answering(link), lambda: NOON, Messages())
    with pytest.raises(ProviderUnavailable):
        provider.begin(order())
