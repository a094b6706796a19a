"""A setting of the panel that an operator is asked to change is named with the value that it needs."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = (
    *sorted((ROOT / "layers/vpnbot/vpnbot/locales").rglob("*.ftl")),
    *sorted((ROOT / "ops").glob("*.py")),
    *sorted((ROOT / "docs").glob("*.md")),
)
_ASKING = ("set minClientVer", "set `minClientVer`", "задайте minClientVer")


def test_min_client_ver_is_always_named_with_its_value() -> None:
    lines = [line for path in ASKED for line in path.read_text(encoding="utf-8").splitlines()]
    asking = [line for line in lines if any(words in line for words in _ASKING)]
    assert len(asking) >= 7
    assert [line for line in asking if "1.0.0" not in line] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_language_names_the_oldest_panel_that_is_supported(language: str) -> None:
    words = (ROOT / f"layers/vpnbot/vpnbot/locales/{language}/servers.ftl").read_text(encoding="utf-8")
    assert words.count("3.5") == 3
    assert "3.1" not in words
