"""Outside production a variable may hold a panel's token; in production only Parameter Store does."""

import pytest

from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.errors import Misconfigured
from vpnbot.settings import Settings

DEMO = {"STAGE": "demo", "TABLE_NAME": "vpnbot"}
PRODUCTION = {**DEMO, "STAGE": "production", "PANEL": "three_x_ui", "SUPPORT_URL": "https://t.me/support"}
VARIABLES = {"PANEL_TOKEN_NL_1": "from a variable"}


def test_a_variable_is_named_after_its_server() -> None:
    assert PanelTokens.of(Settings.from_environment(DEMO), VARIABLES).get("nl-1") == "from a variable"


def test_production_believes_no_variable() -> None:
    tokens = PanelTokens.of(Settings.from_environment(PRODUCTION), VARIABLES)
    with pytest.raises(Misconfigured, match="SECRETS_PATH"):
        tokens.get("nl-1")


def test_without_either_both_cures_are_named() -> None:
    with pytest.raises(Misconfigured, match=r"SECRETS_PATH.*PANEL_TOKEN_DE1"):
        PanelTokens(None, {}).get("de1")
