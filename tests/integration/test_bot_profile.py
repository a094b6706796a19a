"""What Telegram shows about the bot: within its limits, in both languages, and set only where it differs."""

import re
from collections.abc import Iterator, Mapping

import pytest

from ops.deployment import Target
from ops.findings import Verdict
from ops.telegram_findings import profile_findings
from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from tests.integration.telegram_harness import Harness, run_scenario
from vpnbot.domain.bot_profile import Menu
from vpnbot.domain.payments.settings_checks import LONGEST_NAME
from vpnbot.domain.people.roles import Right, Role, may
from vpnbot.localization.messages import Messages
from vpnbot.settings import Stage
from vpnbot.telegram.bot_api.bot_profile import COMMANDS, MENUS, TelegramProfile, set_profile
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.timed_transport import TimedTransport

LIMITS = {"description": 512, "short_description": 120}
CHAT, GROUP = 42, -100_500
NO_API = BotApi("1:no-call-is-made", TimedTransport("http://127.0.0.1:9"))


@pytest.fixture
def telegram() -> Iterator[BotApiDouble]:
    with running() as double:
        yield double


@pytest.fixture
def api(telegram: BotApiDouble) -> BotApi:
    return BotApi(TOKEN, TimedTransport(telegram.base))


@pytest.fixture
def texts(api: BotApi) -> TelegramProfile:
    return TelegramProfile(api, Messages())


def _setters(telegram: BotApiDouble) -> list[str]:
    return [method for method, _ in telegram.calls if method.startswith("setMy")]


@pytest.mark.parametrize("language", Messages().languages)
def test_every_text_is_within_the_limits_of_telegram(language: str) -> None:
    named = TelegramProfile(NO_API, Messages()).parts("W" * LONGEST_NAME, {CHAT: Menu.OWNER, GROUP: Menu.GROUP})
    parts = [part for part in named if f"({language})" in part.name]
    assert len(parts) == 5
    for part in parts:
        if isinstance(part.value, str):
            assert 0 < len(part.value) <= LIMITS[part.field], part.name
            continue
        assert isinstance(part.value, list)
        assert 0 < len(part.value) <= 100
        for command in part.value:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", command["command"])
            assert 1 <= len(command["description"]) <= 256


def test_the_default_language_is_that_of_everybody_else(telegram: BotApiDouble, texts: TelegramProfile) -> None:
    set_profile(texts, "")
    english, russian = (telegram.profile["Description", code] for code in ("", "ru"))
    assert "Tap Start" in english
    assert "Нажмите" in russian
    assert [each["command"] for each in telegram.profile["Commands", ""]] == list(COMMANDS)


def test_only_what_differs_is_set(telegram: BotApiDouble, texts: TelegramProfile) -> None:
    assert len(set_profile(texts, "")) == 6
    telegram.calls.clear()
    assert set_profile(texts, "") == ()
    assert _setters(telegram) == []
    telegram.profile["ShortDescription", "ru"] = "edited by hand"
    assert set_profile(texts, "") == ("text in the profile (ru)",)
    assert _setters(telegram) == ["setMyShortDescription"]


def test_doctor_names_what_differs(telegram: BotApiDouble, api: BotApi, texts: TelegramProfile) -> None:
    target = Target(Stage.DEMO, "vpnbot-demo")
    [finding] = profile_findings(api, target, "")
    assert finding.verdict is Verdict.WARNING
    assert "commands (en), description (en)" in finding.what
    set_profile(texts, "")
    telegram.profile["Description", "ru"] = "other"
    [finding] = profile_findings(api, target, "")
    assert finding.what.endswith(": description (ru)")
    set_profile(texts, "")
    [finding] = profile_findings(api, target, "")
    assert finding.verdict is Verdict.OK
    [finding] = profile_findings(api, target, "Acme")
    assert ": name, description (en)" in finding.what
    set_profile(texts, "Acme")
    [finding] = profile_findings(api, target, "Acme")
    assert finding.verdict is Verdict.OK


def test_the_bot_is_named_like_the_shop_and_keeps_its_name_while_the_shop_has_none(
    telegram: BotApiDouble, texts: TelegramProfile
) -> None:
    set_profile(texts, "")
    assert "setMyName" not in _setters(telegram)
    set_profile(texts, "Acme & Co")
    shown = telegram.profile
    assert shown["Name", ""] == "Acme & Co"
    assert shown["Description", "ru"].startswith("Acme & Co\n\n")
    assert shown["ShortDescription", ""].startswith("Acme & Co: ")


@pytest.mark.parametrize("menu", list(Menu))
def test_a_menu_has_what_its_role_may_use(menu: Menu) -> None:
    role = None if menu is Menu.GROUP else Role(str(menu))
    commands = set(MENUS[menu])
    assert ("admin" in commands) is (role is not None)
    assert ("servers" in commands) is may(role, Right.SERVERS)
    assert ("shop" in commands) is may(role, Right.SETTINGS)
    assert (commands > set(COMMANDS)) is (role is not None)


async def _set(harness: Harness, menus: Mapping[int, Menu], name: str = "") -> None:
    for part in TelegramProfile(NO_API, Messages()).parts(name, menus):
        given = {**part.parameters, part.field: part.value}
        assert (await harness.call(f"set{part.method}", **given)).status == 200


def _names(commands: list[dict[str, str]]) -> list[str]:
    return [each["command"] for each in commands]


def test_the_local_bot_api_accepts_it_and_a_phone_shows_the_menu_of_its_chat_in_its_language() -> None:
    async def scenario(harness: Harness) -> None:
        owner, customer = harness.telegram.person("Olga"), harness.telegram.person("Carl")
        group = harness.telegram.group_of_operators(owner)
        await _set(harness, {owner.user_id: Menu.OWNER, group.group.chat_id: Menu.GROUP}, "Acme")
        commands = harness.telegram.commands
        assert _names(commands.shown("en", customer.user_id)) == list(COMMANDS)
        assert commands.shown("ru", customer.user_id)[0]["description"].startswith("Главная")
        assert commands.shown("de", customer.user_id) == commands.shown("en", customer.user_id)
        assert _names(commands.shown("ru", owner.user_id)) == list(MENUS[Menu.OWNER])
        assert commands.shown("ru", owner.user_id)[1]["description"] == "Найти человека"
        assert _names(commands.shown_in_group("en", group.group, owner.user_id)) == list(MENUS[Menu.GROUP])
        assert harness.telegram.account_methods.shown_text("name", "ru") == "Acme"

    run_scenario(scenario)


def test_without_its_own_menu_a_chat_has_that_of_customers(telegram: BotApiDouble, texts: TelegramProfile) -> None:
    telegram.planned_responses = [(200, {"ok": True, "result": True})] * 2
    texts.remove_menu(CHAT)
    deleted = [parameters for method, parameters in telegram.calls if method == "deleteMyCommands"]
    assert [each.get("language_code", "") for each in deleted] == ["", "ru"]
    assert all(each["scope"] == {"type": "chat", "chat_id": CHAT} for each in deleted)
