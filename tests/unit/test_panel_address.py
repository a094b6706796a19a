"""The address of a panel: what operators paste is normalised or rejected; and the server id made from it."""

import pytest

from vpnbot.domain.servers.panel_address import BadAddress, panel_address, server_id_for


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("https://nl.example.com:2053/Xy12", "https://nl.example.com:2053/Xy12"),
        ("  https://nl.example.com:2053/Xy12/panel/  ", "https://nl.example.com:2053/Xy12"),
        ("https://nl.example.com:2053/Xy12/panel/inbounds", "https://nl.example.com:2053/Xy12"),
        ("https://nl.example.com:2053/panel", "https://nl.example.com:2053"),
        ("nl.example.com:2053", "https://nl.example.com:2053"),
        ("nl.example.com/secret/", "https://nl.example.com/secret"),
        ("https://203.0.113.7:54321/a/b/", "https://203.0.113.7:54321/a/b"),
        ("https://[2001:db8::7]:2053/x", "https://[2001:db8::7]:2053/x"),
        ("https://пример.рф:2053", "https://xn--e1afmkfd.xn--p1ai:2053"),
        ("http://127.0.0.1:8080/base", "http://127.0.0.1:8080/base"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://nl.example.com/x?lang=en#top", "https://nl.example.com/x"),
    ],
)
def test_an_address_copied_from_the_browser_becomes_the_base_address_of_the_panel(pasted: str, address: str) -> None:
    assert panel_address(pasted) == address
    assert panel_address(address) == address


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "no_host"),
        ("hello", "no_host"),
        ("https://", "no_host"),
        ("https://[::1", "no_host"),
        ("two words.example", "no_host"),
        ("https://nl.example.com:99999", "bad_port"),
        ("https://nl.example.com:port", "bad_port"),
        ("https://admin:secret@nl.example.com", "credentials"),
        ("http://nl.example.com:2053", "not_https"),
        ("http://203.0.113.7", "not_https"),
        ("ftp://nl.example.com", "not_https"),
    ],
)
def test_an_invalid_address_is_rejected_with_a_reason(pasted: str, code: str) -> None:
    with pytest.raises(BadAddress, match=f"^{code}$"):
        panel_address(pasted)


@pytest.mark.parametrize(
    ("address", "taken", "name"),
    [
        ("https://nl1.example.com:2053/x", [], "nl1"),
        ("https://nl1.example.com", ["nl1"], "nl1-2"),
        ("https://nl1.example.com", ["nl1", "nl1-2"], "nl1-3"),
        ("https://203.0.113.7:54321", [], "nl"),
        ("https://[2001:db8::7]", [], "nl"),
        ("https://203.0.113.7", ["nl"], "nl-2"),
        ("https://Fast_One.example", [], "fast-one"),
        (f"https://{'a' * 60}.example", [], "a" * 24),
        (f"https://{'a' * 60}.example", ["a" * 24], f"{'a' * 21}-2"),
    ],
)
def test_a_server_is_named_after_its_host_or_its_country(address: str, taken: list[str], name: str) -> None:
    assert server_id_for(address, "NL", taken) == name


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("https://nl.example.com/my/panel/panel/inbounds", "https://nl.example.com/my/panel"),
        ("https://nl.example.com/my/panel/panel/", "https://nl.example.com/my/panel"),
        ("https://nl.example.com/panel/panel", "https://nl.example.com/panel"),
        ("https://nl.example.com/panel/secret", "https://nl.example.com/panel/secret"),
        ("https://nl.example.com/panel/secret/panel/hosts", "https://nl.example.com/panel/secret"),
        ("https://nl.example.com/controlpanel", "https://nl.example.com/controlpanel"),
    ],
)
def test_only_the_page_of_the_panel_is_cut_off_a_base_path_that_contains_panel(pasted: str, address: str) -> None:
    assert panel_address(pasted) == address


@pytest.mark.parametrize(
    "host", ["nl_example", "-nl.example.com", "203.0.113", "nl..example.com", f"{'a' * 64}.example"]
)
def test_a_host_that_no_client_can_call_is_rejected(host: str) -> None:
    with pytest.raises(BadAddress, match=r"^no_host$"):
        panel_address(f"https://{host}/x")
