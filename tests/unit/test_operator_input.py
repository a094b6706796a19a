"""What an operator enters about a server: which values are accepted and how they are normalised."""

import pytest

from vpnbot.domain.servers.countries import COUNTRIES
from vpnbot.domain.servers.operator_input import LARGEST_CAPACITY, BadInput, capacity, country_code, title, token
from vpnbot.localization.server_names import flag


@pytest.mark.parametrize(("text", "code"), [("nl", "NL"), (" Fi ", "FI"), ("🇩🇪", "DE"), (" 🇰🇿", "KZ")])
def test_a_country_is_two_letters_or_a_flag(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("code", sorted(COUNTRIES))
def test_every_flag_is_read_as_its_country(code: str) -> None:
    assert country_code(flag(code)) == code


@pytest.mark.parametrize("text", ["ZZ", "XX", "UK", "eu", "🇽🇽", "🇪🇺"])
def test_a_code_that_no_country_has_is_rejected_with_the_reason(text: str) -> None:
    with pytest.raises(BadInput, match=r"^no_country$"):
        country_code(text)


@pytest.mark.parametrize("text", ["", "N", "NLD", "Netherlands", "N1", "нл", "🇩🇪🇫🇮", "🙂"])
def test_an_invalid_country_is_rejected(text: str) -> None:
    with pytest.raises(BadInput, match="country"):
        country_code(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("1 000", 1000), ("1.000", 1000), ("1,000 ", 1000), (str(LARGEST_CAPACITY), 100_000)],
)
def test_a_capacity_is_a_number_with_or_without_separators(text: str, number: int) -> None:
    assert capacity(text) == number


@pytest.mark.parametrize("text", ["", "0", "-5", "many", "100001", "9999999", "1e3", "٣", "5 keys"])
def test_an_invalid_capacity_is_rejected(text: str) -> None:
    with pytest.raises(BadInput, match="capacity"):
        capacity(text)


def test_a_title_is_put_on_one_line() -> None:
    assert title("  Fast\n  one 🚀 ") == "Fast one 🚀"
    assert title("x" * 32) == "x" * 32


@pytest.mark.parametrize(
    "text",
    ["👨‍👩‍👧 Family", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 London", "🏳️‍🌈", "❤️", "👍🏽 Fast", "می‌خواهم"],
    ids=["a family", "a flag of a region", "a flag", "a heart", "a skin tone", "letters with a joiner"],
)
def test_a_title_may_contain_composed_emoji(text: str) -> None:
    assert title(text) == text


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 33, "a\u202eb", "a\x00b", "\u200d", "\u200c \u200d", "a\ud800"])
def test_an_invalid_title_is_rejected(text: str) -> None:
    with pytest.raises(BadInput, match="title"):
        title(text)


@pytest.mark.parametrize("text", ["", "  ", "two words", "ключ", "x" * 513])
def test_an_invalid_token_is_rejected(text: str) -> None:
    with pytest.raises(BadInput, match="token"):
        token(text)


def test_white_space_around_a_token_is_removed() -> None:
    assert token("  abc-DEF_123\n") == "abc-DEF_123"
