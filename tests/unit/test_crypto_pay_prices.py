"""The prices that the fake pay page of Crypto Pay shows."""

from datetime import UTC, datetime

import pytest

from local.crypto_pay.invoices import Invoice


@pytest.mark.parametrize(("asset", "price"), [("USDT", "3.22"), ("TON", "1.15"), ("BTC", "0.00003322")])
def test_no_price_is_rounded_to_nothing(asset: str, price: str) -> None:
    invoice = Invoice(1, "IV1", "299.00", "RUB", "payload", "VPN", datetime(2026, 3, 1, tzinfo=UTC), None)
    assert invoice.price_in(asset) == price
