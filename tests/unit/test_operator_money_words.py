"""What operators read about money: the names of services, reasons in words, and counted years and days."""

from dataclasses import replace

import pytest

from tests.unit.money_screens import LANGUAGES, MESSAGES, ORDER_ID, Sample
from vpnbot.domain.payments.alerts import PERSONAL, AlertKind, AlertMessage
from vpnbot.domain.payments.setting_field import SettingField
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.plans.findings import Finding, Problem
from vpnbot.telegram.admin import shop_settings_screens as settings
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.customer.alert_screens import alert_screen
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Screen, phrase

ABOUT = {
    "order": ORDER_ID,
    "person": "ab" * 16,
    "payment": "2d5f",
    "provider": "yookassa",
    "reason": "general_decline",
    "count": "5",
    "events": '[{"at": "2026-03-01T12:00:00+00:00", "kind": "sale", "person": "", "provider": "yookassa",'
    ' "minor": 29900, "currency": "RUB", "titles": {"en": "Standard", "ru": "Стандарт"}, "seconds": 2592000}]',
    **dict.fromkeys(("paid", "price", "surplus", "amount", "left"), "29900 RUB"),
}


def words(screen: Screen, language: str = "en") -> str:
    """Return the text of a screen, as a person reads it."""
    return Sample("", language, screen).text.replace("\u00a0", " ")


PERSONAL_ALERTS = {
    AlertKind.GIVEN_DAYS: {
        "since": "2026-03-02T00:00:00+00:00",
        "given": '[{"name": "@ann", "days": 21, "people": 4}]',
        "more": "3",
    },
    AlertKind.BROADCAST_WITHHELD: {"broadcast": "260301120000aaaaaa", "title": "Hello", "author": "@ann"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(PERSONAL))
def test_an_alert_about_the_staff_names_the_member_and_leads_to_more(kind: AlertKind, language: str) -> None:
    screen = alert_screen(AlertMessage(kind, PERSONAL_ALERTS[kind]))
    text = words(screen, language)
    assert "@ann" in text
    assert not {"{", "None"} & set(text.split())
    assert len(text.split()) <= 30
    assert screen.rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in AlertKind if kind not in PERSONAL])
def test_an_alert_names_the_service_and_not_the_ways_to_pay_there(kind: AlertKind, language: str) -> None:
    text = words(alert_screen(AlertMessage(kind, ABOUT)), language)
    assert not any(way in text for way in ("Card or SBP", "Карта или СБП"))
    assert "general_decline" not in text


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("insufficient_funds", "YooKassa: the shop's balance is too low."),
        ("a_reason_of_the_future", "YooKassa: a_reason_of_the_future."),
    ],
)
def test_a_refused_refund_says_why(reason: str, shown: str) -> None:
    about = ABOUT | {"reason": reason}
    text = words(alert_screen(AlertMessage(AlertKind.REFUND_REFUSED, about)))
    assert f"299 ₽ could not be sent back. {shown}" in text


def test_a_provider_of_the_future_has_a_general_name() -> None:
    text = words(alert_screen(AlertMessage(AlertKind.PROVIDER_DOWN, {"provider": "x"})))
    assert text.startswith("🔴 The payment service isn't answering.")


@pytest.mark.parametrize(
    ("language", "none", "three"), [("en", "Refunds: none", "3 d"), ("ru", "Возврат: нет", "3 дн.")]
)
def test_no_refunds_is_not_a_number_of_days(language: str, none: str, three: str) -> None:
    for days, expected in ((0, none), (3, three)):
        shown = Sample("", language, settings.settings(replace(ShopSettings(), refund_days=days), (), ()))
        assert any(expected in label for _, label, _ in shown.labels())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", SettingField)
def test_the_history_names_each_setting(field: SettingField, language: str) -> None:
    assert Renderer(MESSAGES, language).plain(phrase(f"shop-name-{field}"))


def test_a_finding_names_the_service_and_leaves_an_unknown_word_as_it_was_typed() -> None:
    nothing, unknown = (
        Finding(Problem.NOTHING_IN_CURRENCY, about="crypto_pay"),
        Finding(Problem.PROVIDER, about="yukassa"),
    )
    shown = words(Screen((finding_lines((nothing, unknown)),)))
    assert "No plan on sale has a price that Crypto Pay takes." in shown
    assert "There is no payment provider yukassa." in shown
