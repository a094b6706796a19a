"""Owners give roles to people, and only they see the team."""

import pytest

from tests.functional.conversation.acting import acts, member, yes
from tests.functional.conversation.administrator import harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.people.roles import Role


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two servers and an administrator."""
    return harness_with_servers("nl", "de")


def test_a_member_is_added_told_changed_and_removed(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    admin.sends("/admin")
    admin.taps("👥 Team")
    admin.taps("➕ Add")
    admin.sends("42")
    admin.taps("💬 Support")
    admin.sees("They will be told")
    data = yes(admin)
    admin.taps("✅ Yes")
    admin.sees("support")
    customer.sees("You now help with support")
    assert customer.person.user.role is Role.SUPPORT
    harness.deliver(admin.tap(data))
    assert [(act.kind, act.value, act.before) for act in acts(harness)] == [("role", "support", "")]
    customer.sends("/admin")
    customer.sees("👑")
    admin.taps("A · support")
    admin.taps("✖️ Remove")
    admin.taps("✅ Yes")
    customer.sees("has ended")
    assert customer.person.user.role is None


def test_only_owners_see_the_team(harness: ChatHarness, customer: ChatUser) -> None:
    admin = member(harness, Role.ADMIN)
    admin.sends("/admin")
    assert "👥 Team" not in str(admin.screen.labels)
    harness.deliver(admin.tap("adm:team"))
    admin.sees("Here is")
