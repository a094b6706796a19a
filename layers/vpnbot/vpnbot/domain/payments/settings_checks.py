"""The checks of settings of the shop that an operator wants to save."""

from collections.abc import Iterator
from datetime import timedelta

from vpnbot.domain.orders.provider_names import DEMO, PRICE_CURRENCIES
from vpnbot.domain.payments.receipt_contact import is_email, is_phone
from vpnbot.domain.payments.shop_settings import Receipts, ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, Problem, Severity
from vpnbot.domain.plans.plan_checks import missing_base_prices
from vpnbot.domain.servers.operator_input import JOINERS

_SHOWN_CHARACTERS = 12
LARGEST_VAT_CODE = 12
"""YooKassa's codes of VAT rates are 1 to 12; 1 is "without VAT"."""
LARGEST_REFUND_DAYS, LARGEST_YEARS_AHEAD, LARGEST_ANSWER_HOURS = 365, 5, 168
SHORTEST_RETENTION_YEARS, LONGEST_RETENTION_YEARS = 3, 30
"""YooKassa sends money back for up to 3 years: as long the records are needed."""
LARGEST_RETURNS_A_DAY = 1000
LARGEST_COMPENSATION_DAYS, LARGEST_COMPENSATION_PEOPLE = 365, 1_000_000
LARGEST_TRIAL_DAYS, LARGEST_TRIAL_DEVICES, LARGEST_TRIAL_GIGABYTES = 90, 100, 9999
LARGEST_TRIALS_A_DAY = 10_000
LARGEST_BROADCAST_RATE = 25
LARGEST_REWARD_DAYS, LARGEST_REWARD_MINIMUM = 90, 1_000_000
LARGEST_REWARD_HOLD_DAYS, LARGEST_REWARDS_A_MONTH = 60, 1_000
LARGEST_WINBACK_PERCENT, LARGEST_WINBACK_DAYS = 90, 60
LONGEST_NAME = 24
"""VPN apps show 25 characters of the title of a subscription."""
WESTERNMOST_HOURS, EASTERNMOST_HOURS = -12, 14


def check_settings(
    before: ShopSettings, after: ShopSettings, catalogue: Catalogue, *, demo_stage: bool = False
) -> tuple[Finding, ...]:
    """Return everything that is wrong with settings that an operator wants to save, or doubtful."""
    return (*_providers(after, catalogue, demo_stage), *_base(before, after, catalogue), *_values(after))


def _providers(after: ShopSettings, catalogue: Catalogue, demo_stage: bool) -> Iterator[Finding]:
    for name in dict.fromkeys(after.providers):
        if name not in PRICE_CURRENCIES:
            yield Finding(Problem.PROVIDER, about=name)
        elif after.providers.count(name) > 1:
            yield Finding(Problem.PROVIDER_TWICE, about=name)
        elif name == DEMO and not demo_stage:
            yield Finding(Problem.DEMO_PROVIDER, about=name)
        elif catalogue.visible() and not catalogue.sells_in(PRICE_CURRENCIES[name]):
            yield Finding(Problem.NOTHING_IN_CURRENCY, Severity.WARNING, about=name)


def _base(before: ShopSettings, after: ShopSettings, catalogue: Catalogue) -> Iterator[Finding]:
    if after.base_currency == before.base_currency:
        return
    if before.base_fixed:
        yield Finding(Problem.BASE_FIXED, currency=before.base_currency)
    if len(after.base_currency) != 3 or not (after.base_currency.isascii() and after.base_currency.isupper()):
        yield Finding(Problem.CURRENCY, currency=after.base_currency[:_SHOWN_CHARACTERS])
    elif missing_base_prices(catalogue, after.base_currency):
        yield Finding(Problem.BASE_PRICES, currency=after.base_currency)


def _values(after: ShopSettings) -> Iterator[Finding]:
    ranges = (
        (Problem.VAT_CODE, after.vat_code, 1, LARGEST_VAT_CODE),
        (Problem.REFUND_DAYS, after.refund_days, 0, LARGEST_REFUND_DAYS),
        (Problem.YEARS_AHEAD, after.years_ahead, 1, LARGEST_YEARS_AHEAD),
        (Problem.ANSWER_HOURS, after.answer_hours, 1, LARGEST_ANSWER_HOURS),
        (Problem.RETENTION_YEARS, after.retention_years, SHORTEST_RETENTION_YEARS, LONGEST_RETENTION_YEARS),
        (Problem.RETURNS_A_DAY, after.returns_a_day, 0, LARGEST_RETURNS_A_DAY),
        (Problem.COMPENSATION_DAYS, after.compensation_days, 0, LARGEST_COMPENSATION_DAYS),
        (Problem.COMPENSATION_PEOPLE, after.compensation_people, 0, LARGEST_COMPENSATION_PEOPLE),
        (Problem.TRIAL_DAYS, after.trial_days, 1, LARGEST_TRIAL_DAYS),
        (Problem.TRIAL_DEVICES, after.trial_devices, 1, LARGEST_TRIAL_DEVICES),
        (Problem.TRIAL_GIGABYTES, after.trial_gigabytes, 0, LARGEST_TRIAL_GIGABYTES),
        (Problem.TRIALS_A_DAY, after.trials_a_day, 0, LARGEST_TRIALS_A_DAY),
        (Problem.ZONE, _minutes(after.zone), WESTERNMOST_HOURS * 60, EASTERNMOST_HOURS * 60),
        (Problem.BROADCAST_RATE, after.broadcast_rate, 1, LARGEST_BROADCAST_RATE),
        (Problem.REWARD_DAYS, after.reward_days, 0, LARGEST_REWARD_DAYS),
        (Problem.WELCOME_DAYS, after.welcome_days, 0, LARGEST_REWARD_DAYS),
        (Problem.REWARD_MINIMUM, after.reward_minimum, 0, LARGEST_REWARD_MINIMUM),
        (Problem.REWARD_HOLD_DAYS, after.reward_hold_days, 0, LARGEST_REWARD_HOLD_DAYS),
        (Problem.REWARDS_A_MONTH, after.rewards_a_month, 0, LARGEST_REWARDS_A_MONTH),
        (Problem.WINBACK_PERCENT, after.winback_percent, 1, LARGEST_WINBACK_PERCENT),
        (Problem.WINBACK_DAYS, after.winback_days, 1, LARGEST_WINBACK_DAYS),
    )
    for problem, value, lowest, highest in ranges:
        if value is not None and not lowest <= value <= highest:
            yield Finding(problem, limit=highest if value > highest else lowest)
    if len(after.name) > LONGEST_NAME or not _shows(after.name):
        yield Finding(Problem.SHOP_NAME, limit=LONGEST_NAME)
    contact = after.fallback_contact
    allowed = is_email(contact) or (after.receipts is Receipts.EMAIL_OR_PHONE and is_phone(contact))
    if contact and not allowed:
        yield Finding(Problem.CONTACT)


def _minutes(offset: timedelta | None) -> int | None:
    return None if offset is None else offset // timedelta(minutes=1)


def _shows(name: str) -> bool:
    """Tell whether a name, if there is one, has more than emoji, which some VPN apps do not show."""
    return JOINERS.sub("", name).isprintable() and (not name or any(letter.isalnum() for letter in name))
