"""What people call a server."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.servers import server
from vpnbot.server_names import flag, server_name, server_names
from vpnbot.wording import Wording

WORDING = Wording()
LOCALES = Path(__file__).parents[2] / "layers/vpnbot/vpnbot/locales"


@pytest.mark.parametrize(
    ("language", "title", "country", "name"),
    [
        ("en", "", "NL", "🇳🇱 Netherlands"),
        ("ru", "", "nl", "🇳🇱 Нидерланды"),
        ("ru", "", "AQ", "🇦🇶 AQ"),
        ("en", "Fast one", "NL", "Fast one"),
        ("en", "", "?", "?"),
    ],
)
def test_the_operators_title_or_the_flag_and_the_country(language: str, title: str, country: str, name: str) -> None:
    assert server_name(WORDING, language, title, country) == name


def test_only_two_letters_are_a_flag() -> None:
    assert [flag(code) for code in ("DE", "D", "DEU", "Д1", "D1")] == ["🇩🇪", "", "", "", ""]


def test_servers_of_one_name_are_numbered_and_others_are_not() -> None:
    endpoints = [server(name).endpoint for name in ("nl1", "de1", "nl2")]
    named = server_names(WORDING, "en", [endpoint for endpoint in endpoints if endpoint])
    assert named == ("Server nl1", "Server de1", "Server nl2")
    plain = [replace(endpoint, title="") for endpoint in endpoints if endpoint]
    assert server_names(WORDING, "en", plain) == ("🇳🇱 Netherlands 1", "🇩🇪 Germany", "🇳🇱 Netherlands 2")


def test_every_language_names_the_same_countries() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(LOCALES.glob("*/countries.ftl"))]
    codes = [re.findall(r"^country-([a-z]{2}) = \S", text, re.MULTILINE) for text in texts]
    assert len(codes) == len(WORDING.languages)
    assert all(found == sorted(set(codes[0])) for found in codes)
