"""What an operator may write about a server, and what comes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.servers.operator_input import LARGEST_CAPACITY, BadInput, capacity, country_code, title, token
from vpnbot.localization.server_names import flag


@pytest.mark.parametrize(("text", "code"), [("nl", "NL"), (" Fi ", "FI"), ("🇩🇪", "DE"), (" 🇰🇿", "KZ")])
def test_a_country_is_two_letters_or_a_flag(text: str, code: str) -> None:
    assert country_code(text) == code


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2))
def test_every_flag_is_read_as_its_country(code: str) -> None:
    assert country_code(flag(code)) == code


@pytest.mark.parametrize("text", ["", "N", "NLD", "Netherlands", "N1", "нл", "🇩🇪🇫🇮", "🙂"])
def test_what_is_no_country_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="country"):
        country_code(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("1 000", 1000), ("1.000", 1000), ("1,000 ", 1000), (str(LARGEST_CAPACITY), 100_000)],
)
def test_a_capacity_is_a_number_however_it_is_grouped(text: str, number: int) -> None:
    assert capacity(text) == number


@pytest.mark.parametrize("text", ["", "0", "-5", "many", "100001", "9999999", "1e3", "٣", "5 keys"])
def test_what_is_no_capacity_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="capacity"):
        capacity(text)


def test_a_title_is_one_line() -> None:
    assert title("  Fast\n  one 🚀 ") == "Fast one 🚀"
    assert title("x" * 32) == "x" * 32


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 33, "a\u202eb", "a\x00b"])
def test_a_title_that_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="title"):
        title(text)


@pytest.mark.parametrize("text", ["", "  ", "two words", "ключ", "x" * 513])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="token"):
        token(text)


def test_a_token_is_taken_without_what_stands_around_it() -> None:
    assert token("  abc-DEF_123\n") == "abc-DEF_123"
