"""Once a week the administrators read who of the support team gave how many days."""

from datetime import UTC, datetime

import pytest

from tests.functional.conversation.acting import at_card, member
from tests.functional.conversation.administrator import harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.people.roles import Role

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
"""The clock of a test begins on a Sunday, the first of March; the tests begin in the week after it."""


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with a server and an administrator."""
    return harness_with_servers("nl")


def gives(staff: ChatUser, to: ChatUser, days: int) -> None:
    """Give days, up to the result."""
    at_card(staff, to.user_id)
    staff.taps("➕ Days")
    staff.taps(f"+{days}")
    staff.taps("✅ Yes")
    staff.sees("Done")


def weekly(admin: ChatUser) -> list[str]:
    """Return the sums that an administrator has read."""
    return [message.words for message in admin.chat if "given in the week" in message.words]


def until(harness: ChatHarness, moment: datetime) -> None:
    """Let time pass up to a moment."""
    harness.passes(seconds=(moment - harness.shop.clock.now).total_seconds())


def test_administrators_read_the_sum_on_monday(harness: ChatHarness, admin: ChatUser, customer: ChatUser) -> None:
    admin.sends("/start")
    harness.passes(days=2)
    support, other = member(harness, Role.SUPPORT), member(harness, Role.SUPPORT, 9)
    friend = harness.user("en", 43)
    friend.sends("/start")
    gives(support, customer, 3)
    gives(support, friend, 1)
    harness.passes(days=1)
    gives(other, friend, 1)
    gives(support, customer, 1)
    support.taps("↩️ Undo")
    gives(admin, customer, 7)
    until(harness, MONDAY.replace(hour=8, minute=55))
    assert weekly(admin) == []
    until(harness, MONDAY.replace(minute=5))
    (words,) = weekly(admin)
    for part in ("from 2 Mar 2026", ": 7 d, 1 person", ": 4 d, 2 people", ": 1 d, 1 person"):
        assert part in words
    harness.passes(days=14)
    assert len(weekly(admin)) == 1, "nothing was given since"


def test_without_an_act_of_support_or_if_all_was_undone_there_is_no_sum(
    harness: ChatHarness, admin: ChatUser, customer: ChatUser
) -> None:
    admin.sends("/start")
    harness.passes(days=2)
    support = member(harness, Role.SUPPORT)
    gives(support, customer, 3)
    support.taps("↩️ Undo")
    until(harness, MONDAY.replace(hour=12))
    gives(admin, customer, 3)
    harness.passes(days=8)
    assert weekly(admin) == []
