"""Which apps are offered on a platform: switched, moved, and taken back; one always stays."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.keys.vpn_apps import Platform, apps_on
from vpnbot.domain.offered_apps import checked, moved_up, offered_apps, switched
from vpnbot.domain.servers.operator_input import BadInput

NAMES = [f"{platform}.{app.id}" for platform in Platform for app in apps_on(platform)]


def titles(platform: Platform, choice: tuple[str, ...]) -> list[str]:
    """Return the apps that are offered."""
    return [app.title for app in offered_apps(platform, choice)]


def test_without_a_choice_all_known_apps_are_offered() -> None:
    for platform in Platform:
        assert offered_apps(platform) == apps_on(platform)


def test_an_app_is_switched_off_and_comes_back_as_the_last() -> None:
    without = switched((), "android.happ")
    assert titles(Platform.ANDROID, without) == ["v2RayTun", "v2rayNG"]
    assert titles(Platform.IOS, without) == ["Happ", "v2RayTun", "Streisand"], "another platform stays as it is"
    assert titles(Platform.ANDROID, switched(without, "android.happ")) == ["v2RayTun", "v2rayNG", "Happ"]


def test_an_app_moves_up_until_it_is_recommended() -> None:
    choice = moved_up(moved_up((), "android.v2rayng"), "android.v2rayng")
    assert titles(Platform.ANDROID, choice) == ["v2rayNG", "Happ", "v2RayTun"]
    assert moved_up(choice, "android.v2rayng") == choice


def test_the_known_apps_in_their_order_are_no_choice() -> None:
    assert moved_up(moved_up((), "android.v2raytun"), "android.happ") == ()


def test_the_last_app_stays() -> None:
    choice = switched(switched((), "windows.happ"), "ios.happ")
    with pytest.raises(BadInput, match="last_app"):
        switched(choice, "windows.v2raytun")
    with pytest.raises(BadInput, match="last_app"):
        switched((), "apple_tv.happ")


@pytest.mark.parametrize("name", ["", "android", "android.streisand", "fridge.happ", "android.clash", "android.xyz"])
def test_an_app_that_is_not_known_there_is_refused(name: str) -> None:
    for change in (switched, moved_up):
        with pytest.raises(BadInput, match="choice"):
            change((), name)
    with pytest.raises(BadInput, match="choice"):
        checked([name])


def test_an_app_of_an_older_release_is_left_out_of_what_is_offered() -> None:
    assert titles(Platform.ANDROID, ("android.gone", "android.v2rayng")) == ["v2rayNG"]
    assert offered_apps(Platform.ANDROID, ("android.gone",)) == apps_on(Platform.ANDROID)


@given(st.lists(st.tuples(st.sampled_from([switched, moved_up]), st.sampled_from(NAMES)), max_size=30))
def test_every_platform_always_has_an_app_and_a_choice_can_be_restored(steps: list[tuple[object, str]]) -> None:
    choice: tuple[str, ...] = ()
    for change, name in steps:
        with suppress(BadInput):
            choice = change(choice, name)  # type: ignore[operator]  # one of the two functions
        for platform in Platform:
            offered = titles(platform, choice)
            assert len(set(offered)) == len(offered) > 0
        assert checked(choice) == choice


def test_a_choice_for_a_platform_that_is_not_known_any_more_does_not_keep_others_from_changing() -> None:
    assert switched(("tv.happ",), "android.happ") == ("android.v2raytun", "android.v2rayng")
