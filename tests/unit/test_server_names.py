"""The names of servers as people see them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.servers import server
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.localization.messages import Messages
from vpnbot.localization.server_names import flag, server_name, server_names

MESSAGES = Messages()
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
def test_a_server_is_named_by_its_title_or_by_flag_and_country(
    language: str, title: str, country: str, name: str
) -> None:
    assert server_name(MESSAGES, language, title, country) == name


def test_only_a_code_of_two_latin_letters_has_a_flag() -> None:
    assert [flag(code) for code in ("DE", "D", "DEU", "Д1", "D1")] == ["🇩🇪", "", "", "", ""]


def test_only_servers_with_the_same_name_are_numbered() -> None:
    endpoints = [server(name).endpoint for name in ("nl1", "de1", "nl2")]
    named = server_names(MESSAGES, "en", [endpoint for endpoint in endpoints if endpoint])
    assert named == ("Server nl1", "Server de1", "Server nl2")
    plain = [replace(endpoint, title="") for endpoint in endpoints if endpoint]
    assert server_names(MESSAGES, "en", plain) == ("🇳🇱 Netherlands 1", "🇩🇪 Germany", "🇳🇱 Netherlands 2")


def named(*titles: str, taken: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the names of servers with these titles."""
    plain = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
    return server_names(MESSAGES, "en", [replace(plain, title=title) for title in titles], taken)


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (("A", "B"), ("A", "B")),
        (("A", "A", "A 1"), ("A 2", "A 3", "A 1")),
        (("A 1", "A", "A"), ("A 1", "A 2", "A 3")),
        (("VPN", "direct"), ("VPN 1", "direct 1")),
        (("VPN", "VPN", "VPN 1"), ("VPN 2", "VPN 3", "VPN 1")),
    ],
)
def test_names_are_different_from_each_other_and_from_taken_names(
    titles: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert named(*titles, taken=("VPN", "direct")) == names


@given(st.lists(st.sampled_from(["A", "A 1", "A 2", "A 1 1", "VPN", "VPN 1"]), max_size=8))
def test_for_any_titles_every_name_is_unique(titles: list[str]) -> None:
    names = named(*titles, taken=("VPN",))
    assert len({*names, "VPN"}) == len(titles) + 1


def test_every_language_names_the_same_countries() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(LOCALES.glob("*/countries.ftl"))]
    codes = [re.findall(r"^country-([a-z]{2}) = \S", text, re.MULTILINE) for text in texts]
    assert len(codes) == len(MESSAGES.languages)
    assert all(found == sorted(set(codes[0])) for found in codes)
