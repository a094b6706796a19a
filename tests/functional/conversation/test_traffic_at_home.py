"""The home screen shows the used traffic and its limit, also on the last day, in each language's number format."""

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.usecases.keys.record_traffic import record_traffic

MB = 1_000_000


@pytest.fixture(params=["en", "ru"])
def user(request: pytest.FixtureRequest, harness: ChatHarness) -> ChatUser:
    """A person on trial."""
    user = harness.user(request.param)
    situations.key_ready(user)
    return user


def used(user: ChatUser, used_bytes: int) -> None:
    shop = user.harness.shop
    (access,) = user.person.accesses
    record_traffic(shop.open(user.user_id), shop.context, access.server_id, access.key.tag, used_bytes)


def test_parts_of_a_gigabyte_are_shown_with_one_decimal(user: ChatUser) -> None:
    situations.limited_to(user, 500 * MB)
    used(user, 300 * MB)
    user.sends("/start")
    user.sees({"en": "0.3 of 0.5 GB used", "ru": "Использовано 0,3 из 0,5 ГБ"}[user.language])
    used(user, 500 * MB)
    user.harness.passes(minutes=2)
    all_used = {"en": "All 0.5 GB are used", "ru": "Все 0,5 ГБ использованы"}[user.language]
    user.sees(all_used)
    user.sends("/start")
    user.sees(all_used)


def test_whole_gigabytes_are_shown_without_decimals(user: ChatUser) -> None:
    situations.limited_to(user, 50_000 * MB)
    used(user, 3_000 * MB)
    user.sends("/start")
    user.sees({"en": "3 of 50 GB used", "ru": "Использовано 3 из 50 ГБ"}[user.language])


def test_on_the_last_day_traffic_and_end_are_both_shown(user: ChatUser) -> None:
    situations.limited_to(user, 50_000 * MB)
    used(user, 1_500 * MB)
    user.harness.passes(days=2, hours=12)
    user.sends("/start")
    user.sees(*{"en": ("switches off in", "1.5 of 50 GB"), "ru": ("отключится через", "1,5 из 50 ГБ")}[user.language])


def test_without_a_limit_the_last_day_shows_no_traffic(user: ChatUser) -> None:
    user.harness.passes(days=2, hours=12)
    user.sends("/start")
    assert "📊" not in user.screen.words
