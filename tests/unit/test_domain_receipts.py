"""Settings and addresses of fiscal receipts."""

import pytest

from vpnbot.domain.payments.receipts import LONGEST_EMAIL, ReceiptSettings, is_email, is_phone


@pytest.mark.parametrize("text", ["a@b.ru", "first.last+vpn@example.co.uk", "почта@пример.рф", "x" * 247 + "@bc.com"])
def test_an_address_for_a_receipt(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@b.ru",
        "a@",
        "a@@b.ru",
        "a@b@c.ru",
        "a b@c.ru",
        "a@b.ru,c@d.ru",
        "a@b.ru;c@d.ru",
        "a@b.ru\n",
        "a\x00@b.ru",
        "a@b.ru ",
        "<a@b.ru>",
        "x" * LONGEST_EMAIL + "@b.ru",
    ],
)
def test_no_address_for_a_receipt(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("+79991234567", True),
        ("79991234567", True),
        ("89991234567", True),
        ("9991234", False),
        ("+7 999 1234567", False),
    ],
)
def test_a_phone_number(text: str, is_one: bool) -> None:
    assert is_phone(text) is is_one


def test_settings_that_no_provider_would_accept_are_named() -> None:
    assert ReceiptSettings().problems == []
    assert ReceiptSettings(enabled=True, vat_code=12, payment_mode="full_prepayment").problems == []
    assert ReceiptSettings(vat_code=0, payment_mode="credit").problems == ["vat_code", "payment_mode"]
    assert ReceiptSettings(vat_code=13).problems == ["vat_code"]
