"""What an operator types about a plan or a setting, and what it means."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.plans import PRO
from vpnbot.domain.payments.setting_field import SettingField, shows_stars_rule
from vpnbot.domain.payments.setting_input import with_setting
from vpnbot.domain.payments.shop_settings import PaymentMode, Receipts, ShopSettings
from vpnbot.domain.plans.plan_field import PlanField, new_duration, new_plan_id, prices, whole_number, with_answer
from vpnbot.domain.servers.operator_input import BadInput


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("299 RUB", {"RUB": 299_00}),
        ("299 rub, 199 XTR, 3.49 USD", {"RUB": 299_00, "XTR": 199, "USD": 3_49}),
        ("299₽; 199⭐; $3.49", {"RUB": 299_00, "XTR": 199, "USD": 3_49}),
        ("2 690 ₽\n1\u00a0790 ⭐️", {"RUB": 2690_00, "XTR": 1790}),
        ("3,49 €", {"EUR": 3_49}),
        ("$ 3.5", {"USD": 3_50}),
        ("100 JPY", {"JPY": 100}),
    ],
)
def test_prices_are_read_as_people_write_them(text: str, expected: dict[str, int]) -> None:
    assert prices(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "299",
        "RUB",
        "299 RUB 199 XTR",
        "299 RUB, 300 RUB",
        "1.5 XTR",
        "2.505 RUB",
        "-5 RUB",
        "$5 USD",
        "5 roubles",
    ],
)
def test_what_is_no_list_of_prices_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="prices"):
        prices(text)


def test_durations_are_days_or_hours() -> None:
    assert (new_duration(" 30 ").id, new_duration("30").time) == ("30d", timedelta(days=30))
    assert (new_duration("12H").id, new_duration("12 h").time) == ("12h", timedelta(hours=12))
    for text in ("", "0", "h", "1 month", "1.5"):
        with pytest.raises(BadInput, match="duration"):
            new_duration(text)


def test_a_known_duration_keeps_its_prices_when_it_is_added_again() -> None:
    assert with_answer(PRO, PlanField.NEW_DURATION, "", "30") == PRO


@pytest.mark.parametrize("field", [PlanField.PRICES])
def test_the_prices_of_a_duration_that_is_gone_are_refused(field: PlanField) -> None:
    with pytest.raises(BadInput, match="no_duration"):
        with_answer(PRO, field, "7d", "299 RUB")


def test_numbers_may_be_grouped_and_nothing_else_is_one() -> None:
    assert whole_number(" 1 000 ") == 1000
    for text in ("", "-1", "1.5", "many", "1" * 10, "٣"):
        with pytest.raises(BadInput, match="number"):
            whole_number(text)


def test_an_id_is_written_in_small_letters() -> None:
    assert new_plan_id(" Pro-2 ") == "pro-2"
    for text in ("", "два", "p" * 21, "a b", "a:b"):
        with pytest.raises(BadInput, match="plan_id"):
            new_plan_id(text)


def test_a_title_is_one_line_and_not_empty() -> None:
    assert with_answer(PRO, PlanField.TITLE, "en", " Two\n words ").title("en") == "Two words"
    with pytest.raises(BadInput, match="empty"):
        with_answer(PRO, PlanField.TITLE, "en", " \n ")


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (SettingField.PROVIDER, "yookassa", ShopSettings(providers=("stars", "yookassa"), stars_rule_shown=True)),
        (SettingField.PROVIDER, "stars", ShopSettings(providers=())),
        (SettingField.EARLIER, "stars", ShopSettings()),
        (SettingField.RECEIPTS, "email", ShopSettings(receipts=Receipts.EMAIL)),
        (SettingField.PAYMENT_MODE, "full_prepayment", ShopSettings(payment_mode=PaymentMode.FULL_PREPAYMENT)),
        (SettingField.CONTACT, " a@b.example ", ShopSettings(fallback_contact="a@b.example")),
        (SettingField.CONTACT, "-", ShopSettings()),
        (SettingField.BASE_CURRENCY, " usd ", ShopSettings(base_currency="USD")),
        (SettingField.REFUND_DAYS, "3", ShopSettings(refund_days=3)),
    ],
)
def test_a_setting_is_changed_and_the_others_stay(field: SettingField, text: str, expected: ShopSettings) -> None:
    assert with_setting(ShopSettings(), field, text) == expected


def test_a_choice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadInput, match="choice"):
        with_setting(ShopSettings(), SettingField.RECEIPTS, "by pigeon")


def test_telegrams_rule_is_shown_before_the_first_other_provider_only() -> None:
    first = ShopSettings(providers=())
    assert not shows_stars_rule(first, SettingField.PROVIDER, "stars")
    assert shows_stars_rule(first, SettingField.PROVIDER, "yookassa")
    assert not shows_stars_rule(replace(first, stars_rule_shown=True), SettingField.PROVIDER, "yookassa")
    assert not shows_stars_rule(replace(first, providers=("yookassa",)), SettingField.PROVIDER, "yookassa")
    assert not shows_stars_rule(first, SettingField.RECEIPTS, "off")
