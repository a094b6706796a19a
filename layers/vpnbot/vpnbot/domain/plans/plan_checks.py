"""The checks of a plan that an operator wants to save."""

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from fractions import Fraction
from functools import partial

from vpnbot.domain.money import STARS
from vpnbot.domain.orders.stars import LARGEST_PAYMENT, LARGEST_SUBSCRIPTION
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Finding, Problem, Severity
from vpnbot.domain.plans.sold_plan import MONTH, SoldDuration, SoldPlan, is_id
from vpnbot.domain.servers.countries import COUNTRIES

LONGEST_TITLE = 32
"""Bot API, createInvoiceLink: title, 1-32 characters."""
LONGEST_LINE = 255
"""Bot API, createInvoiceLink: description, 1-255 characters."""
LIMITS = {STARS: (1, LARGEST_PAYMENT), "RUB": (1_00, 350_000_00)}
"""The smallest and the largest price, in minor units: Stars by the Bot API, roubles by YooKassa for cards."""
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=730)
LARGEST_DEVICES, LARGEST_KEYS, LARGEST_POSITION = 100, 10, 999
LARGEST_TRAFFIC_BYTES = 10**15
MOST_PLANS, MOST_DURATIONS = 20, 10
LARGEST_PRICE = 10**11
"""In minor units, for currencies without a limit of their own."""
_RATIO_TOLERANCE = Fraction(115, 100)
_CURRENCY = re.compile("[A-Z]{3}")
_LANGUAGE = re.compile("[a-z]{2,3}")


def check_plan(
    catalogue: Catalogue, plan: SoldPlan, languages: Collection[str], before: SoldPlan | None = None
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a plan, or doubtful, if it is saved into the catalogue.

    `before` is the stored plan. What a plan lacks is an error only if customers see it; so an operator can add a
    plan step by step. `languages` are those of the bot.
    """
    after = catalogue.with_plan(plan)
    found = (
        *_texts(plan, languages),
        *_limits(plan),
        *_durations(plan),
        *(finding for duration in plan.durations for finding in _prices(plan, duration)),
        *_lacks(plan, catalogue.base_currency),
        *_among_plans(after, plan),
        *_dearer(plan),
        *(_ratios(after) if not plan.hidden else ()),
        *(_halved(before, plan) if before else ()),
    )
    return tuple(dict.fromkeys(found))


def missing_base_prices(catalogue: Catalogue, currency: str) -> tuple[Finding, ...]:
    """Return which visible plans could not be sold if `currency` were the base currency."""
    visible = (plan for plan in catalogue.plans if not plan.hidden)
    return tuple(found for plan in visible for found in _lacks(plan, currency))


def _texts(plan: SoldPlan, languages: Collection[str]) -> Iterator[Finding]:
    about = partial(Finding, plan=plan.id)
    for language in sorted({*plan.titles, *plan.lines}):
        if not _LANGUAGE.fullmatch(language):
            yield about(Problem.LANGUAGE, about=language)
    for language, title in plan.titles.items():
        if not _fits(title, LONGEST_TITLE):
            yield about(Problem.TITLE_LONG, about=language, limit=LONGEST_TITLE)
    for language, line in plan.lines.items():
        if not _fits(line, LONGEST_LINE):
            yield about(Problem.LINE_LONG, about=language, limit=LONGEST_LINE)
    for language in languages:
        if plan.titles and (language not in plan.titles or language not in plan.lines):
            yield about(Problem.TITLE_MISSING, Severity.WARNING, about=language)


def _fits(text: str, limit: int) -> bool:
    """Tell whether a text shows something, on one line, in at most `limit` UTF-16 units, as Telegram counts."""
    return bool(text.strip()) and text.isprintable() and len(text.encode("utf-16-le")) <= 2 * limit


def _limits(plan: SoldPlan) -> Iterator[Finding]:
    about = partial(Finding, plan=plan.id)
    if not is_id(plan.id):
        yield about(Problem.ID)
    if not 1 <= plan.devices <= LARGEST_DEVICES:
        yield about(Problem.DEVICES, limit=LARGEST_DEVICES)
    if not 1 <= plan.keys <= LARGEST_KEYS:
        yield about(Problem.KEYS, limit=LARGEST_KEYS)
    if plan.traffic_bytes is not None and not 1 <= plan.traffic_bytes <= LARGEST_TRAFFIC_BYTES:
        yield about(Problem.TRAFFIC)
    if not 0 <= plan.position <= LARGEST_POSITION:
        yield about(Problem.POSITION, limit=LARGEST_POSITION)
    for country in plan.countries:
        if country not in COUNTRIES or plan.countries.count(country) > 1:
            yield about(Problem.COUNTRY, about=country)


def _durations(plan: SoldPlan) -> Iterator[Finding]:
    if len(plan.durations) > MOST_DURATIONS:
        yield Finding(Problem.TOO_MANY_DURATIONS, plan=plan.id, limit=MOST_DURATIONS)
    ids, times = [each.id for each in plan.durations], [each.time for each in plan.durations]
    for duration in plan.durations:
        about = partial(Finding, plan=plan.id, duration=duration.id)
        if not is_id(duration.id):
            yield about(Problem.DURATION_ID)
        if ids.count(duration.id) > 1 or times.count(duration.time) > 1:
            yield about(Problem.DURATION_TWICE)
        if not SHORTEST <= duration.time <= LONGEST or duration.time.microseconds:
            yield about(Problem.DURATION_LENGTH, limit=LONGEST.days)


def _prices(plan: SoldPlan, duration: SoldDuration) -> Iterator[Finding]:
    for currency, amount in duration.prices.items():
        about = partial(Finding, plan=plan.id, duration=duration.id, currency=currency)
        lowest, highest = LIMITS.get(currency, (1, LARGEST_PRICE))
        if not _CURRENCY.fullmatch(currency):
            yield about(Problem.CURRENCY)
        elif amount < lowest:
            yield about(Problem.PRICE_LOW, limit=lowest)
        elif amount > highest:
            yield about(Problem.PRICE_HIGH, limit=highest)
        elif currency == STARS and duration.time == MONTH and amount > LARGEST_SUBSCRIPTION:
            yield about(Problem.RENEWAL_PRICE, limit=LARGEST_SUBSCRIPTION)


def _lacks(plan: SoldPlan, base_currency: str) -> Iterator[Finding]:
    severity = Severity.WARNING if plan.hidden else Severity.ERROR
    about = partial(Finding, severity=severity, plan=plan.id)
    if not plan.titles:
        yield about(Problem.TITLE_NONE)
    if not plan.lines:
        yield about(Problem.LINE_NONE)
    if not plan.durations:
        yield about(Problem.NO_DURATION)
    elif all(duration.time < MONTH for duration in plan.durations):
        yield about(Problem.NO_MONTH)
    for duration in plan.durations:
        if base_currency not in duration.prices:
            yield about(Problem.NO_BASE_PRICE, duration=duration.id, currency=base_currency)


def _among_plans(after: Catalogue, plan: SoldPlan) -> Iterator[Finding]:
    if len(after.plans) > MOST_PLANS:
        yield Finding(Problem.TOO_MANY_PLANS, plan=plan.id, limit=MOST_PLANS)
    if plan.trial:
        for other in after.plans:
            if other.trial and other.id != plan.id:
                yield Finding(Problem.TWO_TRIALS, plan=plan.id, about=other.id)


def _dearer(plan: SoldPlan) -> Iterator[Finding]:
    """Yield each duration with a price a day that is higher than that of a shorter duration."""
    for currency in dict.fromkeys(currency for duration in plan.durations for currency in duration.prices):
        shorter: SoldDuration | None = None
        for duration in plan.by_time:
            if currency not in duration.prices or not duration.seconds:
                continue
            if shorter is not None and _rate(duration, currency) > _rate(shorter, currency):
                yield Finding(
                    Problem.LONGER_IS_DEARER, Severity.WARNING, plan.id, duration.id, currency, about=shorter.id
                )
            if shorter is None or _rate(duration, currency) < _rate(shorter, currency):
                shorter = duration


def _rate(duration: SoldDuration, currency: str) -> Fraction:
    return Fraction(duration.prices[currency], duration.seconds)


def _ratios(after: Catalogue) -> Iterator[Finding]:
    """Yield each currency whose prices of the visible offers are not in proportion to those in the base currency.

    Time that was bought cheaply in one currency could otherwise be converted at the price in another.
    """
    ratios: dict[str, list[Fraction]] = {}
    for plan in after.visible():
        for duration in plan.durations:
            base = duration.prices.get(after.base_currency)
            for currency, amount in duration.prices.items():
                if base and currency != after.base_currency:
                    ratios.setdefault(currency, []).append(Fraction(amount, base))
    for currency, known in ratios.items():
        if max(known) > min(known) * _RATIO_TOLERANCE:
            yield Finding(Problem.RATIO, Severity.WARNING, currency=currency)


def _halved(before: SoldPlan, plan: SoldPlan) -> Iterator[Finding]:
    """Yield each price that falls by more than half, which may be a typing mistake."""
    for duration in plan.durations:
        known = before.duration(duration.id)
        for currency, amount in duration.prices.items():
            if known is not None and 2 * amount < known.prices.get(currency, 0):
                yield Finding(Problem.HALVED, Severity.CONFIRM, plan.id, duration.id, currency)
