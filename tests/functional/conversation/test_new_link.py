"""A new link, in words: asked for once more, then clear about what to do next."""

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatUser


def asks(user: ChatUser, settings: str = "Settings", button: str = "New link") -> None:
    """Go where a new link is asked for."""
    user.taps(settings)
    user.taps(button)


def test_what_it_means_is_said_before_anything_changes(user: ChatUser) -> None:
    situations.running(user)
    key = user.person.subscription.key
    asks(user)
    user.sees("The old link and its keys stop working on all your devices")
    assert user.person.subscription.key == key
    user.taps("Back")
    user.sees("⚙️")


def test_afterwards_devices_are_there_to_be_connected_again(user: ChatUser) -> None:
    situations.running(user)
    before = user.person.subscription.key
    asks(user)
    user.taps("Make a new link")
    user.sees("Your new link is ready. Old ones no longer work: connect each device again.")
    user.taps("Android")
    assert before is not None
    assert user.person.subscription.key == before.rotated(1)
    assert user.link("Copy link").endswith(user.harness.shop.ring.link_token(user.person.id, before.rotated(1)))


def test_with_the_panel_down_it_comes_by_itself(user: ChatUser) -> None:
    situations.making_anew(user)
    user.sees("⏳ Making your key anew.")
    user.harness.shop.panel.fault_mode = FaultMode.FINE
    user.harness.passes(minutes=10)
    user.sees("Your new link is ready.")


def test_after_the_end_the_screen_says_when_it_works(user: ChatUser) -> None:
    situations.expired(user)
    asks(user)
    user.taps("Make a new link")
    user.sees("🔑 Your link is new; the old one is dead.")
    user.sees("works again once you renew")


@pytest.mark.parametrize(
    "situation", [situations.new, situations.making_key, situations.paused, situations.link_gone]
)
def test_it_is_offered_only_where_there_is_a_link(user: ChatUser, situation: object) -> None:
    situation(user)  # type: ignore[operator]  # one of the situations above
    user.harness.deliver(user.tap("settings", user.screen.id))
    assert "New link" not in str(user.screen.buttons)
    user.harness.deliver(user.tap("new_link", user.screen.id))
    user.sees("Here is the current screen.")


def test_a_button_of_an_older_link_replaces_nothing(user: ChatUser) -> None:
    situations.running(user)
    first = user.person.subscription.key
    assert first is not None
    user.harness.deliver(user.tap(f"rotate:{first.tag}", user.screen.id))
    second = user.person.subscription.key
    user.harness.deliver(user.tap(f"rotate:{first.tag}", user.screen.id))
    assert user.person.subscription.key == second
    user.sees("Here is the current screen.")
