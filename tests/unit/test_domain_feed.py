"""The feed: which events follow from a decision, and when they are told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.contract import AWAITING
from tests.unit.test_domain_person import KNOWN, NOW, ON_TRIAL, UNKNOWN
from vpnbot.domain.effects import Put
from vpnbot.domain.feed import (
    FEED,
    KEPT_FOR,
    Event,
    EventKind,
    WantedNews,
    body_of,
    event_of,
    feed_events,
    feed_rows,
)
from vpnbot.domain.money import Money
from vpnbot.domain.news import news_moves
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due

PAID = Money(29_900, "RUB")
BUYER = replace(ON_TRIAL, orders=(AWAITING,))


def money(amount: int, seconds: int | None) -> Entry:
    """Return the ledger entry of a payment, or of a refund."""
    return Entry("payment:card:1", "paid", NOW, "provider", AWAITING.id, Money(amount, "RUB"), seconds)


def test_the_first_contact_and_the_trial_are_events_once() -> None:
    first = list(feed_events(UNKNOWN, KNOWN, (), NOW))
    assert first == [Event(EventKind.MET, NOW, UNKNOWN.id)]
    assert list(feed_events(KNOWN, KNOWN, (), NOW)) == []
    trial = replace(KNOWN, user=replace(KNOWN.user, trial_used=True))
    assert [event.kind for event in feed_events(KNOWN, trial, (), NOW)] == [EventKind.TRIAL]
    assert [event.kind for event in feed_events(UNKNOWN, trial, (), NOW)] == [EventKind.MET, EventKind.TRIAL]


@pytest.mark.parametrize(
    ("amount", "seconds", "kind", "shown"),
    [
        (29_900, 2_592_000, EventKind.SALE, 29_900),
        (29_900, 0, EventKind.HELD, 29_900),
        (29_900, None, EventKind.HELD, 29_900),
        (-10_000, -864_000, EventKind.REFUND, 10_000),
    ],
)
def test_an_entry_with_money_is_an_event_with_what_was_bought(
    amount: int, seconds: int | None, kind: EventKind, shown: int
) -> None:
    (event,) = feed_events(BUYER, BUYER, (money(amount, seconds),), NOW)
    assert (event.kind, event.money) == (kind, Money(shown, "RUB"))
    assert (event.order, event.provider) == (AWAITING.id, AWAITING.provider)
    assert event.titles == AWAITING.offer.plan.titles
    assert event.seconds == AWAITING.offer.duration.total_seconds()


def test_an_entry_without_money_and_one_without_an_amount_are_no_events() -> None:
    entries = (Entry("update:1:2", "language changed", NOW), money(0, 0))
    assert list(feed_events(BUYER, BUYER, entries, NOW)) == []


def test_a_row_is_read_as_it_was_written_and_expires() -> None:
    sale = Event(EventKind.SALE, NOW, "p", PAID, "o", {"en": "Standard"}, 60, "card", renewal=True)
    met = Event(EventKind.MET, NOW, "p")
    for number, row in enumerate(feed_rows((sale, met))):
        assert isinstance(row, Put)
        assert (row.partition, row.at, row.expires_at) == (FEED, NOW, NOW + KEPT_FOR)
        event = (sale, met)[number]
        assert event_of(row.key, row.body, NOW) == replace(event, key=row.key)
    assert event_of("", {"kind": "horoscope"}, NOW) is None
    assert event_of("", body_of(sale), NOW) == sale


@pytest.mark.parametrize(
    ("wanted", "kind", "told"),
    [
        (WantedNews.OFF, EventKind.SALE, False),
        (WantedNews.MONEY, EventKind.SALE, True),
        (WantedNews.MONEY, EventKind.HELD, True),
        (WantedNews.MONEY, EventKind.REFUND, True),
        (WantedNews.MONEY, EventKind.TRIAL, False),
        (WantedNews.ALL, EventKind.TRIAL, True),
        (WantedNews.ALL, EventKind.MET, False),
    ],
)
def test_each_choice_tells_its_kinds(wanted: WantedNews, kind: EventKind, told: bool) -> None:
    assert bool(list(news_moves((Event(kind, NOW, "p"),), lambda: wanted))) is told


def test_all_events_of_a_minute_make_one_alert_after_the_minute() -> None:
    begins = NOW.replace(second=0, microsecond=0)
    alerts = [
        *news_moves((Event(EventKind.SALE, begins, "p"),), lambda: WantedNews.ALL),
        *news_moves((Event(EventKind.TRIAL, begins + timedelta(seconds=59.9), "q"),), lambda: WantedNews.ALL),
    ]
    assert alerts[0] == alerts[1]
    assert isinstance(alerts[0], Put)
    assert alerts[0].due == Due(begins + timedelta(seconds=80))


def test_the_settings_are_not_read_for_a_first_contact() -> None:
    def never() -> WantedNews:
        raise AssertionError("read")

    assert list(news_moves((Event(EventKind.MET, NOW, "p"),), never)) == []
