"""An administrator gives days for an outage up to a limit; above it the owner is asked, and decides."""

import pytest

from tests.functional.conversation.acting import becomes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop, settings_of
from tests.functional.conversation.test_outages_in_chat import opens, with_key
from tests.functional.usecases.compensating import days_got, downtimes_of, was_down
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.needs import NeedKind
from vpnbot.domain.people.roles import Role
from vpnbot.domain.servers.downtime import Compensation, Verdict
from vpnbot.domain.staff.acts import OutageAct, month_of

LONG, SHORT = 80 * 60, 90
"""Minutes of an outage: for 80 hours everybody gets four days, more than an administrator may give."""


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment, and one server."""
    harness = new_shop()
    with_servers(harness.shop, "nl")
    return harness


@pytest.fixture
def member(harness: ChatHarness) -> ChatUser:
    """A member of the staff with the role of an administrator."""
    member = harness.user("en", 77)
    member.sends("/start")
    becomes(harness, member, Role.ADMIN)
    return member


def sets(owner: ChatUser, label: str, value: str) -> None:
    """Change a setting of the shop."""
    owner.sends("/shop")
    owner.taps("⚙️ Settings")
    owner.taps(label)
    owner.sends(value)


def previews(harness: ChatHarness, reader: ChatUser, user: ChatUser, minutes: int) -> None:
    """Let an outage last, and open the preview of its compensation."""
    with_key(harness, user)
    was_down(harness.shop, "nl", minutes=minutes)
    opens(reader)
    reader.taps("🔧 🇳🇱 nl")
    reader.taps("🎁 Compensate")


def test_within_the_limit_an_administrator_gives(harness: ChatHarness, member: ChatUser, user: ChatUser) -> None:
    previews(harness, member, user, SHORT)
    member.taps("✅ Give")
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 1


def test_above_it_the_owner_is_asked_once_and_decides(
    harness: ChatHarness, admin: ChatUser, member: ChatUser, user: ChatUser
) -> None:
    previews(harness, member, user, LONG)
    assert "Above 3 days or 100 people the owner decides." in member.screen.words
    assert not any("Give" in label for row in member.screen.labels for label in row)
    member.taps("🙋 Ask the owner")
    harness.again()
    assert "The owner was asked." in member.screen.words
    assert [need.kind for need in harness.shop.staff.needs.waiting()] == [NeedKind.COMPENSATION]
    member.taps("🎁 Compensate")
    assert not any("Ask" in label for row in member.screen.labels for label in row)
    acts = harness.shop.staff.acts.page(month_of(harness.shop.clock()), limit=10)
    assert [(act.kind, act.actor) for act in acts] == [(OutageAct.ASK_OWNER, f"admin:{member.person.id}")]
    member.sends("/admin")
    member.sees("Nothing waits for you")
    admin.sends("/admin")
    admin.sees("Days for outages to decide: 1")
    admin.taps("Needs you: 1")
    admin.taps("🎁 nl")
    assert "The owner was asked." in admin.screen.words
    admin.taps("🎁 Compensate")
    admin.taps("✅ Give")
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 4
    assert harness.shop.staff.needs.waiting() == []


def test_when_the_owner_says_that_vpn_worked_nothing_waits(
    harness: ChatHarness, admin: ChatUser, member: ChatUser, user: ChatUser
) -> None:
    previews(harness, member, user, LONG)
    member.taps("🙋 Ask the owner")
    opens(admin)
    admin.taps("🔧 🇳🇱 nl")
    admin.taps("✖️ VPN worked")
    assert downtimes_of(harness.shop)[0].verdict is Verdict.NOT_DOWN
    assert harness.shop.staff.needs.waiting() == []


def test_too_many_people_are_above_it_too(
    harness: ChatHarness, admin: ChatUser, member: ChatUser, user: ChatUser
) -> None:
    other = harness.user("en", 78)
    with_key(harness, other)
    sets(admin, "People", "1")
    previews(harness, member, user, SHORT)
    assert "Above 3 days or 1 person the owner decides." in member.screen.words
    assert ["🙋 Ask the owner", "✏️ Days"] in member.screen.labels


def test_the_owner_sets_the_limit_and_takes_it_back(
    harness: ChatHarness, admin: ChatUser, member: ChatUser, user: ChatUser
) -> None:
    default = settings_of(harness).compensation_days
    sets(admin, "Days for an outage", "4")
    assert settings_of(harness).compensation_days == 4
    previews(harness, member, user, LONG)
    assert any("Give" in label for row in member.screen.labels for label in row)
    admin.taps("↩️ Undo")
    assert settings_of(harness).compensation_days == default
    member.taps("✅ Give")
    assert "Above 3 days or 100 people the owner decides." in member.screen.words, "the limit at the tap counts"
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 0


def test_an_administrator_does_not_set_the_limit(harness: ChatHarness, member: ChatUser) -> None:
    before = settings_of(harness)
    for forged in ("shop:setting:compensation_days", f"shop:set:compensation_days:9:{before.version}"):
        harness.deliver(member.tap(forged, member.screen.id))
        member.sends("9")
    assert settings_of(harness) == before


def test_with_a_limit_of_zero_the_owner_decides_about_every_outage(
    harness: ChatHarness, admin: ChatUser, member: ChatUser, user: ChatUser
) -> None:
    sets(admin, "Days for an outage", "0")
    previews(harness, member, user, SHORT)
    assert ["🙋 Ask the owner", "✏️ Days"] in member.screen.labels


def test_a_button_from_before_or_forged_gives_no_more_than_the_limit(
    harness: ChatHarness, member: ChatUser, user: ChatUser
) -> None:
    previews(harness, member, user, LONG)
    found = downtimes_of(harness.shop)[0]
    for forged in (
        f"adm:down:yes:{found.id}:{found.changes}:9999",
        f"adm:down:yes:{found.id}:{found.changes}:9999:7",
        f"adm:down:yes:{found.id}:{found.changes}:9999:1000",
    ):
        harness.deliver(member.tap(forged, member.screen.id))
        assert "the owner decides" in member.screen.words
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 0
    assert downtimes_of(harness.shop)[0].compensation is Compensation.NONE


@pytest.mark.parametrize(("days", "expected"), [("2", 2), ("7", 7)])
def test_the_owner_chooses_how_many_days_everybody_gets(
    harness: ChatHarness, admin: ChatUser, user: ChatUser, days: str, expected: int
) -> None:
    previews(harness, admin, user, SHORT)
    admin.taps("✏️ Days")
    assert admin.screen.labels[0] == ["1", "2", "3", "5", "7", "14"]
    admin.taps(days)
    assert f"{days} days each" in admin.screen.words
    assert days_got(harness.shop, user.user_id) == 0
    admin.taps("✅ Give")
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == expected
    assert f"+{days} days, now until" in user.screen.words
    assert downtimes_of(harness.shop)[0].given_days == expected


def test_fewer_days_than_were_lost_are_within_the_limit_of_an_administrator(
    harness: ChatHarness, member: ChatUser, user: ChatUser
) -> None:
    previews(harness, member, user, LONG)
    member.taps("✏️ Days")
    member.taps("3")
    member.taps("✅ Give")
    harness.passes(minutes=3)
    assert days_got(harness.shop, user.user_id) == 3


def test_as_much_as_was_lost_can_be_chosen_again(harness: ChatHarness, admin: ChatUser, user: ChatUser) -> None:
    previews(harness, admin, user, LONG)
    admin.taps("✏️ Days")
    admin.taps("As much as was lost")
    assert "4 days each" in admin.screen.words
