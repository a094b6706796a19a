"""The standing of a customer: exactly one at any moment, in agreement with the wanted state of the keys."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import find, given, settings

from tests.fakes.generated_people import BEGAN, KEY, MONTH, PLAIN, people_with_times
from tests.fakes.offers import bought
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import LAST_DAY, Standing, standing
from vpnbot.domain.people.user import User
from vpnbot.domain.people.wanted_keys import wanted_state
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
USER = User().met(42, "en", None, BEGAN)
USED = replace(USER, trial_used=True)
WAITING = Subscription().trial_started(TRIAL, KEY)
TRIAL_RUNS = WAITING.begun(BEGAN)
ENDS_AT = BEGAN + TRIAL.duration
MADE = Access("nl", KEY, Wanted.ENABLED, devices=2).applied(1, PLAIN)
NOT_MADE = Access("nl", KEY, Wanted.ENABLED, devices=2)


NONE = Subscription()


def person_with(user: User, subscription: Subscription = NONE, *accesses: Access) -> Person:
    """Return a person with one key that works, unless other accesses are given."""
    return Person(PersonId("0" * 32), user, subscription, accesses or (MADE,))


def limited(subscription: Subscription, limit_bytes: int) -> Subscription:
    """Return a subscription whose plan grants `limit_bytes` of traffic."""
    return replace(subscription, plan=replace(TRIAL, traffic_limit_bytes=limit_bytes))


EXAMPLES: dict[str, tuple[Person, datetime, Standing]] = {
    "a person unknown to the bot": (person_with(User()), BEGAN, Standing.NEW),
    "a person who has just opened the bot": (person_with(USER), BEGAN, Standing.NEW),
    "returned after deletion, the trial not used": (person_with(USER, WAITING.deleted()), BEGAN, Standing.NEW),
    "returned after deletion, the trial used": (person_with(USED, WAITING.deleted()), BEGAN, Standing.TRIAL_USED),
    "a used trial is known, no subscription": (person_with(USED), BEGAN, Standing.TRIAL_USED),
    "stored by another version": (
        replace(person_with(USED), unreadable=frozenset({"SUB"})),
        BEGAN,
        Standing.UNREADABLE,
    ),
    "deleted": (person_with(User(), WAITING.deleted()), BEGAN, Standing.DELETED),
    "deleted, the trial used": (person_with(User(trial_used=True), WAITING.deleted()), BEGAN, Standing.DELETED),
    "the first key is not made": (person_with(USED, WAITING, NOT_MADE), BEGAN, Standing.FIRST_KEY),
    "paid for, the first key is not made": (
        person_with(USED, bought(WAITING, MONTH, BEGAN, KEY), NOT_MADE),
        BEGAN,
        Standing.FIRST_KEY,
    ),
    "the key was made before a pause, and time has not begun": (
        person_with(USED, WAITING, MADE),
        BEGAN,
        Standing.FIRST_KEY,
    ),
    "the trial runs": (person_with(USED, TRIAL_RUNS), BEGAN + HOUR, Standing.RUNNING),
    "paid time runs": (person_with(USED, bought(TRIAL_RUNS, MONTH, BEGAN, KEY)), BEGAN + HOUR, Standing.RUNNING),
    "one of two keys works": (
        person_with(USED, TRIAL_RUNS, MADE, replace(NOT_MADE, server_id="de")),
        BEGAN,
        Standing.RUNNING,
    ),
    "just over 24 hours are left": (person_with(USED, TRIAL_RUNS), ENDS_AT - LAST_DAY - TICK, Standing.RUNNING),
    "exactly 24 hours are left": (person_with(USED, TRIAL_RUNS), ENDS_AT - LAST_DAY, Standing.LAST_DAY),
    "the last moment before the end": (person_with(USED, TRIAL_RUNS), ENDS_AT - TICK, Standing.LAST_DAY),
    "no key works while time runs": (person_with(USED, TRIAL_RUNS, NOT_MADE), BEGAN, Standing.KEY_AGAIN),
    "no key works on the last day": (person_with(USED, TRIAL_RUNS, NOT_MADE), ENDS_AT - HOUR, Standing.KEY_AGAIN),
    "all traffic is used": (
        person_with(USED, limited(TRIAL_RUNS, 5), replace(MADE, used_bytes=5)),
        BEGAN,
        Standing.USED_UP,
    ),
    "all traffic is used, and no key works": (
        person_with(USED, replace(limited(TRIAL_RUNS, 5), spent_bytes=5), NOT_MADE),
        BEGAN,
        Standing.USED_UP,
    ),
    "a byte of traffic is left": (
        person_with(USED, limited(TRIAL_RUNS, 5), replace(MADE, used_bytes=4)),
        BEGAN,
        Standing.RUNNING,
    ),
    "the end, the event not yet applied": (person_with(USED, TRIAL_RUNS), ENDS_AT, Standing.EXPIRED),
    "the end, the event applied": (person_with(USED, TRIAL_RUNS.settled(ENDS_AT)[0]), ENDS_AT, Standing.EXPIRED),
    "after the end the traffic does not matter": (
        person_with(USED, limited(TRIAL_RUNS, 5), replace(MADE, used_bytes=5)),
        ENDS_AT,
        Standing.EXPIRED,
    ),
    "the last moment before the link ends": (
        person_with(USED, TRIAL_RUNS),
        ENDS_AT + timedelta(days=30) - TICK,
        Standing.EXPIRED,
    ),
    "the end of the link, the event not yet applied": (
        person_with(USED, TRIAL_RUNS),
        ENDS_AT + timedelta(days=30),
        Standing.LINK_GONE,
    ),
    "the end of the link, the event applied": (
        person_with(USED, TRIAL_RUNS.settled(ENDS_AT + timedelta(days=30))[0]),
        ENDS_AT + timedelta(days=30),
        Standing.LINK_GONE,
    ),
    "paused": (person_with(USED, TRIAL_RUNS.suspended(BEGAN)), BEGAN, Standing.PAUSED),
    "paused, long after the end that it had before the pause": (
        person_with(USED, TRIAL_RUNS.suspended(BEGAN)),
        BEGAN + timedelta(days=400),
        Standing.PAUSED,
    ),
    "banned before a trial": (person_with(replace(USER, banned=True)), BEGAN, Standing.PAUSED),
    "banned, then deleted": (person_with(User(banned=True), WAITING.deleted()), BEGAN, Standing.PAUSED),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_has_the_standing_in_the_table(example: str) -> None:
    person, now, expected = EXAMPLES[example]
    assert standing(person, now) is expected


def test_every_standing_has_an_example() -> None:
    assert {expected for _, _, expected in EXAMPLES.values()} == set(Standing)


@pytest.mark.parametrize("candidate", Standing)
def test_in_each_standing_a_key_works_or_is_being_made_or_opens_nothing(candidate: Standing) -> None:
    assert [candidate.works, candidate.making, not candidate.opens_everything].count(True) == 1


@given(people_with_times())
def test_keys_open_everything_exactly_when_panels_are_to_enable_them(generated: tuple[Person, datetime]) -> None:
    person, now = generated
    assert standing(person, now).opens_everything is (wanted_state(person, now) is Wanted.ENABLED)


@given(people_with_times())
def test_exactly_one_standing_holds_whether_or_not_past_events_were_applied(
    generated: tuple[Person, datetime],
) -> None:
    person, now = generated
    holding = [each for each in Standing if _holds(each, person.as_of(now), now)]
    assert holding == [standing(person, now)] == [standing(person.as_of(now), now)]


@pytest.mark.parametrize("candidate", [one for one in Standing if one is not Standing.UNREADABLE])
def test_the_generated_people_reach_every_standing(candidate: Standing) -> None:
    searching = settings(derandomize=True, max_examples=1000)
    found = find(people_with_times(), lambda example: standing(*example) is candidate, settings=searching)
    assert standing(*found) is candidate


def _holds(candidate: Standing, person: Person, now: datetime) -> bool:
    """Tell whether a settled person has a standing, computed in another way than by the function under test."""
    subscription, user = person.subscription, person.user
    allowed = not user.banned and subscription.status != "suspended"
    none = allowed and subscription.status in {"none", "deleted"}
    deleted = none and subscription.status == "deleted" and user.chat_id is None
    over = allowed and subscription.status == "expired"
    limit = subscription.traffic_limit_bytes
    used_up = limit is not None and person.used_bytes >= limit
    granted = allowed and subscription.status in {"trial", "active"} and not used_up
    time_runs = granted and subscription.ends_at is not None
    left = (subscription.ends_at or now) - now
    served = any(access.works for access in person.offered_accesses)
    return {
        Standing.NEW: none and not deleted and not user.trial_used,
        Standing.TRIAL_USED: none and not deleted and user.trial_used,
        Standing.DELETED: deleted,
        Standing.FIRST_KEY: granted and subscription.ends_at is None,
        Standing.KEY_AGAIN: time_runs and not served,
        Standing.RUNNING: time_runs and served and left > timedelta(hours=24),
        Standing.LAST_DAY: time_runs and served and left <= timedelta(hours=24),
        Standing.USED_UP: allowed and subscription.status in {"trial", "active"} and used_up,
        Standing.EXPIRED: over and subscription.key is not None,
        Standing.LINK_GONE: over and subscription.key is None,
        Standing.PAUSED: not allowed,
        Standing.UNREADABLE: False,  # the generated people can all be read
    }[candidate]
