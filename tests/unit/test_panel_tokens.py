"""Tokens of panels: from environment variables outside production, only from Parameter Store in production."""

import pytest

from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.errors import Misconfigured
from vpnbot.settings import Settings

DEMO = {"STAGE": "demo", "TABLE_NAME": "vpnbot"}
PRODUCTION = {**DEMO, "STAGE": "production", "PANEL": "three_x_ui", "SUPPORT_URL": "https://t.me/support"}
VARIABLES = {"PANEL_TOKEN_NL_1": "from a variable"}


def test_the_name_of_a_variable_contains_its_server() -> None:
    assert PanelTokens.of(Settings.from_environment(DEMO), VARIABLES).get("nl-1") == "from a variable"


def test_production_reads_no_token_from_a_variable() -> None:
    tokens = PanelTokens.of(Settings.from_environment(PRODUCTION), VARIABLES)
    with pytest.raises(Misconfigured, match="SECRETS_PATH"):
        tokens.get("nl-1")


def test_the_error_for_a_missing_token_names_both_ways_to_set_it() -> None:
    with pytest.raises(Misconfigured, match=r"SECRETS_PATH.*PANEL_TOKEN_DE1"):
        PanelTokens(None, {}).get("de1")


def test_without_a_path_no_tokens_are_stored() -> None:
    assert PanelTokens(None, {"PANEL_TOKEN_DE1": "of de1"}).last_changes() == {}
