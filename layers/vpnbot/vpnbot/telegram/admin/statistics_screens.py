"""The screens of the statistics."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.people.opinions import BAD, GOOD, PROBLEMS
from vpnbot.domain.statistics.figures import DAY, Period, span_of_days
from vpnbot.domain.statistics.flow import SOLD, FlowKind, Flows, Origin, opinion_kind
from vpnbot.domain.statistics.levels import Level, Levels
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.statistics_chart import ChartDay, chart
from vpnbot.telegram.customer.payment_words import service_name
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Day, Phrase, Rows, Screen, phrase, rows
from vpnbot.usecases.statistics.figures import MonthOfSales, TrialWaiters

PERIODS = (7, 30, 90)
SALES, LAST, NEW, ORIGINS, LEVELS, OPINIONS = "csv", "last", "new", "src", "now", "say"
_MOST_REVENUES = 4
"""The most lines about revenue: a caption has room for 1,024 characters, and a phone for fewer."""


def figures(
    period: Period,
    base_currency: str,
    now: datetime,
    offset: timedelta,
    shown: str = "",
    waiters: TrialWaiters | None = None,
) -> Screen:
    """Return the picture of a period with its figures as its caption.

    With `shown` the caption has the sources of new people (`ORIGINS`), or what people have answered (`OPINIONS`).
    `waiters` are those for a trial.
    """
    first = span_of_days(period.first_day, 1, offset).first
    about = {"from": Day(first), "to": Day(now)}
    caption = {ORIGINS: _origins, OPINIONS: _opinions}.get(shown)
    text = caption(period.total, about) if caption is not None else _sums(period, about, waiters)
    currency = _drawn_currency(period.total, base_currency)
    kept = (shown,) if caption is not None else ()
    return Screen((tuple(text),), _buttons(len(period.days), *kept), picture=_picture(period, currency))


def levels(nights: Sequence[Levels]) -> Screen:
    """Return the picture of how many people were in each state each night; the caption has the last numbers."""
    drawn = (Level.TRIAL, Level.ACTIVE, Level.LAPSED)
    bars = [ChartDay(each.day.day, (each.of(drawn[0]), each.of(drawn[1]), each.of(drawn[2]))) for each in nights]
    counted = next((each for each in reversed(nights) if each.counts), None)
    text = phrase("statistics-no-levels")
    if counted is not None:
        numbers = {str(level): counted.of(level) for level in Level}
        text = phrase("statistics-levels", night=Day(span_of_days(counted.day, 1, timedelta()).first), **numbers)
    return Screen(((text,),), _buttons(len(nights), LEVELS), picture=chart(bars, "", levels=True))


def sales(month: MonthOfSales, name: str) -> tuple[Phrase, Phrase]:
    """Return the name of the file of a month, and its caption, which names the difference to the chart if any."""
    caption = phrase("sales-caption", month=name)
    if month.difference:
        caption = phrase("sales-difference", amount=month.difference[0])
    return phrase("sales-file", month=name), caption


def _sums(period: Period, about: dict[str, Day], waiters: TrialWaiters | None) -> Iterator[Phrase]:
    total = period.total
    counts = {"trials": FlowKind.TRIAL, "expired": FlowKind.EXPIRED}
    numbers = {name: total.count(kind) for name, kind in counts.items()}
    yield phrase("statistics", sales=total.count(*SOLD), **numbers, **about)
    for provider, money in total.revenue_by_provider()[:_MOST_REVENUES]:
        yield phrase("statistics-revenue", amount=money, provider=service_name(provider))
    for money in period.before.revenue()[:1]:
        yield phrase("statistics-before", amount=money)
    if codes := total.count(FlowKind.PROMO):
        yield phrase("statistics-codes", count=codes)
    sold, opened = total.count(FlowKind.GIFT_SOLD), total.count(FlowKind.GIFT_OPENED)
    if sold or opened:
        yield phrase("statistics-gifts", sold=sold, opened=opened)
    yield from _winback(total)
    if waiters:
        told = {"told": waiters.told, "today": waiters.told_today}
        yield phrase("statistics-trial-waiters", waiting=waiters.waiting, **told)
    if period.paid_after_trial is not None:
        yield phrase("statistics-rate", percent=round(period.paid_after_trial * 100))


def _winback(total: Flows) -> Iterator[Phrase]:
    """Yield how often a discount to come back was offered and used, and the money of the orders with it."""
    offered, used = total.count(FlowKind.WINBACK), total.count(FlowKind.WINBACK_USED)
    money = total.amounts_of((FlowKind.WINBACK_MONEY,))
    if money:
        yield phrase("statistics-winback-money", offered=offered, used=used, amount=money[0])
    elif offered or used:
        yield phrase("statistics-winback", offered=offered, used=used)


def _origins(total: Flows, about: dict[str, Day]) -> Iterator[Phrase]:
    yield phrase("statistics-origins", **about)
    counts = total.by_origin(FlowKind.MET)
    known = [(origin, counts[origin]) for origin in Origin if counts.get(origin)]
    for origin, count in sorted(known, key=lambda each: -each[1]):
        yield phrase(f"statistics-origin-{origin}", count=count)
    if not known:
        yield phrase("statistics-no-origins")
    sold, seconds = total.by_origin(*SOLD).get(Origin.FRIEND, 0), total.seconds_of_rewards()
    if sold or seconds:
        yield phrase("statistics-invites", sales=sold, days=round(timedelta(seconds=seconds) / DAY))


def _opinions(total: Flows, about: dict[str, Day]) -> Iterator[Phrase]:
    yield phrase("statistics-opinions", **about)
    counts = [(opinion, total.count(opinion_kind(opinion))) for opinion in (GOOD, BAD, *PROBLEMS)]
    for opinion, count in counts:
        if count:
            yield phrase(f"statistics-opinion-{opinion}", count=count)
    if not any(count for _, count in counts):
        yield phrase("statistics-no-opinions")


def _drawn_currency(total: Flows, base_currency: str) -> str:
    """Return the currency of the line: that of the shop, or the first one if nothing was paid in it."""
    currencies = [money.currency for money in total.revenue()]
    return base_currency if base_currency in currencies or not currencies else currencies[0]


def _picture(period: Period, currency: str) -> bytes:
    return chart(
        [
            ChartDay(
                (period.first_day + DAY * number).day,
                (flows.count(FlowKind.TRIAL), flows.count(*SOLD), flows.count(FlowKind.EXPIRED)),
                _revenue(flows, currency),
            )
            for number, flows in enumerate(period.days)
        ],
        currency,
    )


def _revenue(flows: Flows, currency: str) -> float:
    found = next((money for money in flows.revenue() if money.currency == currency), Money(0, currency))
    return float(found.decimal)


def _buttons(days: int, *shown: str) -> Rows:
    periods = (
        Button(phrase("button-statistics-days", days=n), action=Area.STATISTICS.on(n, *shown)) for n in PERIODS
    )
    return rows(
        tuple(periods),
        (
            Button(phrase("button-statistics-levels"), action=Area.STATISTICS.on(days, LEVELS)),
            Button(phrase("button-statistics-origins"), action=Area.STATISTICS.on(days, ORIGINS)),
        ),
        (
            Button(phrase("button-sales-last"), action=Area.STATISTICS.on(SALES, LAST)),
            Button(phrase("button-sales-this"), action=Area.STATISTICS.on(SALES)),
        ),
        (
            Button(phrase("button-statistics-opinions"), action=Area.STATISTICS.on(days, OPINIONS)),
            Button(phrase("button-hide"), action=Action.HIDE),
        ),
    )
