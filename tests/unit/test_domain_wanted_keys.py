"""The wanted state of keys: a pure function of the standing, and the same for every key of the current link."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given

from tests.fakes.generated_people import BEGAN, people_with_times
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.people.wanted_keys import telegram_only, wanted_state, with_keys_as_granted

type Generated = tuple[Person, datetime]


@given(people_with_times())
def test_people_with_the_same_standing_have_keys_in_the_same_state(generated: Generated) -> None:
    person, now = generated
    expected = {
        Standing.PAUSED: Wanted.DISABLED,
        Standing.EXPIRED: Wanted.LIMITED,
        Standing.USED_UP: Wanted.LIMITED,
        Standing.LINK_GONE: Wanted.LIMITED,
    }.get(standing(person, now), Wanted.ENABLED)
    if person.subscription.key is None:
        expected = Wanted.ABSENT
    assert wanted_state(person, now) is expected


@given(people_with_times())
def test_every_key_gets_the_wanted_state_or_is_to_be_removed(generated: Generated) -> None:
    person, now = generated
    granted = with_keys_as_granted(person, now)
    for before, after in zip(person.accesses, granted.accesses, strict=True):
        stays = before.key == person.subscription.key and before.wanted is not Wanted.ABSENT
        assert after.wanted is (wanted_state(person, now) if stays else Wanted.ABSENT)
    assert with_keys_as_granted(granted, now) == granted


@given(people_with_times())
def test_a_pause_turns_everything_off_and_its_end_restores_what_the_person_has_then(generated: Generated) -> None:
    person, now = generated
    settled = replace(person.as_of(now), user=replace(person.user, banned=False)).resumed_at(now)
    paused = with_keys_as_granted(settled.paused_at(now), now)
    assert not any(key.wanted in {Wanted.ENABLED, Wanted.LIMITED} for key in paused.accesses)
    assert paused.resumed_at(now).subscription.left(now) == settled.subscription.left(now)
    assert wanted_state(paused.resumed_at(now), now) is wanted_state(settled, now)
    assert telegram_only(paused, now) is telegram_only(settled, now)


@pytest.mark.parametrize("unreadable", ["USER", "SUB"])
@given(people_with_times())
def test_the_keys_of_a_person_who_cannot_be_read_stay_as_they_are(unreadable: str, generated: Generated) -> None:
    person = replace(generated[0], unreadable=frozenset({unreadable}))
    assert with_keys_as_granted(person, BEGAN) is person
