"""The adapter for Telegram Stars reads the list of transactions: every payment since a time, however it changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from local.telegram.payment_faults import PaymentFault
from local.telegram.star_ledger import Partner, Transaction
from local.telegram.wallet import Wallet
from tests.integration.providers.stars_bench import PERSON, SECOND, Shop, order
from tests.integration.telegram_harness import NOON, Harness, run_scenario
from vpnbot.domain.orders.reports import PaymentReport


def filled(harness: Harness, wallet: Wallet, count: int, every: timedelta = SECOND) -> list[str]:
    """Put payments into the list, one a second; return the ids of their charges."""
    partner: Partner = {"type": "user", "user": wallet.account.as_user(), "invoice_payload": f"{PERSON}.{order().id}"}
    charges = [f"charge-{number}" for number in range(count)]
    for number, charge in enumerate(charges):
        harness.telegram.stars.add(Transaction(charge, 1, NOON + number * every, True, partner))
    return charges


class TestPages:
    """Reading a long list."""

    @pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 190, 1_000])
    @pytest.mark.parametrize("first", [0, 95, 500])
    def test_all_payments_since_a_time_are_read_in_order(self, count: int, first: int) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, count)
            payments, _ = await shop.all_since(NOON + first * SECOND)
            assert [report.payment_id for report in payments] == charges[first:]

        run_scenario(scenario)

    def test_a_payment_in_the_second_of_the_time_is_read(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 2)
            payments, _ = await shop.all_since(NOON + timedelta(milliseconds=500))
            assert [report.payment_id for report in payments] == charges

        run_scenario(scenario)

    def test_a_time_is_found_in_few_calls(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 20_000)
            payments, _ = await shop.all_since(NOON + 19_950 * SECOND)
            assert [report.payment_id for report in payments] == charges[19_950:]
            assert len(harness.telegram.journal.calls_of("getStarTransactions")) < 20

        run_scenario(scenario)

    @pytest.mark.parametrize("shift", [1, 50, 250])
    def test_no_payment_is_left_out_when_the_list_grows_at_its_beginning_meanwhile(self, shift: int) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 500)
            harness.telegram.faults.payments.order(PaymentFault.TRANSACTIONS_SHIFT, shift, times=5)
            payments, _ = await shop.all_since(NOON)
            assert _without_repetitions(payments) == charges

        run_scenario(scenario)

    @pytest.mark.parametrize("removed", [1, 50, 100])
    def test_no_payment_is_left_out_when_the_list_shrinks_meanwhile(self, removed: int) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 500)
            page = await shop.does(shop.provider.since, NOON, None)
            del harness.telegram.stars.transactions[:removed]
            payments = list(page.payments)
            while page.following:
                page = await shop.does(shop.provider.since, NOON, page.following)
                payments.extend(page.payments)
            assert _without_repetitions(payments) == charges

        run_scenario(scenario)

    def test_after_a_change_of_the_list_only_the_last_pages_are_read_again(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 1_000)
            cursor: str | None = None
            for _ in range(8):
                cursor = (await shop.does(shop.provider.since, NOON, cursor)).following
            del harness.telegram.stars.transactions[:200]
            page = await shop.does(shop.provider.since, NOON, cursor)
            assert charges.index(page.payments[0].payment_id) > 500

        run_scenario(scenario)

    def test_the_refund_of_the_last_payment_is_not_taken_for_it(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges, ledger = filled(harness, shop.wallet, 200), harness.telegram.stars
            last = ledger.transactions[99]
            ledger.transactions.insert(150, replace(last, at=ledger.transactions[149].at, incoming=False))
            page = await shop.does(shop.provider.since, NOON, None)
            assert page.payments[-1].payment_id == last.id
            del ledger.transactions[:60]
            following = await shop.does(shop.provider.since, NOON, page.following)
            seen = [report.payment_id for report in (*page.payments, *following.payments)]
            assert set(charges[60:150]) <= set(seen)

        run_scenario(scenario)

    def test_many_payments_in_one_second_end(self) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 350, every=timedelta())
            harness.telegram.faults.payments.order(PaymentFault.TRANSACTIONS_SHIFT, 300)
            payments, _ = await shop.all_since(NOON)
            assert _without_repetitions(payments) == charges

        run_scenario(scenario)

    @pytest.mark.parametrize("cursor", ["", "x", "1:2", "-1:5:+a", "1:99999999999999:+a", "5:1:+gone"])
    def test_a_cursor_of_another_form_begins_at_the_time(self, cursor: str) -> None:
        async def scenario(harness: Harness) -> None:
            shop = await Shop.opened(harness)
            charges = filled(harness, shop.wallet, 3)
            page = await shop.does(shop.provider.since, NOON, cursor)
            assert [report.payment_id for report in page.payments] == charges

        run_scenario(scenario)


def _without_repetitions(payments: Sequence[PaymentReport]) -> list[str]:
    return list(dict.fromkeys(report.payment_id for report in payments))
