"""Each act of the staff is done once: after any number of taps, after a crash, and when a role was taken away."""

import pytest

from tests.fakes.faults import Crash
from tests.functional.conversation.acting import (
    CUSTOMER,
    acts,
    asks_for_new_link,
    asks_to_delete,
    asks_to_give_days,
    asks_to_move_key,
    asks_to_pause,
    asks_to_send_message,
    asks_to_write_note,
    becomes,
    member,
    yes,
)
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.people.roles import Role


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two servers and an administrator."""
    return harness_with_servers("nl", "de")


ASKED = {
    "move": asks_to_move_key,
    "days": asks_to_give_days,
    "pause": asks_to_pause,
    "link": asks_for_new_link,
    "note": asks_to_write_note,
    "message": asks_to_send_message,
    "delete": asks_to_delete,
}
DONE = pytest.mark.parametrize("kind", ASKED)


@DONE
def test_an_act_is_done_once_whoever_taps_how_often(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser, kind: str
) -> None:
    ASKED[kind](admin)
    data = yes(admin)
    harness.deliver(admin.tap(data))
    once = customer.person
    assert [act.kind for act in acts(harness)] == [kind]
    harness.again()
    harness.deliver(admin.tap(data))
    other = member(harness, Role.OWNER)
    harness.deliver(other.tap(data))
    assert [act.kind for act in acts(harness)] == [kind]
    assert (customer.person.subscription, customer.person.user.notes) == (once.subscription, once.user.notes)
    causes = [str(row["cause"]) for row in harness.shop.people.history(once.id)]
    assert sum(cause.startswith("act:") for cause in causes) == 1


@DONE
def test_a_crash_at_any_point_does_an_act_once(kind: str) -> None:
    for step in range(100):
        harness = harness_with_servers("nl", "de")
        customer, admin = harness.user("en", CUSTOMER), harness.user("en", ADMIN)
        customer.sends("/start")
        customer.taps("Try free")
        ASKED[kind](admin)
        tapped = admin.tap(yes(admin))
        harness.shop.faults.crash_at_step(step)
        crashed = False
        try:
            harness.deliver(tapped)
        except Crash:
            crashed = True
        harness.shop.faults.clear()
        harness.deliver(tapped)
        assert [act.kind for act in acts(harness)] == [kind], step
        causes = [str(row["cause"]) for row in harness.shop.people.history(customer.person.id)]
        assert sum(cause.startswith("act:") for cause in causes) == 1, step
        if not crashed:
            assert step > 2
            return
    raise AssertionError("there are more points than that")


@DONE
def test_a_role_that_was_taken_away_between_question_and_yes_does_nothing(
    harness: ChatHarness, customer: ChatUser, kind: str
) -> None:
    staff = member(harness, Role.ADMIN)
    ASKED[kind](staff)
    data = yes(staff)
    becomes(harness, staff, None)
    before = customer.person
    harness.deliver(staff.tap(data))
    assert acts(harness) == []
    assert customer.person == before
    staff.sees("Here is")


@DONE
def test_two_members_at_once_act_once_and_the_other_is_asked_again(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser, kind: str
) -> None:
    other = member(harness, Role.OWNER)
    ASKED[kind](admin)
    ASKED[kind](other)
    mine, theirs = yes(admin), yes(other)
    harness.deliver(admin.tap(mine))
    harness.deliver(other.tap(theirs))
    assert [act.kind for act in acts(harness)] == [kind]
    if kind in {"days", "note", "message"}:
        other.sees("changed meanwhile")
        other.taps("✅ Yes")
        assert [act.kind for act in acts(harness)] == [kind, kind]
