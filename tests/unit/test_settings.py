"""Settings are read from environment variables; an error names the variable and how to correct it."""

import pytest

from vpnbot.domain.servers.server import PanelKind
from vpnbot.errors import Misconfigured
from vpnbot.settings import TELEGRAM_API_BASE, YOOKASSA_API_BASE, Settings, Stage

DEMO = {"STAGE": "demo", "TABLE_NAME": "vpnbot"}
PRODUCTION = {
    "STAGE": "production",
    "TABLE_NAME": "vpnbot",
    "PANEL": "three_x_ui",
    "SECRETS_PATH": "/vpnbot/",
    "SUPPORT_URL": "https://t.me/support",
}


def test_demo_needs_a_table_and_nothing_else() -> None:
    settings = Settings.from_environment(DEMO)
    assert (settings.stage, settings.panel, settings.table_name) == (Stage.DEMO, PanelKind.DEMO, "vpnbot")
    assert settings.telegram_api_base == TELEGRAM_API_BASE
    assert settings.yookassa_api_base == YOOKASSA_API_BASE == "https://api.yookassa.ru/v3"
    assert settings.admin_ids == frozenset()
    assert settings.support_chat_id is None


def test_everything_that_can_be_set_is_read() -> None:
    settings = Settings.from_environment(
        {
            **DEMO,
            "DUE_QUEUE_URL": "https://queue/due",
            "PARKING_QUEUE_URL": "https://queue/parking",
            "PUBLIC_URL": "https://vpn.example/",
            "TELEGRAM_API_BASE": "http://127.0.0.1:8081/",
            "YOOKASSA_API_BASE": "http://127.0.0.1:8083/v3/",
            "ADMIN_IDS": "1, 2 3",
            "SUPPORT_URL": "https://t.me/support",
            "SUPPORT_CHAT_ID": "-100123",
            "SECRETS_PATH": "/vpnbot/",
            "DEMO_CONTROL_URL": "http://127.0.0.1:8082",
        }
    )
    assert settings.due_queue_url == "https://queue/due"
    assert settings.parking_queue_url == "https://queue/parking"
    assert settings.public_url == "https://vpn.example"
    assert settings.telegram_api_base == "http://127.0.0.1:8081"
    assert settings.yookassa_api_base == "http://127.0.0.1:8083/v3"
    assert settings.admin_ids == {1, 2, 3}
    assert settings.support_url == "https://t.me/support"
    assert settings.support_chat_id == -100123
    assert settings.secrets_path == "/vpnbot/"
    assert settings.demo_control_url == "http://127.0.0.1:8082"


def test_the_rate_of_the_demo_is_read_only_beside_a_fake_telegram() -> None:
    local = {**DEMO, "DEMO_CONTROL_URL": "http://127.0.0.1:8082", "DEMO_RATE": "500"}
    assert Settings.from_environment(local).demo_rate == 500
    assert Settings.from_environment({**local, "STAGE": "staging"}).demo_rate is None
    assert Settings.from_environment({**DEMO, "DEMO_RATE": "500"}).demo_rate is None


def test_empty_variables_are_read_as_absent() -> None:
    """The template sets every variable that it declares, with an empty value if there is none."""
    empty = dict.fromkeys(
        (
            "DUE_QUEUE_URL",
            "PUBLIC_URL",
            "TELEGRAM_API_BASE",
            "YOOKASSA_API_BASE",
            "ADMIN_IDS",
            "SUPPORT_URL",
            "PANEL",
        ),
        "",
    )
    assert Settings.from_environment({**DEMO, **empty}) == Settings.from_environment(DEMO)


def test_production_uses_a_real_panel_and_ignores_the_control_url_of_the_demo() -> None:
    settings = Settings.from_environment({**PRODUCTION, "DEMO_CONTROL_URL": "http://127.0.0.1:8082"})
    assert settings.panel is PanelKind.THREE_X_UI
    assert settings.demo_control_url is None


@pytest.mark.parametrize(
    ("environment", "setting"),
    [
        ({}, "STAGE"),
        ({"STAGE": "live", "TABLE_NAME": "t"}, "STAGE"),
        ({"STAGE": "demo"}, "TABLE_NAME"),
        ({**DEMO, "PANEL": "marzban"}, "PANEL"),
        ({**PRODUCTION, "PANEL": ""}, "PANEL"),
        ({**PRODUCTION, "PANEL": "demo"}, "PANEL"),
        ({**PRODUCTION, "SUPPORT_URL": ""}, "ADMIN_IDS"),
        ({**DEMO, "ADMIN_IDS": "1, two"}, "ADMIN_IDS"),
        ({**DEMO, "ADMIN_IDS": "-1"}, "ADMIN_IDS"),
        ({**DEMO, "SUPPORT_CHAT_ID": "@support"}, "SUPPORT_CHAT_ID"),
        ({**DEMO, "SUPPORT_CHAT_ID": "1,2"}, "SUPPORT_CHAT_ID"),
        ({**DEMO, "TRIAL_TRAFFIC_GB": "much"}, "TRIAL_TRAFFIC_GB"),
        ({**DEMO, "TRIAL_TRAFFIC_GB": "-1"}, "TRIAL_TRAFFIC_GB"),
        ({**DEMO, "TRIAL_TRAFFIC_GB": "nan"}, "TRIAL_TRAFFIC_GB"),
        ({**DEMO, "TRIAL_TRAFFIC_GB": "inf"}, "TRIAL_TRAFFIC_GB"),
        ({**DEMO, "TRIAL_TRAFFIC_GB": "10000"}, "TRIAL_TRAFFIC_GB"),
    ],
)
def test_an_error_names_the_variable_and_how_to_correct_it(environment: dict[str, str], setting: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Settings.from_environment(environment)
    assert caught.value.setting == setting
    assert caught.value.remedy in str(caught.value)


def test_outside_production_the_demo_panel_is_the_default() -> None:
    assert Settings.from_environment({"STAGE": "staging", "TABLE_NAME": "t"}).panel is PanelKind.DEMO


@pytest.mark.parametrize(
    ("own", "chat"),
    [
        ({"ADMIN_IDS": "9, 2"}, 9),
        ({"ADMIN_IDS": "9", "SUPPORT_CHAT_ID": "-100123"}, -100123),
        ({"ADMIN_IDS": "9", "SUPPORT_URL": "https://t.me/support"}, None),
    ],
)
def test_questions_go_to_the_first_administrator_by_default(own: dict[str, str], chat: int | None) -> None:
    settings = Settings.from_environment({**PRODUCTION, "SUPPORT_URL": "", **own})
    assert settings.support_chat_id == chat
