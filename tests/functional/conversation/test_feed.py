"""The staff read what happened: the feed in the chat, and news in their own group."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.feed import WantedNews
from vpnbot.domain.people.roles import Role
from vpnbot.telegram.messages.packed_ids import unpacked_person


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def wants(harness: ChatHarness, news: WantedNews) -> None:
    """Choose what the staff hear of at once."""
    settings = harness.shop.sales.settings
    before = settings.load(fresh=True)
    assert settings.observe(before, replace(before, news=news))


def marks(reader: ChatUser) -> list[str]:
    """Return the people to whose cards the screen leads, in order."""
    data = [button.callback_data or "" for row in reader.screen.buttons for button in row]
    return [str(unpacked_person(each.removeprefix("adm:who:"))) for each in data if each.startswith("adm:who:")]


def told(harness: ChatHarness) -> list[str]:
    """Return what the operators' chat was sent."""
    return [message.words for message in harness.telegram.messages(OPERATORS)]


def test_the_newest_come_first_and_older_ones_on_the_next_pages(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/start")
    for number in range(100, 110):
        harness.passes(minutes=1)
        harness.user("en", number).sends("/start")
    admin.sends("/admin")
    admin.taps("What happened")
    assert marks(admin) == [harness.shop.person_id(number) for number in range(109, 101, -1)]
    admin.taps("Older")
    assert marks(admin) == [harness.shop.person_id(101), harness.shop.person_id(100), admin.person.id]
    assert admin.screen.labels == [["👤 1", "👤 2", "👤 3"], ["👑 Shop"]]


def test_events_of_one_moment_are_on_one_page_each(harness: ChatHarness, admin: ChatUser) -> None:
    for number in range(100, 117):
        harness.user("en", number).sends("/start")
    admin.sends("/admin")
    seen: list[str] = []
    admin.taps("What happened")
    for _ in range(3):
        seen += marks(admin)
        if any("Older" in label for row in admin.screen.labels for label in row):
            admin.taps("Older")
    assert sorted(seen) == sorted({*map(harness.shop.person_id, range(100, 117)), admin.person.id})


def test_each_line_leads_to_the_card_of_its_person(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/start")
    harness.passes(minutes=1)
    harness.user("en", 100).sends("/start")
    admin.sends("/admin")
    admin.taps("What happened")
    admin.sees("1. 1 Mar, 12:01 UTC: 👋 A new person 2.")
    assert "#id_" not in admin.screen.words
    admin.taps("👤 1")
    admin.sees("100")


@pytest.mark.parametrize("data", ["adm:feed:x", "adm:feed:1:sale:zz:0", "adm:feed:9999999999999999:met:%:0"])
def test_a_page_that_does_not_exist_is_the_newest_one(harness: ChatHarness, admin: ChatUser, data: str) -> None:
    admin.sends("/start")
    harness.deliver(admin.tap(data))
    admin.sees("A new person")


def test_without_the_switch_nothing_is_told(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    user.taps("Try free")
    harness.shop.settles(minutes=5)
    assert told(harness) == []


def test_trials_of_one_minute_are_told_in_one_message(harness: ChatHarness) -> None:
    wants(harness, WantedNews.ALL)
    people = [harness.user("en", number) for number in range(100, 112)]
    for person in people:
        person.sends("/start")
        person.taps("Try free")
    harness.shop.settles(minutes=5)
    (message,) = told(harness)
    assert message.count("🎁 Trial #id_") == 10
    assert "… and 2 more" in message


def test_only_money_is_told_if_that_is_chosen(harness: ChatHarness, user: ChatUser) -> None:
    wants(harness, WantedNews.MONEY)
    user.sends("/start")
    user.taps("Try free")
    harness.shop.settles(minutes=5)
    assert told(harness) == []


def test_news_that_are_switched_off_before_they_are_sent_are_not_sent(harness: ChatHarness, user: ChatUser) -> None:
    wants(harness, WantedNews.ALL)
    user.sends("/start")
    user.taps("Try free")
    wants(harness, WantedNews.OFF)
    harness.shop.settles(minutes=5)
    assert told(harness) == []


def test_the_switch_goes_through_its_choices(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/shop")
    admin.taps("⚙️ Settings")
    for label in ("In our chat: nothing", "In our chat: money", "In our chat: money and trials"):
        admin.taps(label)
    admin.taps("In our chat: nothing")
    assert harness.shop.sales.settings.load(fresh=True).news is WantedNews.MONEY


def test_support_reads_the_feed(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.SUPPORT)
    harness.shop.clock.advance(timedelta(minutes=1))
    user.sends("/admin")
    user.taps("What happened")
    user.sees("A new person")
