"""The adapter of Crypto Pay against the fake: invoices, reports, lists, cancelling, errors."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from local.crypto_pay.faults import CallFault
from local.crypto_pay.invoices import Rejection
from tests.integration.providers.crypto_pay_app import (
    APP,
    ORDER_ID,
    PERSON,
    START,
    TOKEN,
    CryptoPayApp,
    order_of,
    running_app,
)
from vpnbot.domain.money import Money
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, UnknownPayment, WrongAccount
from vpnbot.domain.orders.refund import Refund, RefundReason
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.errors import Misconfigured
from vpnbot.localization.messages import Messages
from vpnbot.providers.crypto_pay import provider as adapter
from vpnbot.providers.crypto_pay.provider import CryptoPay
from vpnbot.usecases.ports.payments import Refunds

OTHER_ORDER = "01JDRS2S01ABCDEFGHJKMNPQRS"
EN_DESCRIPTION = "Standard: VPN for 1 month."


@pytest.fixture
def app() -> Iterator[CryptoPayApp]:
    """A running fake with the adapter."""
    with running_app() as running:
        yield running


def pages(app: CryptoPayApp, begin: timedelta = timedelta()) -> list[PaymentReport]:
    """Return all payments since a time after START, page by page."""
    found: list[PaymentReport] = []
    cursor: str | None = None
    while True:
        page = app.provider.since(START + begin, cursor)
        found += page.payments
        cursor = page.following
        if cursor is None:
            return found


class TestAnInvoice:
    """Making an invoice and looking at it."""

    def test_is_made_with_the_price_in_its_currency_and_names_order_and_person(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of(return_to="https://t.me/bot?start=o_1"))
        (call,) = app.fake.calls
        assert call.parameters == {
            "currency_type": "fiat",
            "fiat": "RUB",
            "amount": "299.00",
            "payload": f"{PERSON}.{ORDER_ID}",
            "expires_in": 3600,
            "description": "Standard: VPN for 1 month.",
            "allow_comments": False,
            "paid_btn_name": "callback",
            "paid_btn_url": "https://t.me/bot?start=o_1",
        }
        assert begun.valid_until == START + timedelta(hours=1)
        assert begun.link.startswith(f"{app.fake.address}/pay/IV")

    @pytest.mark.parametrize(
        ("language", "description"),
        [
            ("ru", "Стандарт: VPN на 1 месяц."),
            ("en", "Standard: VPN for 1 month."),
            ("de", "Standard: VPN for 1 month."),
        ],
    )
    def test_is_described_in_the_language_of_the_order(
        self, app: CryptoPayApp, language: str, description: str
    ) -> None:
        app.provider.begin(order_of(language=language))
        assert app.fake.calls[0].parameters["description"] == description

    def test_is_described_within_the_limit(self, app: CryptoPayApp) -> None:
        order = order_of()
        plan = replace(order.offer.plan, titles={"en": "x" * 900 + "é" * 200})
        app.provider.begin(replace(order, offer=replace(order.offer, plan=plan)))
        assert len(app.fake.calls[0].parameters["description"]) == 1024

    @pytest.mark.parametrize("currency", ["RUB", "USD", "KZT"])
    def test_takes_every_currency_that_crypto_pay_has(self, app: CryptoPayApp, currency: str) -> None:
        begun = app.provider.begin(order_of(price=Money(349, currency)))
        assert app.provider.look(begun.payment_id).money == Money(349, currency)

    def test_in_another_currency_is_rejected_without_a_call(self, app: CryptoPayApp) -> None:
        with pytest.raises(ProviderRejected):
            app.provider.begin(order_of(price=Money(199, "XTR")))
        assert app.fake.calls == []

    def test_that_waits_is_pending(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        report = app.provider.look(begun.payment_id)
        assert (report.state, report.money) == (ReportedState.PENDING, Money(29_900, "RUB"))
        assert (report.account, report.order, report.person) == (APP, ORDER_ID, PERSON)
        assert (report.test, report.received, report.paid_at) == (False, "", None)

    def test_that_is_paid_has_its_price_in_money_and_what_arrived_beside_it(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.pass_time(timedelta(minutes=3))
        app.pay(begun.payment_id)
        report = app.provider.look(begun.payment_id)
        assert (report.state, report.money, report.received) == (
            ReportedState.SUCCEEDED,
            Money(29_900, "RUB"),
            "3.22 USDT",
        )
        assert report.made_at == START
        assert report.paid_at == START + timedelta(minutes=3)

    def test_that_is_over_is_canceled_with_a_reason_that_has_words(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.pass_time(timedelta(hours=1))
        report = app.provider.look(begun.payment_id)
        assert (report.state, report.reason) == (ReportedState.CANCELED, "expired_on_confirmation")

    def test_that_is_paid_after_its_end_has_succeeded(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.pass_time(timedelta(hours=2))
        assert app.provider.look(begun.payment_id).state is ReportedState.CANCELED
        app.pay(begun.payment_id, after_expiry=True)
        assert app.provider.look(begun.payment_id).state is ReportedState.SUCCEEDED

    def test_with_another_price_or_currency_is_reported_as_it_is(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.pay(begun.payment_id, "TON")
        app.fake.misreport(int(begun.payment_id), amount="298.99", fiat="USD")
        report = app.provider.look(begun.payment_id)
        assert (report.money, report.received) == (Money(29_899, "USD"), "1.15 TON")

    @pytest.mark.parametrize("payment_id", ["999", "", "0", "abc", "1,2", "1" * 19, "1001\n"])
    def test_that_does_not_exist_is_unknown(self, app: CryptoPayApp, payment_id: str) -> None:
        app.provider.begin(order_of())
        with pytest.raises(UnknownPayment):
            app.provider.look(payment_id)

    def test_of_the_test_network_is_a_test(self) -> None:
        base = "https://testnet-pay.crypt.bot/api"
        provider = CryptoPay(lambda *, again=False: TOKEN, Messages(), base)
        assert provider._is_test
        assert not CryptoPay(lambda *, again=False: TOKEN, Messages())._is_test


class TestLists:
    """Invoices are found by payload, and listed by page, in whatever order Crypto Pay lists them."""

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(adapter, "PAGE_SIZE", 5)
        monkeypatch.setattr(adapter, "PAGE_OVERLAP", 1)

    @pytest.fixture(params=[True, False], ids=["newest first", "oldest first"])
    def app(self, app: CryptoPayApp, request: pytest.FixtureRequest) -> CryptoPayApp:
        app.fake.newest_first = request.param
        return app

    def test_all_invoices_of_an_order_are_found_on_all_pages(self, app: CryptoPayApp) -> None:
        first = app.provider.begin(order_of())
        for _ in range(11):
            app.pass_time(timedelta(minutes=1))
            app.provider.begin(order_of(OTHER_ORDER))
        second = app.provider.begin(order_of())
        found = app.provider.find(order_of())
        assert [report.payment_id for report in found] == [first.payment_id, second.payment_id]

    def test_an_order_without_an_invoice_finds_none(self, app: CryptoPayApp) -> None:
        app.provider.begin(order_of(OTHER_ORDER))
        assert app.provider.find(order_of()) == []

    def test_another_persons_payload_with_the_same_order_is_not_found(self, app: CryptoPayApp) -> None:
        app.provider.begin(replace(order_of(), person="cd" * 16))
        assert app.provider.find(order_of()) == []

    def test_everything_since_a_time_is_listed(self, app: CryptoPayApp) -> None:
        for _ in range(12):
            app.provider.begin(order_of())
            app.pass_time(timedelta(minutes=1))
        expected = {str(number) for number in range(1004, 1013)}
        assert {report.payment_id for report in pages(app, timedelta(minutes=3))} == expected

    def test_an_invoice_deleted_between_two_pages_hides_no_other(self, app: CryptoPayApp) -> None:
        made = [app.provider.begin(order_of()).payment_id for _ in range(12)]
        page = app.provider.since(START)
        app.provider.cancel(page.payments[0].payment_id)
        seen = {report.payment_id for report in page.payments}
        while page.following is not None:
            page = app.provider.since(START, page.following)
            seen |= {report.payment_id for report in page.payments}
        assert seen == set(made)

    def test_invoices_of_other_programs_are_left_out_even_if_they_cannot_be_read(self, app: CryptoPayApp) -> None:
        ours = app.provider.begin(order_of())
        app.fake.invoices.create({"currency_type": "fiat", "fiat": "RUB", "amount": "1", "payload": "website 5"})
        assert [report.payment_id for report in pages(app)] == [ours.payment_id]

    def test_one_of_ours_that_cannot_be_read_is_named_and_the_others_are_read(self, app: CryptoPayApp) -> None:
        begun, other = app.provider.begin(order_of()), app.provider.begin(order_of(OTHER_ORDER))
        app.fake.misreport(int(begun.payment_id), amount="1e3")
        page = app.provider.since(START)
        assert [report.payment_id for report in page.payments] == [other.payment_id]
        assert list(page.unreadable) == ["the price is missing or malformed"]

    def test_a_list_from_the_newest_to_the_oldest_is_not_read_to_its_end(self, app: CryptoPayApp) -> None:
        for _ in range(30):
            app.provider.begin(order_of(OTHER_ORDER))
            app.pass_time(timedelta(hours=1))
        app.fake.calls.clear()
        app.provider.find(replace(order_of(), placed_at=START + timedelta(hours=29)))
        assert app.called("getInvoices") == (1 if app.fake.newest_first else 8)


class TestCancelling:
    """An invoice that waits is deleted, and nothing else."""

    def test_a_waiting_invoice_is_deleted(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        assert app.provider.cancel(begun.payment_id) is True
        with pytest.raises(UnknownPayment):
            app.provider.look(begun.payment_id)
        with pytest.raises(Rejection):
            app.pay(begun.payment_id)

    def test_a_paid_invoice_stays(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.pay(begun.payment_id)
        assert app.provider.cancel(begun.payment_id) is False
        assert app.provider.look(begun.payment_id).state is ReportedState.SUCCEEDED
        assert app.called("deleteInvoice") == 0

    def test_an_unknown_invoice_is_not_cancelled(self, app: CryptoPayApp) -> None:
        assert app.provider.cancel("999") is False

    def test_an_answer_that_is_lost_after_deleting_is_repeated_and_says_no(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.fake.faults.add(CallFault.LOST_ANSWER, on="deleteInvoice")
        assert app.provider.cancel(begun.payment_id) is False
        assert app.called("deleteInvoice") == 2


class TestErrors:
    """Every failure is one of the port's errors, and says whether the call may have had an effect."""

    @pytest.mark.parametrize(
        ("fault", "unknown", "made"),
        [
            (CallFault.ERROR, True, 0),
            (CallFault.ERROR_AFTER_ACTING, True, 1),
            (CallFault.CUT, True, 0),
            (CallFault.LOST_ANSWER, True, 1),
            (CallFault.THROTTLED, False, 0),
            (CallFault.NOT_JSON, True, 0),
            (CallFault.NOT_AN_OBJECT, True, 0),
        ],
    )
    def test_making_an_invoice_is_never_repeated(
        self, app: CryptoPayApp, fault: CallFault, unknown: bool, made: int
    ) -> None:
        app.fake.faults.add(fault)
        with pytest.raises(ProviderUnavailable) as raised:
            app.provider.begin(order_of())
        assert raised.value.unknown is unknown
        assert app.called("createInvoice") == 1
        assert len(app.provider.find(order_of())) == made

    def test_looking_is_repeated_once_when_the_connection_breaks(self, app: CryptoPayApp) -> None:
        begun = app.provider.begin(order_of())
        app.fake.faults.add(CallFault.CUT, on="getInvoices")
        assert app.provider.look(begun.payment_id).state is ReportedState.PENDING
        app.fake.faults.add(CallFault.CUT, times=2, on="getInvoices")
        with pytest.raises(ProviderUnavailable) as raised:
            app.provider.look(begun.payment_id)
        assert raised.value.unknown is False

    def test_nothing_listens(self, app: CryptoPayApp) -> None:
        app.servers.run(app.fake.stop())
        with pytest.raises(ProviderUnavailable) as raised:
            app.provider.begin(order_of())
        assert raised.value.unknown is False
        app.servers.run(app.fake.start())

    def test_a_refused_token_is_the_operators_to_correct_and_is_not_quoted(self, app: CryptoPayApp) -> None:
        app.tokens[:] = [f"{APP}:wrong-secret"]
        with pytest.raises(WrongAccount) as raised:
            app.provider.look("1001")
        assert "wrong-secret" not in str(raised.value)
        assert raised.value.setting == "cryptopay_token"

    def test_a_token_that_was_replaced_is_read_again(self, app: CryptoPayApp) -> None:
        app.tokens[:] = [f"{APP}:old", TOKEN]
        assert app.provider.begin(order_of()).payment_id == "1001"

    def test_a_price_that_crypto_pay_does_not_take_is_rejected(self, app: CryptoPayApp) -> None:
        with pytest.raises(ProviderRejected) as raised:
            app.provider.begin(order_of(price=Money(0, "RUB")))
        assert raised.value.reason == "amount_invalid"

    @pytest.mark.parametrize("token", ["", "abc", "12:", ":x", "x:y"])
    def test_a_malformed_token_names_no_account(self, app: CryptoPayApp, token: str) -> None:
        app.tokens[:] = [token]
        with pytest.raises(Misconfigured):
            _ = app.provider.account


class TestAbilities:
    """What Crypto Pay cannot do is said by the abilities, and rejected without a call."""

    def test_it_has_no_refunds_no_saved_methods_and_no_idempotence(self, app: CryptoPayApp) -> None:
        abilities = app.provider.abilities
        assert (abilities.refunds, abilities.saves_methods, abilities.idempotent) == (Refunds.NONE, False, False)
        assert (abilities.cancels, abilities.notifies, abilities.looks) == (True, True, True)

    def test_refunds_and_charges_are_rejected(self, app: CryptoPayApp) -> None:
        order, money = order_of(), Money(29_900, "RUB")
        refund = Refund(order.id, 1, "crypto_pay", APP, "1001", money, RefundReason.OPERATOR, START)
        with pytest.raises(ProviderRejected):
            app.provider.refund(refund, order, Payment("1001", APP, money))
        with pytest.raises(ProviderRejected):
            app.provider.charge(order, "method")
        with pytest.raises(UnknownPayment):
            app.provider.look_refund("1")
        assert app.provider.find_refunds("1001") == ()
        assert app.provider.receipt("1001").state == ""
        app.provider.stop_renewal(1, "1001")
        assert app.fake.calls == []

    def test_the_probe_names_the_account(self, app: CryptoPayApp) -> None:
        verdict = app.provider.probe()
        assert (verdict.account, verdict.test, verdict.fiscal, verdict.enabled) == (APP, False, False, True)

    def test_the_probe_finds_a_token_of_another_app(self, app: CryptoPayApp) -> None:
        app.fake.token = "77:other"
        app.tokens[:] = [TOKEN, "77:other"]
        with pytest.raises(WrongAccount):
            app.provider.probe()
