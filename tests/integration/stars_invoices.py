"""Invoices in Stars for tests of the fake Telegram and of the adapter."""

from typing import Any

from tests.integration.telegram_harness import Harness

PERIOD = 2_592_000
INVOICE: dict[str, Any] = {
    "title": "Standard",
    "description": "VPN for 30 days",
    "payload": "person.order",
    "provider_token": "",
    "currency": "XTR",
    "prices": [{"label": "Standard", "amount": 199}],
}
ACCEPT: dict[str, object] = {"ok": True}


async def invoice_link(harness: Harness, **changed: object) -> str:
    """Make the bot create an invoice link; return it."""
    response = await harness.call("createInvoiceLink", **{**INVOICE, **changed})
    assert response.status == 200, response.body
    return str(response.body["result"])


async def ready(harness: Harness, checkout: dict[str, object] = ACCEPT) -> None:
    """Set the webhook; the bot answers pre-checkout queries like this."""
    harness.checkout = checkout
    await harness.set_webhook()
