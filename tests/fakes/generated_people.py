"""Hypothesis strategies: people in any state that a subscription can reach, with keys in any state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.fakes.offers import bought
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.subscriptions.timeline import scheduled_events

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERSON_ID = PersonId("0" * 32)
KEY, OLD_KEY = Key(1, "5eed5eed"), Key(1, "01d01d01")
MONTH = Plan(id="month", duration=timedelta(days=30), devices=5)
PLAIN = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
LIMITED = replace(PLAIN, port=9443, limited=True)
LIMIT_BYTES = 1000
_TICK, _HOUR = timedelta(microseconds=1), timedelta(hours=1)
_LATER = timedelta(days=50)


def _subscription(steps: str, limit_bytes: int | None) -> Subscription:
    """Return a subscription after some transitions of its state machine, each given as a letter."""
    subscription, now = Subscription(), BEGAN
    for step in steps:
        match step:
            case "t":
                subscription = subscription.trial_started(replace(TRIAL, traffic_limit_bytes=limit_bytes), KEY)
            case "b":
                subscription = subscription.begun(now)
            case "x":
                waited = subscription.waits_for_key
                subscription = bought(subscription, replace(MONTH, traffic_limit_bytes=limit_bytes), now, KEY)
                if subscription.waits_for_key and not waited:
                    subscription = subscription.begun(now)
            case "e":
                now = max(now, (subscription.ends_at or now) + timedelta(hours=1))
                subscription, _ = subscription.settled(now)
            case "l":
                subscription, _ = subscription.settled(now + _LATER)
            case "s":
                subscription = subscription.suspended(now + timedelta(hours=1))
            case "d":
                subscription = subscription.deleted()
    return subscription


_HISTORIES = ("", "t", "tb", "tb", "tb", "tbx", "tbx", "tx", "ts", "tbs", "tbe", "tbel", "tbex", "d", "tbd", "tbed")


@st.composite
def _accesses(draw: st.DrawFn, server_id: str) -> Access:
    return Access(
        server_id,
        draw(st.sampled_from([KEY, KEY, KEY, OLD_KEY])),
        draw(st.sampled_from([Wanted.ENABLED, Wanted.ENABLED, *Wanted])),
        devices=2,
        applied_revision=draw(st.sampled_from([0, 1])),
        endpoint=draw(st.sampled_from([PLAIN, PLAIN, None, LIMITED])),
        used_bytes=draw(st.sampled_from([0, LIMIT_BYTES // 2, LIMIT_BYTES])),
        due=draw(st.sampled_from([None, Due(BEGAN), Due(BEGAN, 12, dead_lettered=True)])),
        leaving_at=draw(st.sampled_from([None, BEGAN])),
    )


def _times(subscription: Subscription) -> st.SearchStrategy[datetime]:
    """Return times after the beginning; times at, just before and just after scheduled events are likely."""
    event_times = [event.at for event in scheduled_events(subscription.ends_at)] if subscription.ends_at else [BEGAN]
    near = [event_time + shift for event_time in event_times for shift in (-_HOUR, -_TICK, timedelta(), _TICK, _HOUR)]
    later = st.timedeltas(timedelta(), 2 * _LATER).map(lambda passed: BEGAN + passed)
    return st.one_of(st.sampled_from(near), later)


@st.composite
def people_with_times(draw: st.DrawFn) -> tuple[Person, datetime]:
    """Return a person and a time; transitions that are due by then may not be applied yet."""
    history = draw(st.sampled_from(_HISTORIES))
    known = ("t" in history and "d" not in history) or draw(st.booleans())
    user = User().met(42, "en", None, BEGAN) if known else User()
    trial_used = "t" in history or draw(st.booleans())
    banned = draw(st.sampled_from([False, False, False, True]))
    subscription = _subscription(history, draw(st.sampled_from([None, None, LIMIT_BYTES])))
    servers = draw(st.sampled_from([("nl",), ("nl", "de"), ()]))
    accesses = tuple(draw(_accesses(server)) for server in servers)
    person = Person(PERSON_ID, replace(user, trial_used=trial_used, banned=banned), subscription, accesses)
    return person, draw(_times(subscription))
