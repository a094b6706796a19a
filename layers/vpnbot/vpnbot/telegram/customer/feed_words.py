"""What has happened, in words: a line for each event; news have several."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from vpnbot.domain.feed import Event, EventKind, event_of
from vpnbot.telegram.customer.payment_words import period, service_name
from vpnbot.telegram.messages.screen import Argument, Phrase, Screen, Titles, phrase


def news(known: Mapping[str, str]) -> Screen:
    """Return the news with these arguments, see `usecases/staff/tell_news.py`."""
    stored = [(datetime.fromisoformat(body["at"]), body) for body in json.loads(known["events"])]
    events = [event for at, body in stored if (event := event_of("", body, at)) is not None]
    lines = [line(event) for event in events]
    if known.get("more"):
        lines.append(phrase("news-more", count=int(known["more"])))
    return Screen((tuple(lines),))


def line(event: Event) -> Phrase:
    """Return what has happened, with the person's mark if the event names a person."""
    person = f" #id_{event.person}" if event.person else ""
    if event.money is None:
        return phrase(f"feed-{event.kind}", person=person)
    if event.kind is EventKind.SALE and event.renewal:
        return phrase("feed-renewal", person=person, **_bought(event))
    if event.kind is EventKind.SALE:
        return phrase("feed-sale", person=person, **_bought(event))
    return phrase(f"feed-{event.kind}", person=person, amount=event.money, provider=service_name(event.provider))


def _bought(event: Event) -> dict[str, Argument]:
    return {
        "amount": event.money or "–",
        "plan": Titles(event.titles),
        "period": period(timedelta(seconds=event.seconds)),
        "provider": service_name(event.provider),
    }
