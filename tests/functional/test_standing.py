"""Chat, page and diagnosis agree on a person's standing at every time, and show the same link."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from tests.fakes.generated_people import BEGAN, KEY, PLAIN, people_with_times
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.link_client import PUBLIC_URL, WORDING, LinkClient, remarks
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.people.user import User
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.support import Finding, diagnose
from vpnbot.telegram.customer.home_screens import SCREENS, home
from vpnbot.telegram.messages.screen import Phrase
from vpnbot.telegram.messages.view import View
from vpnbot.telegram.messages.view_factory import ViewFactory

NO_LINK = "no link"
CHAT = {
    Standing.NEW: {"home-new"},
    Standing.TRIAL_USED: {"home-trial-used"},
    Standing.FIRST_KEY: {"home-making", "home-making-longer"},
    Standing.KEY_AGAIN: {"home-making-again"},
    Standing.RUNNING: {"home-running-trial", "home-running-paid", "home-running-renews"},
    Standing.LAST_DAY: {"home-last-day"},
    Standing.USED_UP: {"home-used-up"},
    Standing.EXPIRED: {"home-expired"},
    Standing.LINK_GONE: {"home-link-gone"},
    Standing.PAUSED: {"home-paused"},
    Standing.DELETED: {"deleted"},
    Standing.UNREADABLE: {"home-unreadable"},
}
PAGE = {
    Standing.NEW: {NO_LINK},
    Standing.TRIAL_USED: {NO_LINK},
    Standing.FIRST_KEY: {"making"},
    Standing.KEY_AGAIN: {"making"},
    Standing.RUNNING: {"running"},
    Standing.LAST_DAY: {"last_day"},
    Standing.USED_UP: {"used_up"},
    Standing.EXPIRED: {"expired"},
    Standing.LINK_GONE: {NO_LINK},
    Standing.PAUSED: {"paused", NO_LINK},  # a person may be paused before the first key
    Standing.DELETED: {NO_LINK},
    Standing.UNREADABLE: {NO_LINK},
}
MAKING = {Finding.KEY_BEING_MADE, Finding.KEY_REFUSED}
WORKING = {Finding.KEY_LAGS, Finding.KEY_REFUSED, Finding.NEVER_LOADED}
DIAGNOSIS = {
    Standing.NEW: {Finding.NO_SUBSCRIPTION},
    Standing.TRIAL_USED: {Finding.NO_SUBSCRIPTION},
    Standing.FIRST_KEY: MAKING,
    Standing.KEY_AGAIN: MAKING,
    Standing.RUNNING: WORKING,
    Standing.LAST_DAY: WORKING,
    Standing.USED_UP: {Finding.TRAFFIC_USED_UP},
    Standing.EXPIRED: {Finding.EXPIRED},
    Standing.LINK_GONE: {Finding.EXPIRED},
    Standing.PAUSED: {Finding.PAUSED},
    Standing.DELETED: {Finding.NO_SUBSCRIPTION},
    Standing.UNREADABLE: {Finding.UNREADABLE},
}


def shop_with(person: Person, now: datetime) -> Shop:
    """Return a shop in which this person is stored, with its clock at `now`."""
    shop = shop_in_memory()
    shop.clock.now = now
    session = shop.people.open(person.id)
    session.commit(person)
    return shop


def view_of(shop: Shop, person: Person) -> View:
    """Return the view from which the person's screens in the chat are made."""
    views = ViewFactory(
        ring=lambda: shop.ring,
        messages=WORDING,
        public_url=PUBLIC_URL,
        support_chat_id=None,
    )
    return views.view(person.as_of(shop.clock.now), shop.clock.now)


def in_chat(view: View) -> str:
    """Return the id of the first message on the home screen."""
    first = home(view).paragraphs[0]
    assert isinstance(first, Phrase)
    return first.message


def on_page(shop: Shop, person: Person) -> str:
    """Return the standing that the page of the person's link shows, or `NO_LINK`."""
    key = person.subscription.key
    response = LinkClient(shop).browser(token=shop.ring.link_token(person.id, key) if key else "")
    shown = re.search(r'class="card(?: message)? status (\w+) tone-', response.body)
    assert (response.status == 200) is bool(shown)
    return shown[1] if shown else NO_LINK


@given(people_with_times())
def test_chat_page_and_diagnosis_agree_on_any_person_at_any_time(example: tuple[Person, datetime]) -> None:
    person, now = example
    expected, shop = standing(person, now), shop_with(person, now)
    assert in_chat(view_of(shop, person)) in CHAT[expected]
    assert on_page(shop, person) in PAGE[expected]
    assert diagnose(person, {}, now).finding in DIAGNOSIS[expected]


KEY_MADE = Access("nl", KEY, Wanted.ENABLED, devices=2).applied(1, PLAIN)
ON_TRIAL = Person(
    shop_in_memory().person_id(),
    User(trial_used=True).met(42, "en", None, BEGAN),
    Subscription().trial_started(TRIAL, KEY).begun(BEGAN),
    (KEY_MADE,),
)
ENDS_AT = BEGAN + TRIAL.duration
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "chat", "page"),
    [
        (ENDS_AT - timedelta(hours=24) - MICROSECOND, "home-running-trial", "running"),
        (ENDS_AT - timedelta(hours=24), "home-last-day", "last_day"),
        (ENDS_AT - timedelta(hours=24) + MICROSECOND, "home-last-day", "last_day"),
        (ENDS_AT - MICROSECOND, "home-last-day", "last_day"),
        (ENDS_AT, "home-expired", "expired"),
        (ENDS_AT + timedelta(days=30) - MICROSECOND, "home-expired", "expired"),
        (ENDS_AT + timedelta(days=30), "home-link-gone", NO_LINK),
    ],
)
def test_chat_and_page_change_at_the_same_time(now: datetime, chat: str, page: str) -> None:
    shop = shop_with(ON_TRIAL, now)
    assert (in_chat(view_of(shop, ON_TRIAL)), on_page(shop, ON_TRIAL)) == (chat, page)


def test_the_link_in_the_chat_is_the_one_that_the_page_shows() -> None:
    shop = shop_with(ON_TRIAL, BEGAN)
    link = view_of(shop, ON_TRIAL).link
    assert f'value="{link}"' in LinkClient(shop).browser().body


def test_a_used_up_key_that_its_panel_has_not_switched_off_is_not_offered_for_telegram() -> None:
    plan = replace(TRIAL, traffic_limit_bytes=1000)
    used_up = replace(
        ON_TRIAL,
        subscription=replace(ON_TRIAL.subscription, plan=plan),
        accesses=(replace(KEY_MADE, used_bytes=1000),),
    )
    assert remarks(LinkClient(shop_with(used_up, BEGAN)).app()) == ["🔴 Traffic used up · see the bot"]


def test_every_standing_has_a_screen() -> None:
    assert set(SCREENS) == set(Standing)
