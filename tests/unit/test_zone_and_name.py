"""The zone and the name of the shop: what is typed, and where they are shown."""

from datetime import UTC, datetime

import pytest

from vpnbot.domain.payments.setting_field import SettingField, with_setting, zone_offset
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Problem
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.localization.formatting import format_day, format_time
from vpnbot.localization.messages import Messages

NOW = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
PLAIN = ShopSettings()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("+3", 3),
        ("3", 3),
        ("UTC+3", 3),
        ("utc + 3", 3),
        ("GMT-5", -5),
        ("\u22125", -5),
        ("UTC", 0),
        ("0", 0),
        ("+05:00", 5),
        ("14", 14),
    ],
)
def test_a_zone_is_read_as_people_type_it(text: str, hours: int) -> None:
    assert zone_offset(text) == hours


@pytest.mark.parametrize("text", ["", "Moscow", "+3:30", "3.5", "+123", "UTC+", "++3", "🕐"])
def test_what_is_no_whole_hour_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="zone"):
        zone_offset(text)


@pytest.mark.parametrize(("hours", "allowed"), [(-13, False), (-12, True), (14, True), (15, False)])
def test_a_zone_is_one_that_people_live_in(hours: int, allowed: bool) -> None:
    after = with_setting(PLAIN, SettingField.ZONE, str(hours))
    findings = check_settings(PLAIN, after, Catalogue())
    assert (Problem.ZONE not in [each.problem for each in findings]) is allowed


@pytest.mark.parametrize(
    ("hours", "en", "ru"),
    [
        (None, "31\u00a0Dec, 23:30\u00a0UTC", "1\u00a0янв, 02:30\u00a0МСК"),
        (3, "1\u00a0Jan, 02:30\u00a0UTC+3", "1\u00a0янв, 02:30\u00a0МСК"),
        (0, "31\u00a0Dec, 23:30\u00a0UTC", "31\u00a0дек, 23:30\u00a0UTC"),
        (-5, "31\u00a0Dec, 18:30\u00a0UTC-5", "31\u00a0дек, 18:30\u00a0UTC-5"),
    ],
)
def test_every_time_and_day_is_in_the_zone_that_was_saved(hours: int | None, en: str, ru: str) -> None:
    messages = Messages(own=lambda: ShopSettings(zone_hours=hours))
    assert format_time(messages, "en", NOW) == en
    assert format_time(messages, "ru", NOW) == ru
    assert format_day(messages, "en", NOW).startswith(en[:2].strip())


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("Fox VPN", True),
        ("🦊 Fox", True),
        ("Лис", True),
        ("x" * 24, True),
        ("x" * 25, False),
        ("🦊🦊", False),
        ("...", False),
        ("Fox\u202e", False),
        ("فیلتر\u200cشکن", True),
    ],
)
def test_a_name_is_short_and_has_letters(text: str, allowed: bool) -> None:
    after = with_setting(PLAIN, SettingField.NAME, text)
    problems = [each.problem for each in check_settings(PLAIN, after, Catalogue())]
    assert (Problem.SHOP_NAME not in problems) is allowed


def test_a_name_is_on_one_line() -> None:
    assert with_setting(PLAIN, SettingField.NAME, " Fox \n VPN ").name == "Fox VPN"


@pytest.mark.parametrize("field", SettingField)
def test_no_setting_takes_an_empty_text_as_no_value(field: SettingField) -> None:
    with pytest.raises(BadInput, match="empty"):
        with_setting(PLAIN, field, " \n")
