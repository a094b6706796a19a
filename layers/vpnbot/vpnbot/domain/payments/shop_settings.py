"""The settings of the shop that operators change in the chat and with `ops`, without a deployment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vpnbot.domain.payments.provider_names import DEMO, PRICE_CURRENCIES, STARS
from vpnbot.domain.payments.receipt_contact import is_email, is_phone
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, Problem, Severity
from vpnbot.domain.plans.plan_checks import missing_base_prices

LARGEST_VAT_CODE = 12
"""YooKassa's codes of VAT rates are 1 to 12; 1 is "without VAT"."""
LARGEST_REFUND_DAYS, LARGEST_YEARS_AHEAD, LARGEST_ANSWER_HOURS = 365, 5, 168
SHORTEST_RETENTION_YEARS, LONGEST_RETENTION_YEARS = 3, 30
"""YooKassa sends money back for up to 3 years: as long the records are needed."""
LARGEST_RETURNS_A_DAY = 1000


class Receipts(StrEnum):
    """Whether fiscal receipts are made (54-FZ), and to which address they are sent."""

    OFF = "off"
    EMAIL = "email"
    EMAIL_OR_PHONE = "email_or_phone"


class PaymentMode(StrEnum):
    """How a receipt describes the payment (YooKassa, `payment_mode`)."""

    FULL_PREPAYMENT = "full_prepayment"
    FULL_PAYMENT = "full_payment"


@dataclass(frozen=True, slots=True)
class AccountVerdict:
    """What a provider said about our account at `checked_at`. None: it does not tell. `test`: no real money."""

    provider: str
    account: str
    checked_at: datetime
    test: bool | None = None
    fiscal: bool | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """The settings of the shop.

    `providers` are offered in this order; none: the shop is closed. `base_currency` is that in which time is
    converted; it is fixed (`base_fixed`) when the first order is placed, because orders keep prices in it. `mark` is
    a random id of this shop, which providers return with each payment; empty until the first order. A receipt goes to
    `fallback_contact` if the buyer gives no address; empty: each buyer has to give one. `refund_days`: so long after
    a payment a person can ask for a refund; 0: only operators send money back. `years_ahead`: a renewal in advance is
    offered up to so long. `answer_hours`: within this time operators answer about money. `retention_years`: so long
    records of payments are kept. `returns_a_day`: the largest number of automatic returns; then they are held.
    `stars_rule_shown`: an operator has read what Telegram requires for digital goods.
    """

    providers: tuple[str, ...] = (STARS,)
    base_currency: str = "RUB"
    base_fixed: bool = False
    mark: str = ""
    receipts: Receipts = Receipts.OFF
    vat_code: int = 1
    payment_mode: PaymentMode = PaymentMode.FULL_PAYMENT
    fallback_contact: str = ""
    refund_days: int = 14
    years_ahead: int = 2
    answer_hours: int = 24
    retention_years: int = 5
    returns_a_day: int = 10
    stars_rule_shown: bool = False
    verdicts: tuple[AccountVerdict, ...] = ()
    version: int = 0

    def verdict(self, provider: str) -> AccountVerdict | None:
        """Return what a provider said last about our account; None if it was not asked."""
        return next((verdict for verdict in self.verdicts if verdict.provider == provider), None)

    def with_verdict(self, verdict: AccountVerdict) -> "ShopSettings":
        """Return these settings with a newer verdict."""
        others = tuple(known for known in self.verdicts if known.provider != verdict.provider)
        return replace(self, verdicts=(*others, verdict))

    def for_orders(self, new_mark: str) -> "ShopSettings":
        """Return the settings with which orders are placed: the shop has a mark, and its base currency is fixed."""
        return replace(self, mark=self.mark or new_mark, base_fixed=True)

    def offered_currency(self, catalogue: Catalogue) -> str | None:
        """Return the currency in which prices are shown before a provider is chosen; None if nothing is sold."""
        currencies = (currency for name in self.providers for currency in PRICE_CURRENCIES.get(name, ()))
        return next((currency for currency in currencies if catalogue.sells_in((currency,))), None)


def selling(settings: ShopSettings, catalogue: Catalogue) -> bool:
    """Tell whether customers can buy something now: a visible plan has a price that a provider in use takes."""
    return settings.offered_currency(catalogue) is not None


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
        yield Finding(Problem.CURRENCY, currency=after.base_currency)
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
    )
    for problem, value, lowest, highest in ranges:
        if not lowest <= value <= highest:
            yield Finding(problem, limit=highest if value > highest else lowest)
    contact = after.fallback_contact
    allowed = is_email(contact) or (after.receipts is Receipts.EMAIL_OR_PHONE and is_phone(contact))
    if contact and not allowed:
        yield Finding(Problem.CONTACT)
