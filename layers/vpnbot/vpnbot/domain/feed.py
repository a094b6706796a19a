"""The feed: what has happened with people and money, newest first, for the staff; kept for two weeks.

Each commit writes the rows that follow from its change. A row has the id of the person, a keyed hash, and no name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.effects import Effect, Put
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person

FEED = "FEED"
"""The partition of the feed; the sort keys begin with the time."""

KEPT_FOR = timedelta(days=14)


class EventKind(StrEnum):
    """What has happened.

    MET: the first contact of a person, also after a deletion. TRIAL: the trial began. SALE: time was bought.
    HELD: a payment arrived that waits for a decision. REFUND: money was sent back.
    """

    MET = "met"
    TRIAL = "trial"
    SALE = "sale"
    HELD = "held"
    REFUND = "refund"


class WantedNews(StrEnum):
    """What the staff want to hear of at once. MONEY: sales, payments that are held, refunds. ALL: trials, too."""

    OFF = "off"
    MONEY = "money"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Event:
    """One row. `key` orders the feed.

    `titles` are those of the plan that was bought by language, `seconds` its time; `renewal`: charged automatically.
    """

    kind: EventKind
    at: datetime
    person: str
    money: Money | None = None
    order: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    seconds: int = 0
    provider: str = ""
    renewal: bool = False
    key: str = ""


def feed_rows(events: Iterable[Event]) -> Iterator[Effect]:
    """Yield the rows of the events of one decision."""
    for number, event in enumerate(events):
        key = f"{feed_time(event.at)}#{event.kind}#{event.person}#{number}"
        yield Put(FEED, key, body_of(event), at=event.at, expires_at=event.at + KEPT_FOR)


def feed_time(moment: datetime) -> str:
    """Return a time as the sort keys of the feed begin; texts are in the order of the times."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def event_of(key: str, body: Mapping[str, object], at: datetime) -> Event | None:
    """Return the event of a stored row; None if another release has written another kind."""
    kind = str(body.get("kind"))
    if kind not in frozenset(EventKind):
        return None
    currency = str(body.get("currency", ""))
    return Event(
        kind=EventKind(kind),
        at=at,
        person=str(body.get("person", "")),
        money=Money(int(str(body.get("minor", 0))), currency) if currency else None,
        order=str(body.get("order", "")),
        titles=_titles(body.get("titles")),
        seconds=int(str(body.get("seconds", 0))),
        provider=str(body.get("provider", "")),
        renewal=body.get("renewal") is True,
        key=key,
    )


def _titles(stored: object) -> Mapping[str, str]:
    return {str(language): str(title) for language, title in stored.items()} if isinstance(stored, Mapping) else {}


def body_of(event: Event) -> dict[str, object]:
    """Return an event as its row stores it; `event_of` reads it."""
    body: dict[str, object] = {"kind": str(event.kind), "person": event.person}
    for name in ("order", "titles", "seconds", "provider"):
        if value := getattr(event, name):
            body[name] = value
    if event.money is not None:
        body |= {"minor": event.money.amount_minor, "currency": event.money.currency}
    return body | ({"renewal": True} if event.renewal else {})


def feed_events(before: Person, after: Person, entries: Iterable[Entry], now: datetime) -> Iterator[Event]:
    """Yield what a decision about a person, with these ledger entries, means for the feed."""
    if after.user.known and not before.user.known:
        yield Event(EventKind.MET, now, after.id)
    if after.user.trial_used and not before.user.trial_used:
        yield Event(EventKind.TRIAL, now, after.id)
    for entry in entries:
        if entry.money is not None and entry.money.amount_minor:
            yield _about_money(after, entry, entry.money, now)


def _about_money(person: Person, entry: Entry, money: Money, now: datetime) -> Event:
    """Return the event of an entry with money; an amount that was granted no time waits for a decision."""
    order = person.order(entry.order) if entry.order else None
    if money.amount_minor < 0:
        kind, amount = EventKind.REFUND, Money(-money.amount_minor, money.currency)
    else:
        sold = entry.seconds or (order is not None and _is_gift_sale(order))
        kind, amount = EventKind.SALE if sold else EventKind.HELD, money
    if order is None:
        return Event(kind, now, person.id, amount, entry.order or "")
    renewal = order.kind is OrderKind.RENEWAL
    seconds = int(order.offer.duration.total_seconds())
    return Event(kind, now, person.id, amount, order.id, order.offer.plan.titles, seconds, order.provider, renewal)


def _is_gift_sale(order: Order) -> bool:
    """Tell whether the last payment has bought a gift, which adds time to another person later."""
    return order.kind is OrderKind.GIFT and order.payments[-1].state is PaymentState.CREDITED
