"""The settings of the shop that operators change without a deployment, and what customers see of it by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.orders.provider_names import PRICE_CURRENCIES, STARS
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.sending_window import ANY_TIME, LANGUAGE_ZONES, USUAL_HOURS, SendingHours, SendingWindow
from vpnbot.domain.shop import Offering, ShopMode, offerings
from vpnbot.domain.subscriptions.plan import TRIAL, Plan

GIGABYTE = 10**9
DEFAULT_COMPENSATION_DAYS, DEFAULT_COMPENSATION_PEOPLE = 3, 100
DEFAULT_BROADCAST_RATE = 20
"""Calls a second: of the 30 that Telegram allows a bot, so that taps and notifications have the rest."""
DEFAULT_REFUND_DAYS = 14
DEFAULT_RETENTION_YEARS = 5
DEFAULT_REWARD_DAYS = 7
DEFAULT_REWARD_MINIMUM = 100
DEFAULT_REWARD_HOLD_DAYS = 3
DEFAULT_REWARDS_A_MONTH = 10
DEFAULT_WINBACK_PERCENT, DEFAULT_WINBACK_DAYS = 30, 3


class Receipts(StrEnum):
    """Whether fiscal receipts are made (54-FZ), and to which address they are sent."""

    OFF = "off"
    EMAIL = "email"
    EMAIL_OR_PHONE = "email_or_phone"


class Switch(StrEnum):
    """A setting that is on or off."""

    ON = "on"
    OFF = "off"


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
    `stars_rule_shown`: an operator has read what Telegram requires for digital goods. `news`: what the staff hear of
    at once. `mode` says what the shop begins with people. `compensation_days` and `compensation_people`: so much an
    administrator may give for an outage without the owner.

    `support_url`, `sending_hours` and the limits of the trial are None until they are saved here: then the
    parameters of the deployment hold (`Front`). `trial_gigabytes`: 0 for no limit. `trials_a_day`: so many trials
    begin in a day of the zone; 0: as many as are wanted. `device_limit`: only so many devices get keys as the plan
    says. `gifts`: they are sold; those that were are opened in any case. `terms_url` and `privacy_url` lead to the
    full texts; empty: there are none.
    `broadcast_rate`: the largest number of messages of bulk jobs a second.
    `invites`: people invite friends. After the first payment of a friend of at least `reward_minimum`, in whole units
    of the base currency, the person who has invited gets `reward_days` and the friend `welcome_days`,
    `reward_hold_days` later; of more than `rewards_a_month` within 30 days an owner decides.
    `winback`: people whose paid time has ended are offered `winback_percent` off, `winback_days` after the end.
    `texts`: what the staff have worded instead of messages of the locale files, by `text_key`. `name` is that of the
    shop; empty: that of the locale files. `zone_hours` and `zone_minutes`: how far the zone of all times is ahead of
    UTC, -3 and -30 for UTC-3:30; hours None: each language has its own. `apps`: which apps are offered where the
    known ones in their order are not, see `domain/offered_apps.py`.
    """

    providers: tuple[str, ...] = (STARS,)
    base_currency: str = "RUB"
    base_fixed: bool = False
    mark: str = ""
    receipts: Receipts = Receipts.OFF
    vat_code: int = 1
    payment_mode: PaymentMode = PaymentMode.FULL_PAYMENT
    fallback_contact: str = ""
    refund_days: int = DEFAULT_REFUND_DAYS
    years_ahead: int = 2
    answer_hours: int = 24
    retention_years: int = DEFAULT_RETENTION_YEARS
    returns_a_day: int = 10
    stars_rule_shown: bool = False
    news: WantedNews = WantedNews.OFF
    mode: ShopMode = ShopMode.OPEN
    compensation_days: int = DEFAULT_COMPENSATION_DAYS
    compensation_people: int = DEFAULT_COMPENSATION_PEOPLE
    support_url: str | None = None
    trial_days: int | None = None
    trial_devices: int | None = None
    trial_gigabytes: int | None = None
    trials_a_day: int = 0
    device_limit: Switch = Switch.ON
    gifts: Switch = Switch.ON
    terms_url: str = ""
    privacy_url: str = ""
    broadcast_rate: int = DEFAULT_BROADCAST_RATE
    invites: Switch = Switch.OFF
    reward_days: int = DEFAULT_REWARD_DAYS
    welcome_days: int = DEFAULT_REWARD_DAYS
    reward_minimum: int = DEFAULT_REWARD_MINIMUM
    reward_hold_days: int = DEFAULT_REWARD_HOLD_DAYS
    rewards_a_month: int = DEFAULT_REWARDS_A_MONTH
    winback: Switch = Switch.OFF
    winback_percent: int = DEFAULT_WINBACK_PERCENT
    winback_days: int = DEFAULT_WINBACK_DAYS
    name: str = ""
    zone_hours: int | None = None
    zone_minutes: int = 0
    apps: tuple[str, ...] = ()
    sending_hours: SendingHours | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[AccountVerdict, ...] = ()
    version: int = 0

    @property
    def zone(self) -> timedelta | None:
        """How far the zone of all times is ahead of UTC; None: each language has its own."""
        return None if self.zone_hours is None else timedelta(hours=self.zone_hours, minutes=self.zone_minutes)

    @property
    def winback_after(self) -> timedelta | None:
        """How long after the end of paid time a discount is offered; None: it is not."""
        return timedelta(days=self.winback_days) if self.winback is Switch.ON else None

    @property
    def retention(self) -> timedelta:
        """How long records of payments are kept."""
        return timedelta(days=365) * self.retention_years

    def verdict(self, provider: str) -> AccountVerdict | None:
        """Return what a provider said last about our account; None if it was not asked."""
        return next((verdict for verdict in self.verdicts if verdict.provider == provider), None)

    def with_verdict(self, verdict: AccountVerdict) -> "ShopSettings":
        """Return these settings with a newer verdict."""
        others = tuple(known for known in self.verdicts if known.provider != verdict.provider)
        return replace(self, verdicts=(*others, verdict))

    def with_text(self, key: str, text: str) -> "ShopSettings":
        """Return these settings with another text; empty: the shipped one again."""
        others = {name: each for name, each in self.texts.items() if name != key}
        return replace(self, texts={**others, key: text} if text else others)

    def for_orders(self, new_mark: str) -> "ShopSettings":
        """Return the settings with which orders are placed: the shop has a mark, and its base currency is fixed."""
        return replace(self, mark=self.mark or new_mark, base_fixed=True)

    def offered_currency(self, catalogue: Catalogue) -> str | None:
        """Return the currency in which prices are shown before a provider is chosen; None if nothing is sold."""
        currencies = (currency for name in self.providers for currency in PRICE_CURRENCIES.get(name, ()))
        return next((currency for currency in currencies if catalogue.sells_in((currency,))), None)


def signed_offset(offset: timedelta) -> str:
    """Return how far a zone is ahead of UTC as it is typed: "+3", "+0", "-3:30"."""
    minutes = offset // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def selling(settings: ShopSettings, catalogue: Catalogue) -> bool:
    """Tell whether customers can buy something now: a visible plan has a price that a provider in use takes."""
    return settings.offered_currency(catalogue) is not None


def offered(settings: ShopSettings, catalogue: Catalogue) -> frozenset[Offering]:
    """Return what the shop begins with people now."""
    return offerings(settings.mode, selling=selling(settings, catalogue))


@dataclass(frozen=True, slots=True)
class Front:
    """What customers see of the shop beside its prices: the trial, the addresses that they are led to, apps, terms.

    None or empty: there is no such address; `name` is that which the staff have saved, `apps` and `device_limit` as
    in `ShopSettings`. `invites`: people invite friends, for so many days each. `hours` are those in which messages
    are sent that can wait.
    `bot_username` is the name of the bot in Telegram, for the functions that do not call it; None
    elsewhere.
    """

    trial: Plan = TRIAL
    support_url: str | None = None
    terms_url: str = ""
    privacy_url: str = ""
    name: str = ""
    apps: tuple[str, ...] = ()
    bot_username: str | None = None
    refund_days: int = DEFAULT_REFUND_DAYS
    retention_years: int = DEFAULT_RETENTION_YEARS
    device_limit: bool = True
    invites: bool = False
    reward_days: int = DEFAULT_REWARD_DAYS
    welcome_days: int = DEFAULT_REWARD_DAYS
    hours: SendingHours = USUAL_HOURS

    def with_settings(self, settings: ShopSettings) -> "Front":
        """Return what holds with these settings. What they do not have stays: the parameters of the deployment."""
        support = settings.support_url
        return Front(
            trial=_trial(self.trial, settings),
            support_url=self.support_url if support is None else support,
            terms_url=settings.terms_url or self.terms_url,
            privacy_url=settings.privacy_url or self.privacy_url,
            name=settings.name,
            apps=settings.apps,
            bot_username=self.bot_username,
            refund_days=settings.refund_days,
            retention_years=settings.retention_years,
            device_limit=settings.device_limit is Switch.ON,
            invites=settings.invites is Switch.ON and bool(settings.reward_days or settings.welcome_days),
            reward_days=settings.reward_days,
            welcome_days=settings.welcome_days,
            hours=settings.sending_hours or self.hours,
        )


def sending_window(settings: ShopSettings, first: Front, language: str | None) -> SendingWindow | None:
    """Return when messages that can wait are sent to people of a language; None: at any time.

    The hours are those of the zone of the shop; without one, of the zone of the language.
    """
    hours, zone = first.with_settings(settings).hours, settings.zone
    if zone is None:
        zone = LANGUAGE_ZONES.get(language or "", timedelta())
    return None if hours == ANY_TIME else hours.in_zone(zone)


def _trial(first: Plan, settings: ShopSettings) -> Plan:
    trial, gigabytes = first, settings.trial_gigabytes
    if settings.trial_days is not None:
        trial = replace(trial, duration=timedelta(days=settings.trial_days))
    if settings.trial_devices is not None:
        trial = replace(trial, devices=settings.trial_devices)
    if gigabytes is not None:
        trial = replace(trial, traffic_limit_bytes=gigabytes * GIGABYTE or None)
    return trial
