"""Days of the staff that are taken back leave everything else as it was: the time and the traffic of other lots."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.catalogue_of_plans import DAY, NEW_KEY, NEW_PERSON, NOW, A, B, buys, offer, on_trial
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff.person_acts import CannotAct, with_days, with_other_plan, without_days
from vpnbot.domain.subscriptions.plan import TRIAL

GB = 10**9
GIFT = "act"
LIMITED = replace(A, traffic_limit_bytes=300 * GB)
TEN_GB_A_DAY = replace(offer(A, 30), plan=LIMITED)


def bought(used_gb: float, *, days: int = 30) -> Person:
    """A person who has bought days with 10 GB each, and has used some traffic."""
    return using(buys(NEW_PERSON, replace(TEN_GB_A_DAY, duration=timedelta(days=days)), NOW, "1"), used_gb)


def using(person: Person, used_gb: float) -> Person:
    spent = person.subscription.spent_bytes + int(used_gb * GB)
    return replace(person, subscription=replace(person.subscription, spent_bytes=spent))


def gb_left(person: Person) -> float:
    limit = person.subscription.traffic_limit_bytes
    assert limit is not None
    return (limit - person.used_bytes) / GB


@pytest.mark.parametrize(
    ("used_gb", "later"),
    [(0, 0), (200, 29), (299, 1), (50, 29)],
    ids=["nothing used", "more time gone than traffic", "most traffic used", "saved for the last day"],
)
def test_at_once_the_traffic_is_what_it_was(used_gb: float, later: float) -> None:
    now = NOW + later * DAY
    before = bought(used_gb)
    given_days = with_days(before, 5, GIFT, TRIAL, NEW_KEY, now)
    assert gb_left(given_days) == gb_left(before) + 50
    after = without_days(given_days, GIFT, now)
    assert gb_left(after) == gb_left(before)
    assert after.subscription.ends_at == before.subscription.ends_at


def test_a_day_and_100_gb_stay_when_one_more_day_is_taken_back() -> None:
    now = NOW + 29 * DAY
    person = with_days(bought(200), 1, GIFT, TRIAL, NEW_KEY, now)
    assert gb_left(without_days(person, GIFT, now)) == 100


def test_traffic_of_the_gift_that_was_used_stays_used() -> None:
    now = NOW + 15 * DAY
    person = using(with_days(bought(295), 5, GIFT, TRIAL, NEW_KEY, now), 40)
    assert gb_left(without_days(person, GIFT, now)) == 0, "5 GB and 50 GB less 40 GB, of which the gift had more"


@given(
    used_gb=st.floats(0, 310),
    after_gift_gb=st.floats(0, 100),
    days=st.integers(1, 60),
    bought_days=st.integers(1, 90),
    wait=st.floats(0, 100),
    begun=st.floats(0, 1),
)
def test_no_bought_traffic_is_taken_and_none_of_the_gift_stays_unused(
    used_gb: float, after_gift_gb: float, days: int, bought_days: int, wait: float, begun: float
) -> None:
    given_at = NOW + bought_days * begun * DAY
    before = bought(used_gb, days=bought_days)
    person = using(with_days(before, days, GIFT, TRIAL, NEW_KEY, given_at), after_gift_gb)
    now = given_at + wait * DAY
    try:
        after = without_days(person, GIFT, now)
    except CannotAct:
        return
    own = before.subscription.traffic_limit_bytes
    limit, with_gift = after.subscription.traffic_limit_bytes, person.subscription.traffic_limit_bytes
    assert own is not None
    assert limit is not None
    assert with_gift is not None
    if after.subscription.lots_left(now) and before.subscription.lots_left(given_at):
        assert own <= limit <= with_gift
        unused_days = max(days - wait, 0)
        assert limit - max(own, person.used_bytes) <= (days - unused_days + 1 / 86_400) * 10 * GB


def test_after_a_change_of_the_plan_no_more_leaves_than_the_part_of_the_rest() -> None:
    """The days were converted with all other time when little traffic was left: they came with little, too."""
    other: Offer = replace(offer(B, 30), plan=replace(B, traffic_limit_bytes=300 * GB))
    person = with_other_plan(using(with_days(bought(0), 30, GIFT, TRIAL, NEW_KEY, NOW), 540), other, NOW)
    assert gb_left(person) == 45, "a tenth of 30 given days and 15 bought days"
    assert gb_left(without_days(person, GIFT, NOW)) == 15
    back = with_other_plan(person, TEN_GB_A_DAY, NOW)
    assert gb_left(without_days(back, GIFT, NOW)) == pytest.approx(gb_left(back) / 2)


def test_a_trial_with_a_limit_keeps_its_own() -> None:
    limited_trial = replace(TRIAL, traffic_limit_bytes=9 * GB)
    before = using(on_trial(NOW, plan=limited_trial), 1)
    person = with_days(before, 3, GIFT, limited_trial, NEW_KEY, NOW)
    assert gb_left(without_days(person, GIFT, NOW)) == gb_left(before)
