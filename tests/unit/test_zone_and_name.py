"""The zone and the name of the shop: what is typed, and where they are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.domain.payments.setting_field import SettingField, value_of
from vpnbot.domain.payments.setting_input import restored, with_setting, zone_offset
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.findings import Problem
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.statistics.figures import day_of, span_of_days
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
        ("+5:30", 5.5),
        ("UTC+5:45", 5.75),
        ("3:30", 3.5),
        ("\u22123:30", -3.5),
        ("gmt -9:30", -9.5),
    ],
)
def test_a_zone_is_read_as_people_type_it(text: str, hours: float) -> None:
    assert zone_offset(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["+5:30", "+5:45", "-3:30", "+0", "-9:30", "+14"])
def test_a_zone_is_restored_from_what_the_history_shows(text: str) -> None:
    saved = with_setting(PLAIN, SettingField.ZONE, text)
    assert value_of(saved, SettingField.ZONE) == text
    assert restored(PLAIN, SettingField.ZONE, text) == saved
    assert restored(saved, SettingField.ZONE, "") == PLAIN


@pytest.mark.parametrize(
    "offset", [timedelta(hours=5, minutes=30), timedelta(hours=5, minutes=45), timedelta(hours=-3.5)]
)
def test_each_hour_is_counted_in_the_day_in_which_it_begins(offset: timedelta) -> None:
    today = day_of(NOW, offset)
    days = [span_of_days(today + timedelta(days=number), 1, offset) for number in (-1, 0, 1)]
    first = days[0].of_whole_hours.first
    hours = [first + timedelta(hours=number) for number in range(72)]
    for number, day in enumerate(days):
        counted = [hour for hour in hours if day.first <= hour < day.end]
        assert counted == hours[24 * number : 24 * number + 24], "all hours, and each once"
        assert {day_of(hour, offset) for hour in counted} == {today + timedelta(days=number - 1)}


@pytest.mark.parametrize("text", ["", "Moscow", "+3:20", "3.5", "5:3", ":30", "+123", "UTC+", "++3", "🕐"])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="zone"):
        zone_offset(text)


@pytest.mark.parametrize(
    ("hours", "allowed"), [(-13, False), (-12, True), (14, True), (15, False), ("14:30", False), ("-12:30", False)]
)
def test_a_zone_is_one_that_people_live_in(hours: int | str, allowed: bool) -> None:
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
        ("+3:30", "1\u00a0Jan, 03:00\u00a0UTC+3:30", "1\u00a0янв, 03:00\u00a0UTC+3:30"),
        ("-3:30", "31\u00a0Dec, 20:00\u00a0UTC-3:30", "31\u00a0дек, 20:00\u00a0UTC-3:30"),
        ("+5:45", "1\u00a0Jan, 05:15\u00a0UTC+5:45", "1\u00a0янв, 05:15\u00a0UTC+5:45"),
    ],
)
def test_every_time_and_day_is_in_the_zone_that_was_saved(hours: int | str | None, en: str, ru: str) -> None:
    saved = PLAIN if hours is None else with_setting(PLAIN, SettingField.ZONE, str(hours))
    messages = Messages(own=lambda: saved)
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
