"""A question without an answer for two hours is in "Needs you", until somebody answers or closes it."""

from collections.abc import Callable

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.operators_group import GROUP, OWNER, OperatorsGroup
from vpnbot.domain.needs import NeedKind
from vpnbot.domain.people.roles import Role

LISTED = "Waiting long for an answer: 1"


@pytest.fixture
def group(harness: ChatHarness) -> OperatorsGroup:
    """A group that an owner has chosen."""
    group = OperatorsGroup(harness)
    group.chosen_by()
    owner(group).sends("/start")
    return group


@pytest.fixture
def customer(group: OperatorsGroup) -> ChatUser:
    """A customer who has asked."""
    user = group.harness.user("en")
    situations.running(user)
    group.asks(user, "Hello?")
    return user


def owner(group: OperatorsGroup) -> ChatUser:
    """Return the owner, in the own chat."""
    return group.harness.user("en", OWNER)


def reads(group: OperatorsGroup) -> str:
    """Return what the owner reads on the home screen of the staff."""
    owner(group).sends("/admin")
    return owner(group).screen.words


def rows(group: OperatorsGroup) -> list[NeedKind]:
    """Return the kinds of all stored rows of what waits."""
    return [need.kind for need in group.harness.shop.staff.needs.waiting()]


def test_it_is_listed_after_two_hours_and_leads_to_the_card_and_the_topic(
    group: OperatorsGroup, customer: ChatUser
) -> None:
    group.harness.passes(minutes=119)
    assert "Nothing waits for you" in reads(group)
    group.harness.passes(minutes=2)
    assert LISTED in reads(group)
    owner(group).taps("Needs you: 1")
    owner(group).taps("💬")
    assert owner(group).screen.words.startswith("👤")
    links = [button.url for row in owner(group).screen.buttons for button in row if button.url]
    assert links == [f"https://t.me/c/{str(GROUP).removeprefix('-100')}/{group.threads[0]}"]


def test_more_messages_do_not_put_it_off(group: OperatorsGroup, customer: ChatUser) -> None:
    topic = customer.person.topic
    assert topic is not None
    for _ in range(4):
        group.harness.passes(minutes=31)
        group.asks(customer, "Still there?")
    assert LISTED in reads(group)
    assert customer.person.topic == topic, "asked at the time of the first"


def in_topic(group: OperatorsGroup) -> None:
    """Answer in the topic."""
    group.writes("Hi")


def prepared(group: OperatorsGroup) -> None:
    """Send a prepared answer."""
    group.taps("Prepared")
    group.taps("It works again")


def closes(group: OperatorsGroup) -> None:
    """Close the conversation."""
    group.writes("/close")


def from_card(group: OperatorsGroup) -> None:
    """Write to the person from their card."""
    owner(group).sends("/admin")
    owner(group).taps("Needs you: 1")
    owner(group).taps("💬")
    owner(group).taps("✉️")
    owner(group).sends("Hi")
    owner(group).taps("✅")


@pytest.mark.parametrize("way", [in_topic, prepared, closes, from_card])
def test_each_way_to_answer_ends_it(
    group: OperatorsGroup, customer: ChatUser, way: Callable[[OperatorsGroup], None]
) -> None:
    group.harness.passes(hours=3)
    assert LISTED in reads(group)
    way(group)
    assert "Nothing waits for you" in reads(group)
    assert rows(group) == []


def test_a_deletion_ends_it(group: OperatorsGroup, customer: ChatUser) -> None:
    customer.harness.deliver(customer.tap("delete_all", customer.screen.id))
    assert rows(group) == []


def test_a_note_among_the_staff_or_a_change_of_an_old_answer_is_no_answer(
    group: OperatorsGroup, customer: ChatUser
) -> None:
    written = group.writes("Helo")
    group.asks(customer, "It broke again")
    group.writes("// who knows?")
    group.edits(written, "Hello")
    group.writes("🗑", reply_to=written)
    group.harness.passes(hours=3)
    assert LISTED in reads(group)


def test_the_topic_being_made_later_does_not_end_it(group: OperatorsGroup, customer: ChatUser) -> None:
    group.harness.telegram.topics.clear()
    group.asks(customer, "Hello again?")
    assert rows(group) == [NeedKind.UNANSWERED]
    group.harness.passes(hours=3)
    assert LISTED in reads(group)


def test_support_sees_it(group: OperatorsGroup, customer: ChatUser) -> None:
    member = group.harness.user("en", 905)
    member.sends("/start")
    becomes(group.harness, member, Role.SUPPORT)
    group.harness.passes(hours=3)
    member.sends("/admin")
    member.sees(LISTED)
