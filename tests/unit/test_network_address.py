"""The parser of network addresses: every form that panels and operators write, and what is not an address."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.network_address import InvalidAddress, NetworkAddress, network_address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("vpn.example.com", "vpn.example.com", None),
        ("  VPN.Example.COM. ", "vpn.example.com", None),
        ("vpn.example.com:8443", "vpn.example.com", 8443),
        ("localhost", "localhost", None),
        ("relay_1.example.com", "relay_1.example.com", None),
        ("203.0.113.7", "203.0.113.7", None),
        ("203.0.113.7:443", "203.0.113.7", 443),
        ("2001:db8::5", "2001:db8::5", None),
        ("[2001:db8::5]", "2001:db8::5", None),
        ("[2001:DB8:0:0::5]:443", "2001:db8::5", 443),
        ("::1", "::1", None),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai", None),
        ("ПРИМЕР.example.com:1", "xn--e1afmkfd.example.com", 1),
        ("bücher.example", "xn--bcher-kva.example", None),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah", None),
    ],
)
def test_an_address_is_read(text: str, host: str, port: int | None) -> None:
    assert network_address(text) == NetworkAddress(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "a..b",
        "-a.example",
        "a-.example",
        "two words",
        "https://vpn.example.com",
        "vpn.example.com/path",
        "user@vpn.example.com",
        "/run/xray.sock",
        "@reality",
        "vpn.example.com:",
        "vpn.example.com:0",
        "vpn.example.com:65536",
        "vpn.example.com:port",
        "vpn.example.com:٤٤٣",
        "203.0.113",
        "203.0.113.300",
        "443",
        "1.2.3.4.5",
        "[203.0.113.7]",
        "[vpn.example.com]",
        "[2001:db8::5",
        "2001:db8::5]",
        "[2001:db8::5]443",
        "2001:db8::5:::",
        "fe80::1%eth0",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "я" * 64 + ".рф",
        "a\x00b.example",
        "\ud800.example",
    ],
)
def test_what_is_not_an_address_is_rejected(text: str) -> None:
    with pytest.raises(InvalidAddress):
        network_address(text)


@given(st.text())
def test_any_text_is_read_or_rejected(text: str) -> None:
    try:
        address = network_address(text)
    except InvalidAddress:
        return
    assert network_address(address.host) == NetworkAddress(address.host)
    assert address.host.isascii()


@given(st.ip_addresses(), st.integers(1, 65535))
def test_any_ip_address_is_read_with_and_without_a_port(ip: IPv4Address | IPv6Address, port: int) -> None:
    bare = network_address(str(ip))
    assert bare == NetworkAddress(str(ip))
    assert network_address(f"{bare.url_host}:{port}") == NetworkAddress(str(ip), port)
