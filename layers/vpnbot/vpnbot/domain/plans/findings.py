"""What a check of the catalogue or of the shop's settings finds, as data; the locale files have the sentences."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """ERROR: it is not saved. CONFIRM: it is saved after the operator has confirmed it. WARNING: it is only shown."""

    ERROR = "error"
    CONFIRM = "confirm"
    WARNING = "warning"


class Problem(StrEnum):
    """What is wrong; the locale files have the sentence as `finding-<value>`."""

    ID = "id"
    TITLE_NONE = "title_none"
    TITLE_LONG = "title_long"
    TITLE_MISSING = "title_missing"
    LINE_NONE = "line_none"
    LINE_LONG = "line_long"
    LANGUAGE = "language"
    DEVICES = "devices"
    KEYS = "keys"
    TRAFFIC = "traffic"
    COUNTRY = "country"
    POSITION = "position"
    TWO_TRIALS = "two_trials"
    TOO_MANY_PLANS = "too_many_plans"
    TOO_MANY_DURATIONS = "too_many_durations"
    DURATION_ID = "duration_id"
    DURATION_TWICE = "duration_twice"
    DURATION_LENGTH = "duration_length"
    NO_DURATION = "no_duration"
    NO_MONTH = "no_month"
    NO_BASE_PRICE = "no_base_price"
    CURRENCY = "currency"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"
    RENEWAL_PRICE = "renewal_price"
    LONGER_IS_DEARER = "longer_is_dearer"
    RATIO = "ratio"
    HALVED = "halved"

    PROVIDER = "provider"
    PROVIDER_TWICE = "provider_twice"
    DEMO_PROVIDER = "demo_provider"
    BASE_FIXED = "base_fixed"
    BASE_PRICES = "base_prices"
    VAT_CODE = "vat_code"
    CONTACT = "contact"
    REFUND_DAYS = "refund_days"
    YEARS_AHEAD = "years_ahead"
    ANSWER_HOURS = "answer_hours"
    RETENTION_YEARS = "retention_years"
    RETURNS_A_DAY = "returns_a_day"
    COMPENSATION_DAYS = "compensation_days"
    COMPENSATION_PEOPLE = "compensation_people"
    NOTHING_IN_CURRENCY = "nothing_in_currency"
    TRIAL_DAYS = "trial_days"
    TRIAL_DEVICES = "trial_devices"
    TRIAL_GIGABYTES = "trial_gigabytes"
    TRIALS_A_DAY = "trials_a_day"
    BROADCAST_RATE = "broadcast_rate"
    REWARD_DAYS = "reward_days"
    WELCOME_DAYS = "welcome_days"
    REWARD_MINIMUM = "reward_minimum"
    REWARD_HOLD_DAYS = "reward_hold_days"
    REWARDS_A_MONTH = "rewards_a_month"
    WINBACK_PERCENT = "winback_percent"
    WINBACK_DAYS = "winback_days"
    SHOP_NAME = "shop_name"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. What it is about is in the other fields, empty where they do not apply.

    `about` is a language, a country, a provider or another duration; `currency` the code of a price; `limit` the
    nearest allowed value, in minor units for a price.
    """

    problem: Problem
    severity: Severity = Severity.ERROR
    plan: str = ""
    duration: str = ""
    currency: str = ""
    about: str = ""
    limit: int = 0


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that forbid to save."""
    return tuple(found for found in findings if found.severity is Severity.ERROR)


def to_confirm(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that have to be confirmed."""
    return tuple(found for found in findings if found.severity is Severity.CONFIRM)
