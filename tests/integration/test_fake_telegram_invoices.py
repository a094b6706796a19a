"""The fake Telegram accepts and rejects invoices in Stars as Telegram does."""

import pytest

from local.telegram.wallet import NoInvoiceError
from tests.integration.stars_invoices import INVOICE, PERIOD, invoice_link
from tests.integration.telegram_harness import Harness, person_with_chat, run_scenario


class TestInvoices:
    """What Telegram accepts."""

    @pytest.mark.parametrize(
        ("changed", "description"),
        [
            ({"payload": ""}, "INVOICE_PAYLOAD_INVALID"),
            ({"payload": "ы" * 65}, "INVOICE_PAYLOAD_INVALID"),
            ({"prices": []}, "STARS_INVOICE_INVALID"),
            ({"prices": [{"label": "a", "amount": 1}, {"label": "b", "amount": 1}]}, "STARS_INVOICE_INVALID"),
            ({"prices": [{"label": "a", "amount": 0}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
            ({"prices": [{"label": "a", "amount": 100_001}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
            ({"provider_token": "123:TEST"}, "PAYMENT_PROVIDER_INVALID"),
            ({"subscription_period": 86_400}, "SUBSCRIPTION_PERIOD_INVALID"),
            (
                {"subscription_period": PERIOD, "prices": [{"label": "a", "amount": 10_001}]},
                "SUBSCRIPTION_AMOUNT_INVALID",
            ),
            ({"title": "x" * 33}, "invoice title must have 1-32 characters"),
            ({"description": ""}, "invoice description must have 1-255 characters"),
            ({"prices": [{"label": "a", "amount": "199"}]}, "can't parse labeled price"),
            ({"prices": "free"}, "can't parse prices JSON object"),
        ],
    )
    def test_a_wrong_invoice_is_rejected(self, changed: dict[str, object], description: str) -> None:
        async def scenario(harness: Harness) -> None:
            response = await harness.call("createInvoiceLink", **{**INVOICE, **changed})
            assert (response.status, response.description) == (400, f"Bad Request: {description}")

        run_scenario(scenario)

    @pytest.mark.parametrize(
        "changed",
        [
            {"payload": "x" * 128},
            {"prices": [{"label": "a", "amount": 100_000}]},
            {"subscription_period": PERIOD, "prices": [{"label": "a", "amount": 10_000}]},
            {"title": "x" * 32, "description": "y" * 255},
        ],
    )
    def test_the_largest_values_are_accepted(self, changed: dict[str, object]) -> None:
        async def scenario(harness: Harness) -> None:
            link = await invoice_link(harness, **changed)
            assert link.startswith("https://t.me/$")
            sheet = harness.telegram.wallet(harness.telegram.person("Anna").user_id).sheet(link)
            assert sheet.title == {**INVOICE, **changed}["title"]

        run_scenario(scenario)

    def test_other_links_open_no_payment_sheet(self) -> None:
        async def scenario(harness: Harness) -> None:
            wallet = harness.telegram.wallet(harness.telegram.person("Anna").user_id)
            with pytest.raises(NoInvoiceError):
                wallet.sheet("https://example.org/terms")

        run_scenario(scenario)

    def test_a_sent_invoice_can_be_paid_and_its_forwarded_copy_unless_it_has_a_start_parameter(
        self,
    ) -> None:
        async def scenario(harness: Harness) -> None:
            anna, boris = await person_with_chat(harness), await person_with_chat(harness)
            for start_parameter, buttons in (("", ["Pay ⭐️199"]), ("buy", [])):
                invoice = {**INVOICE, "chat_id": anna.user_id, "start_parameter": start_parameter}
                sent = (await harness.call("sendInvoice", **invoice)).result
                assert sent["invoice"] == {
                    "title": "Standard",
                    "description": "VPN for 30 days",
                    "start_parameter": start_parameter,
                    "currency": "XTR",
                    "total_amount": 199,
                }
                assert anna.screen.labels == ["Pay ⭐️199"]
                forwarded = {"from_chat_id": anna.user_id, "message_id": sent["message_id"]}
                await harness.call("forwardMessage", chat_id=boris.user_id, **forwarded)
                assert [button.text for row in boris.messages[-1].buttons for button in row] == buttons

        run_scenario(scenario)
