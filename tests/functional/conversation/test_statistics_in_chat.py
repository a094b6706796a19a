"""The staff look at statistics: a picture, sources, and the sales of a month as a file."""

from datetime import timedelta

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.effects import Effect
from vpnbot.domain.money import Money
from vpnbot.domain.people.roles import Role
from vpnbot.domain.statistics.entry import entry_effects
from vpnbot.domain.statistics.flow import FlowKind
from vpnbot.domain.statistics.levels import Level, Levels
from vpnbot.domain.statistics.sale import Sale, counted_sale, sale_effects

MARK = "0123456789abcdef"


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def sells(harness: ChatHarness) -> None:
    """Let a sale be counted."""
    now = harness.shop.clock()
    sale = Sale(FlowKind.PAID, Money(29900, "RUB"), now, now, "an order", provider="stars", plan="month")
    effects: tuple[Effect, ...] = (
        *entry_effects([counted_sale(sale)], now, MARK),
        *sale_effects([sale], "a person", MARK),
    )
    session = harness.shop.open(777)
    session.commit(session.person, effects=effects)


def test_the_picture_is_a_message_of_its_own_and_periods_change_it(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/admin")
    sells(harness)
    admin.taps("📊 Statistics")
    assert admin.screen.picture is not None
    assert admin.screen.picture.startswith(b"\x89PNG")
    assert "sales 1" in admin.screen.words
    assert "299 ₽" in admin.screen.words
    before, number = admin.screen.picture, len(admin.chat)
    admin.taps("7 d")
    assert admin.screen.picture is not None
    assert admin.screen.picture != before
    assert len(admin.chat) == number
    admin.taps("🔗 Sources")
    assert "Directly: 1" in admin.screen.words


def test_answers_are_counted_by_kind_and_stay_shown_for_another_period(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    admin.sends("/admin")
    admin.taps("📊 Statistics")
    admin.taps("💬 Answers")
    assert "No answers yet" in admin.screen.words
    user.sends("/start")
    for answer in ("bad", "slow", "slow", "good"):
        harness.deliver(user.tap(f"opinion:{answer}", user.screen.id))
    admin.taps("7 d")
    assert admin.screen.words.endswith("👍 Good: 1 👎 Had problems: 1 🐢 Slow: 1"), "a second tap changes nothing"
    assert admin.screen.picture is not None


def test_people_in_each_state_are_shown_as_counted_at_night(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/admin")
    admin.taps("📊 Statistics")
    admin.taps("👥 Active")
    assert "come tomorrow" in admin.screen.words
    empty = admin.screen.picture
    counts = {Level.TRIAL: 3, Level.ACTIVE: 5, Level.LAPSED: 2, Level.KNOWN: 12, Level.REACHABLE: 11}
    night = harness.shop.clock().date()
    harness.shop.staff.statistics.keep_levels(Levels(night, counts))
    admin.taps("7 d")
    assert "on trial 3" in admin.screen.words
    assert "on a plan 5" in admin.screen.words
    assert "12 people, 11 can be reached" in admin.screen.words
    assert admin.screen.picture != empty


def test_the_sales_of_a_month_are_a_file_for_the_accountant(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/admin")
    sells(harness)
    admin.taps("📊 Statistics")
    admin.taps("⬇️ This month")
    assert admin.screen.document is not None
    assert admin.screen.document.startswith(b"\xef\xbb\xbfTime of payment,Decided,Kind,Amount")
    assert b"paid,299.00,RUB,stars,month,an order,a person" in admin.screen.document
    assert "more" not in admin.screen.words


def test_support_has_no_statistics(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.SUPPORT)
    user.sends("/admin")
    assert all("📊 Statistics" not in row for row in user.screen.labels)
    user.harness.deliver(user.tap("adm:stat:30"))
    assert user.screen.picture is None


def test_the_home_of_the_staff_has_the_figures_of_today_and_the_counts_of_the_night(
    harness: ChatHarness, admin: ChatUser
) -> None:
    admin.sends("/admin")
    assert "Today: 1 new, 0 on trial, 0 sold" in admin.screen.words, "the administrator has just come"
    assert "On a plan" not in admin.screen.words
    sells(harness)
    night = harness.shop.clock().date() - timedelta(days=1)
    harness.shop.staff.statistics.keep_levels(Levels(night, {Level.ACTIVE: 5, Level.TRIAL: 3}))
    admin.sends("/admin")
    assert "Today: 1 new, 0 on trial, 1 sold" in admin.screen.words
    assert "💰 299 ₽" in admin.screen.words
    assert "On a plan 5, on trial 3" in admin.screen.words
    harness.shop.clock.advance(timedelta(days=1))
    admin.sends("/admin")
    assert "Today: 0 new, 0 on trial, 0 sold" in admin.screen.words
