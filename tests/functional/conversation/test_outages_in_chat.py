"""The owner sees measured outages, says what they were, and gives days for them; people read what they got."""

from datetime import timedelta

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from tests.functional.usecases.compensating import days_got, downtimes_of, now, was_down
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.people.roles import Role
from vpnbot.domain.servers.downtime import Compensation, Verdict
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment, and one server."""
    harness = new_shop()
    with_servers(harness.shop, "nl")
    return harness


def opens(admin: ChatUser) -> None:
    """Open the list of outages."""
    admin.sends("/admin")
    admin.taps("🔧 Outages")


def with_key(harness: ChatHarness, user: ChatUser) -> None:
    """Let a person start the trial."""
    user.sends("/start")
    user.taps("🎁")
    harness.passes(minutes=2)


def test_without_an_outage_the_list_says_so(admin: ChatUser) -> None:
    opens(admin)
    assert admin.screen.words.startswith("🔧 No outage yet")


def test_the_owner_compensates_an_outage_and_the_person_reads_what_they_got(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    with_key(harness, user)
    end = harness.shop.look(user.user_id).subscription.ends_at
    found = was_down(harness.shop, "nl")
    opens(admin)
    admin.taps("🔧 🇳🇱 nl")
    assert "its VPN core stopped" in admin.screen.words
    assert "No other key: 1." in admin.screen.words
    admin.taps("👥 Who")
    assert "1 h 3" in admin.screen.words
    assert "1 day" in admin.screen.words
    admin.taps("⬅️")
    admin.taps("🎁 Compensate")
    assert admin.screen.words.startswith("🎁 1 person gets 1 day each, 1 in all. Each will be told.")
    assert days_got(harness.shop, user.user_id) == 0
    admin.taps("✅ Give")
    assert "Days are being given" in admin.screen.words
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 1
    after = harness.shop.look(user.user_id).subscription.ends_at
    assert end is not None
    assert after == end + timedelta(days=1)
    assert "VPN was down for" in user.screen.words
    assert "+1 day, now until" in user.screen.words
    assert user.screen.labels
    opens(admin)
    admin.taps("🎁 🇳🇱 nl")
    assert "1 person got 1 day in all" in admin.screen.words
    admin.sends("/admin")
    admin.taps("📒 Acts")
    assert "days for an outage" in admin.screen.words
    assert now(harness.shop, found).compensation is Compensation.DONE


def test_two_taps_on_give_are_one_compensation(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    with_key(harness, user)
    was_down(harness.shop, "nl")
    opens(admin)
    admin.taps("🔧 🇳🇱 nl")
    admin.taps("🎁 Compensate")
    data = next(
        button.callback_data
        for row in admin.screen.buttons
        for button in row
        if button.text == "✅ Give" and button.callback_data
    )
    message = admin.screen.id
    for _ in range(3):
        harness.deliver(admin.tap(data, message))
        harness.passes(minutes=2)
    assert days_got(harness.shop, user.user_id) == 1


def test_a_silent_panel_is_judged_by_the_owner(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    with_key(harness, user)
    harness.shop.panel.away.add("nl")
    harness.passes(hours=2)
    opens(admin)
    admin.taps("🔴 🇳🇱 nl")
    assert "the panel is silent" in admin.screen.words
    harness.shop.panel.away.clear()
    harness.passes(hours=1)
    opens(admin)
    admin.taps("🔇 🇳🇱 nl")
    assert "VPN may have worked" in admin.screen.words
    assert ["🎁 Compensate"] not in admin.screen.labels
    admin.taps("✖️ VPN worked")
    assert downtimes_of(harness.shop)[0].verdict is Verdict.NOT_DOWN
    assert "VPN worked, you say" in admin.screen.words
    admin.taps("🔧 VPN was down")
    assert downtimes_of(harness.shop)[0].verdict is Verdict.DOWN
    assert any("🎁 Compensate" in row for row in admin.screen.labels)


def test_a_button_of_another_version_draws_the_card_again(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    with_key(harness, user)
    found = was_down(harness.shop, "nl")
    opens(admin)
    admin.taps("🔧 🇳🇱 nl")
    harness.deliver(admin.tap(f"adm:down:was_not:{found.id}:{found.changes - 1}", admin.screen.id))
    assert "It has changed since" in admin.screen.words
    assert downtimes_of(harness.shop)[0].verdict is None


def test_looks_at_an_open_outage_do_not_make_a_button_old(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    with_key(harness, user)
    harness.shop.panel.away.add("nl")
    harness.passes(hours=1)
    opens(admin)
    admin.taps("🔴 🇳🇱 nl")
    harness.passes(minutes=7)
    admin.taps("🔧 VPN was down")
    assert downtimes_of(harness.shop)[0].verdict is Verdict.DOWN
    assert "It has changed since" not in admin.screen.words


def test_an_outage_that_ends_while_its_card_is_open_is_drawn_again(
    harness: ChatHarness, admin: ChatUser, user: ChatUser
) -> None:
    with_key(harness, user)
    harness.shop.panel.away.add("nl")
    harness.passes(hours=1)
    opens(admin)
    admin.taps("🔴 🇳🇱 nl")
    harness.shop.panel.away.clear()
    harness.passes(minutes=7)
    admin.taps("🔧 VPN was down")
    assert any("It has changed since" in message.words for message in admin.chat)
    assert downtimes_of(harness.shop)[0].verdict is None


def test_two_owners_who_give_at_once_give_once(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    other = harness.user("en", 79)
    other.sends("/start")
    becomes(harness, other, Role.OWNER)
    with_key(harness, user)
    was_down(harness.shop, "nl")
    for owner in (admin, other):
        opens(owner)
        owner.taps("🔧 🇳🇱 nl")
        owner.taps("🎁 Compensate")
    admin.taps("✅ Give")
    other.taps("✅ Give")
    assert "It has changed since" in other.screen.words
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 1
    assert [message.words for message in user.chat if "VPN was down for" in message.words] != []


def test_a_paused_person_reads_no_end(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    with_key(harness, user)
    was_down(harness.shop, "nl")
    suspend(harness.shop.open(user.user_id), harness.shop.fleet, harness.shop.context, "update:1:998", "operator")
    opens(admin)
    admin.taps("🔧 🇳🇱 nl")
    admin.taps("🎁 Compensate")
    admin.taps("✅ Give")
    harness.passes(minutes=3)
    assert "+1 day." in user.screen.words
    assert "until" not in user.screen.words


def test_support_does_not_see_outages(harness: ChatHarness, user: ChatUser) -> None:
    user.sends("/start")
    becomes(harness, user, Role.SUPPORT)
    user.sends("/admin")
    assert not any("Outages" in label for row in user.screen.labels for label in row)
    harness.deliver(user.tap("adm:down:list", user.screen.id))
    assert "Outages" not in user.screen.words


def test_pages_and_forged_buttons_lead_somewhere(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    with_key(harness, user)
    for _ in range(10):
        was_down(harness.shop, "nl", minutes=5)
        harness.passes(minutes=5)
    opens(admin)
    admin.taps("➡️ Older")
    assert len(admin.screen.labels) == 3, "two outages, and the way back"
    for forged in ("one:x#1", "who", "yes", "yes:x#1:1:2", "was:x#1:9", "list:zzz", "nothing", "who:x#1:99999999"):
        harness.deliver(admin.tap(f"adm:down:{forged}", admin.screen.id))
        assert admin.screen.words.startswith("🔧 Outages as we measured")
