"""A customer replaces the link: the bot asks for confirmation, and says what to do afterwards."""

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatUser


def opens_new_link(user: ChatUser, settings: str = "Settings", button: str = "New link") -> None:
    """Open the screen that offers a new link."""
    user.taps(settings)
    user.taps(button)


def test_the_effects_are_shown_before_anything_changes(user: ChatUser) -> None:
    situations.running(user)
    key = user.person.subscription.key
    opens_new_link(user)
    user.sees("The old one takes no new connections; open ones may last until the app reconnects.")
    assert user.person.subscription.key == key
    user.taps("Back")
    user.sees("⚙️")


def test_afterwards_the_devices_can_be_connected_with_the_new_link(user: ChatUser) -> None:
    situations.running(user)
    before = user.person.subscription.key
    opens_new_link(user)
    user.taps("Make a new link")
    user.sees("Your new link is ready. The old one takes no new connections, so connect each device again.")
    user.taps("Android")
    assert before is not None
    assert user.person.subscription.key == before.rotated(1)
    assert user.link("Copy link").endswith(user.harness.shop.ring.link_token(user.person.id, before.rotated(1)))


def test_with_the_panel_down_the_new_link_comes_without_another_tap(user: ChatUser) -> None:
    situations.making_new_key(user)
    user.sees("⏳ We're making you a new key.")
    user.harness.shop.panel.fault_mode = FaultMode.FINE
    user.harness.passes(minutes=10)
    user.sees("Your new link is ready.")


def test_after_the_end_the_screen_says_when_the_link_works_again(user: ChatUser) -> None:
    situations.expired(user)
    opens_new_link(user)
    user.taps("Make a new link")
    user.sees("🔑 New link ready. The old one no longer works.")
    user.sees("works again once you renew")


@pytest.mark.parametrize(
    "situation", [situations.new, situations.making_key, situations.paused, situations.link_gone]
)
def test_a_new_link_is_offered_only_to_a_person_who_has_a_link(user: ChatUser, situation: object) -> None:
    situation(user)  # type: ignore[operator]  # one of the situations above
    user.harness.deliver(user.tap("settings", user.screen.id))
    assert "New link" not in str(user.screen.buttons)
    user.harness.deliver(user.tap("new_link", user.screen.id))
    user.sees("Here is the current screen.")


def test_a_stale_button_of_a_replaced_link_changes_nothing(user: ChatUser) -> None:
    situations.running(user)
    first = user.person.subscription.key
    assert first is not None
    user.harness.deliver(user.tap(f"rotate:{first.tag}", user.screen.id))
    second = user.person.subscription.key
    user.harness.deliver(user.tap(f"rotate:{first.tag}", user.screen.id))
    assert user.person.subscription.key == second
    user.sees("Here is the current screen.")
