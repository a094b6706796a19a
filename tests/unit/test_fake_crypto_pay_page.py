"""The page of the fake Crypto Pay is in one language, and says what became of the invoice."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.crypto_pay.invoices import Invoice
from local.crypto_pay.pay_page import pay_page

NOW = datetime(2026, 12, 1, tzinfo=UTC)
OPEN = Invoice(1, "IV1", "299.00", "RUB", "payload", "<b>: VPN", NOW, NOW + timedelta(hours=1))
PAID = replace(OPEN, paid_at=NOW)
LATER = NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("accepts", "language", "asks", "thanks", "over"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru", "Чем оплатить?", "Оплачено, спасибо!", "Время на оплату вышло."),
        ("en-US,en;q=0.9", "en", "What would you like to pay with?", "Paid, thank you!", "The time to pay"),
        ("", "en", "What would you like to pay with?", "Paid, thank you!", "The time to pay"),
    ],
)
def test_it_is_in_the_language_of_the_browser(accepts: str, language: str, asks: str, thanks: str, over: str) -> None:
    shown = [pay_page(OPEN, NOW, accepts), pay_page(PAID, NOW, accepts), pay_page(OPEN, LATER, accepts)]
    for page, words in zip(shown, (asks, thanks, over), strict=True):
        assert f'<html lang="{language}">' in page
        assert words in page
        assert bool(re.search("[а-яё]", page)) is (language == "ru")
    assert ["<form" in page for page in shown] == [True, False, False]


def test_what_is_bought_is_shown_as_text() -> None:
    assert "&lt;b&gt;: VPN" in pay_page(OPEN, NOW)
