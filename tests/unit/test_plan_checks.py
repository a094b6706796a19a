"""The checks of a plan and of the shop's settings before they are saved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.plans import CATALOGUE, HIDDEN, LANGUAGES, MONTH, PRO, QUARTER, days
from vpnbot.domain.payments.receipt_contact import is_email, is_phone
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import Receipts, ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, Problem, Severity, errors, to_confirm
from vpnbot.domain.plans.plan_checks import check_plan
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan


def problems(plan: SoldPlan, catalogue: Catalogue = CATALOGUE, before: SoldPlan | None = None) -> list[Problem]:
    """Return what is wrong with a plan."""
    return [finding.problem for finding in check_plan(catalogue, plan, LANGUAGES, before)]


def test_a_plan_as_it_should_be_has_no_findings() -> None:
    assert problems(PRO) == []


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (replace(PRO, id="Pro"), Problem.ID),
        (replace(PRO, id="p" * 21), Problem.ID),
        (replace(PRO, titles={"en": "T" * 33, "ru": "Про"}), Problem.TITLE_LONG),
        (replace(PRO, titles={"en": "\U0001f680" * 17, "ru": "Про"}), Problem.TITLE_LONG),
        (replace(PRO, titles={"en": " ", "ru": "Про"}), Problem.TITLE_LONG),
        (replace(PRO, titles={"en": "a\nb", "ru": "Про"}), Problem.TITLE_LONG),
        (replace(PRO, lines={"en": "L" * 256, "ru": "Для вас"}), Problem.LINE_LONG),
        (replace(PRO, titles={**PRO.titles, "en-US!": "Pro"}), Problem.LANGUAGE),
        (replace(PRO, devices=0), Problem.DEVICES),
        (replace(PRO, devices=101), Problem.DEVICES),
        (replace(PRO, keys=0), Problem.KEYS),
        (replace(PRO, keys=11), Problem.KEYS),
        (replace(PRO, traffic_bytes=0), Problem.TRAFFIC),
        (replace(PRO, position=-1), Problem.POSITION),
        (replace(PRO, countries=("NL", "XX")), Problem.COUNTRY),
        (replace(PRO, countries=("NL", "NL")), Problem.COUNTRY),
        (replace(PRO, titles={}), Problem.TITLE_NONE),
        (replace(PRO, lines={}), Problem.LINE_NONE),
        (replace(PRO, durations=()), Problem.NO_DURATION),
        (replace(PRO, durations=(days(7, RUB=99_00),)), Problem.NO_MONTH),
        (replace(PRO, durations=(MONTH, days(90, XTR=529))), Problem.NO_BASE_PRICE),
        (replace(PRO, durations=(replace(MONTH, id="30 d"),)), Problem.DURATION_ID),
        (replace(PRO, durations=(MONTH, replace(MONTH, id="again"))), Problem.DURATION_TWICE),
        (replace(PRO, durations=(MONTH, replace(QUARTER, id="30d"))), Problem.DURATION_TWICE),
        (replace(PRO, durations=(MONTH, days(731, RUB=9999_00))), Problem.DURATION_LENGTH),
        (replace(PRO, durations=(MONTH, SoldDuration("0", timedelta(0), {"RUB": 100}))), Problem.DURATION_LENGTH),
        (replace(PRO, durations=(days(30, RUB=299_00, rub=1),)), Problem.CURRENCY),
        (replace(PRO, durations=(days(30, RUB=99),)), Problem.PRICE_LOW),
        (replace(PRO, durations=(days(30, RUB=350_000_01),)), Problem.PRICE_HIGH),
        (replace(PRO, durations=(days(30, RUB=299_00, XTR=0),)), Problem.PRICE_LOW),
        (replace(PRO, durations=(days(31, RUB=299_00, XTR=100_001),)), Problem.PRICE_HIGH),
        (replace(PRO, durations=(days(30, RUB=299_00, XTR=10_001),)), Problem.RENEWAL_PRICE),
        (replace(PRO, durations=(days(30, RUB=299_00, USD=0),)), Problem.PRICE_LOW),
        (
            replace(PRO, durations=tuple(days(30 + n, RUB=(30 + n) * 100) for n in range(11))),
            Problem.TOO_MANY_DURATIONS,
        ),
    ],
)
def test_what_must_not_be_sold_is_an_error(plan: SoldPlan, problem: Problem) -> None:
    found = errors(check_plan(CATALOGUE, plan, LANGUAGES))
    assert problem in {finding.problem for finding in found}


@pytest.mark.parametrize(
    "plan",
    [
        replace(PRO, durations=(days(30, RUB=1_00, XTR=1, USD=1),)),
        replace(PRO, durations=(days(30, RUB=350_000_00, XTR=10_000),)),
        replace(PRO, durations=(days(31, RUB=350_000_00, XTR=100_000),)),
        replace(PRO, titles={"en": "T" * 32, "ru": "Т" * 32}, lines={"en": "L" * 255, "ru": "Л" * 255}),
        replace(PRO, id="a-1" + "z" * 17, devices=100, keys=10, countries=("NL", "NO")),
    ],
)
def test_the_largest_and_smallest_allowed_values_are_no_errors(plan: SoldPlan) -> None:
    assert errors(check_plan(Catalogue(), plan, LANGUAGES)) == ()


def test_what_a_hidden_plan_lacks_is_only_a_warning() -> None:
    found = check_plan(CATALOGUE, SoldPlan("new", titles={"en": "New"}), LANGUAGES)
    assert errors(found) == ()
    assert {Problem.LINE_NONE, Problem.NO_DURATION, Problem.TITLE_MISSING} <= {each.problem for each in found}


def test_a_missing_translation_is_a_warning() -> None:
    found = check_plan(CATALOGUE, replace(PRO, titles={"en": "Pro"}), LANGUAGES)
    assert found == (Finding(Problem.TITLE_MISSING, Severity.WARNING, "pro", about="ru"),)


def test_a_longer_duration_that_costs_more_a_day_is_a_warning() -> None:
    plan = replace(PRO, durations=(MONTH, days(90, RUB=900_00, XTR=529)))
    found = Finding(Problem.LONGER_IS_DEARER, Severity.WARNING, "pro", "90d", "RUB", about="30d")
    assert found in check_plan(CATALOGUE, plan, LANGUAGES)


def test_currencies_out_of_proportion_between_plans_are_a_warning() -> None:
    other = replace(PRO, id="other", durations=(days(30, RUB=600_00, XTR=340),))
    assert problems(other) == [Problem.RATIO]
    close = replace(PRO, id="other", durations=(days(30, RUB=600_00, XTR=380),))
    assert problems(close) == []
    assert problems(replace(other, hidden=True)) == []


def test_a_price_that_falls_by_more_than_half_has_to_be_confirmed() -> None:
    def with_price(amount: int) -> SoldPlan:
        return PRO.with_duration(days(30, RUB=amount, XTR=199))

    half, less = with_price(149_50), with_price(149_49)
    assert Problem.HALVED not in problems(half, before=PRO)
    assert to_confirm(check_plan(CATALOGUE, less, LANGUAGES, PRO)) == (
        Finding(Problem.HALVED, Severity.CONFIRM, "pro", "30d", "RUB"),
    )
    assert Problem.HALVED not in problems(less)


def test_one_plan_is_that_of_the_trial() -> None:
    catalogue = Catalogue((replace(HIDDEN, trial=True),))
    assert problems(replace(PRO, trial=True), catalogue) == [Problem.TWO_TRIALS]
    assert problems(replace(PRO, trial=True)) == []


def test_the_number_of_plans_is_limited() -> None:
    many = Catalogue(tuple(replace(HIDDEN, id=f"p{number}") for number in range(20)))
    assert Problem.TOO_MANY_PLANS in problems(PRO, many)
    assert Problem.TOO_MANY_PLANS not in problems(replace(PRO, id="p1"), many)


def settings_problems(
    after: ShopSettings, *, before: ShopSettings | None = None, demo: bool = False
) -> list[Problem]:
    """Return what is wrong with settings."""
    found = check_settings(before or ShopSettings(), after, CATALOGUE, demo_stage=demo)
    return [finding.problem for finding in found]


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        (ShopSettings(providers=("paypal",)), Problem.PROVIDER),
        (ShopSettings(providers=("stars", "stars")), Problem.PROVIDER_TWICE),
        (ShopSettings(providers=("demo",)), Problem.DEMO_PROVIDER),
        (ShopSettings(base_currency="rub"), Problem.CURRENCY),
        (ShopSettings(base_currency="USD"), Problem.BASE_PRICES),
        (ShopSettings(vat_code=0), Problem.VAT_CODE),
        (ShopSettings(vat_code=13), Problem.VAT_CODE),
        (ShopSettings(fallback_contact="nowhere"), Problem.CONTACT),
        (ShopSettings(fallback_contact="+79161234567", receipts=Receipts.EMAIL), Problem.CONTACT),
        (ShopSettings(refund_days=-1), Problem.REFUND_DAYS),
        (ShopSettings(years_ahead=0), Problem.YEARS_AHEAD),
        (ShopSettings(answer_hours=0), Problem.ANSWER_HOURS),
        (ShopSettings(retention_years=2), Problem.RETENTION_YEARS),
        (ShopSettings(returns_a_day=-1), Problem.RETURNS_A_DAY),
        (ShopSettings(compensation_days=366), Problem.COMPENSATION_DAYS),
        (ShopSettings(compensation_people=1_000_001), Problem.COMPENSATION_PEOPLE),
    ],
)
def test_settings_that_cannot_work_are_errors(after: ShopSettings, problem: Problem) -> None:
    assert settings_problems(after) == [problem]


def test_settings_as_they_should_be_have_no_findings() -> None:
    assert settings_problems(ShopSettings()) == []
    assert settings_problems(ShopSettings(providers=())) == []
    assert settings_problems(ShopSettings(providers=("demo", "stars")), demo=True) == []
    phone = ShopSettings(receipts=Receipts.EMAIL_OR_PHONE, fallback_contact="+79161234567")
    assert settings_problems(phone) == []


def test_the_base_currency_stays_once_an_order_was_placed() -> None:
    fixed = ShopSettings().for_orders("5eed")
    assert settings_problems(replace(fixed, base_currency="XTR"), before=fixed) == [Problem.BASE_FIXED]
    assert settings_problems(ShopSettings(base_currency="XTR")) == []
    assert fixed.for_orders("other").mark == "5eed"


def test_a_provider_in_whose_currency_nothing_has_a_price_is_a_warning() -> None:
    roubles = Catalogue((replace(PRO, durations=(days(30, RUB=299_00),)),))
    found = check_settings(ShopSettings(), ShopSettings(), roubles)
    assert found == (Finding(Problem.NOTHING_IN_CURRENCY, Severity.WARNING, about="stars"),)


@pytest.mark.parametrize("text", ["a@b.c", "me+vpn@example.com", "почта@пример.рф", "a" * 242 + "@example.com"])
def test_an_address_that_may_be_an_email(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@b.c",
        "a@b",
        "a@.b",
        "a@b.",
        "a@b..c",
        "a@b@c.d",
        "a b@c.d",
        "a@b,c.d",
        "a@b.c\n",
        "a\u200b@b.c",
        "a" * 243 + "@example.com",
        "a\u00a0@b.c",
    ],
)
def test_an_address_that_is_no_email(text: str) -> None:
    assert not is_email(text)


def test_a_telephone_number_has_ten_to_fifteen_digits() -> None:
    assert is_phone("+79161234567")
    assert is_phone("79161234567")
    assert not is_phone("8-916-123-45-67")
    assert not is_phone("123456789")
    assert not is_phone("+1234567890123456")
