"""The endpoint read from a panel's inbound: its host and port, and which inbounds a link cannot describe."""

import json
from typing import Any

import pytest

from local.three_x_ui.answers import inbound_json
from local.three_x_ui.state import Inbound
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.panels.three_x_ui.reality import endpoint_of

PANEL = "https://panel.example.com:2053/base"
BARE = Inbound(1, "Reality", 443, share_host=None)


def inbound(*, encryption: str = "none", proxy: Any = None, **fields: Any) -> dict[str, Any]:
    """Return an inbound as the panel's API returns it."""
    plain = inbound_json(BARE)
    stream = plain["streamSettings"] | ({"externalProxy": proxy} if proxy is not None else {})
    settings = plain["settings"] | {"encryption": encryption}
    return plain | {"settings": settings, "streamSettings": stream} | fields


def read(found: dict[str, Any]) -> Endpoint:
    return endpoint_of(found, PANEL, "26.7.10")


def proxy(force_tls: str | None = "same", dest: str = "cdn.example.com", port: int = 8443) -> list[dict[str, Any]]:
    """Return a panel's setting `externalProxy`: a proxy in front of the inbound."""
    forced = {} if force_tls is None else {"forceTls": force_tls}
    return [{"dest": dest, "port": port, "remark": "", **forced}]


@pytest.mark.parametrize("force_tls", ["same", "", None])
def test_apps_connect_to_a_proxy_that_forwards_everything(force_tls: str | None) -> None:
    endpoint = read(inbound(proxy=proxy(force_tls), listen="203.0.113.7"))
    assert (endpoint.host, endpoint.port) == ("cdn.example.com", 8443)
    assert endpoint.server_name == "www.example.com"


def test_the_first_of_several_proxies_is_used() -> None:
    assert read(inbound(proxy=proxy() + proxy(dest="other.example.com"))).host == "cdn.example.com"


@pytest.mark.parametrize("nothing", [None, [], {}, "", [{"dest": "", "port": 0, "forceTls": "same"}]])
def test_without_a_proxy_apps_connect_to_the_inbound(nothing: Any) -> None:
    endpoint = read(inbound(proxy=nothing))
    assert (endpoint.host, endpoint.port) == ("panel.example.com", 443)


def test_settings_that_older_panels_return_as_text_are_read() -> None:
    found = inbound(proxy=proxy())
    as_text = {name: json.dumps(found[name]) for name in ("settings", "streamSettings")}
    assert read(found | as_text).host == "cdn.example.com"


@pytest.mark.parametrize(
    "found",
    [
        inbound(proxy=proxy("tls")),
        inbound(proxy=proxy("none")),
        inbound(encryption="mlkem768x25519plus.native.0rtt.PUBLIC"),
    ],
    ids=["a proxy with its own TLS", "a proxy without Reality", "VLESS's own encryption"],
)
def test_an_inbound_that_a_link_cannot_describe_is_rejected(found: dict[str, Any]) -> None:
    with pytest.raises(PanelRejected) as caught:
        read(found)
    assert caught.value.trouble is PanelTrouble.INBOUND_UNUSABLE


@pytest.mark.parametrize(
    ("listen", "host"),
    [
        ("8.8.4.4", "8.8.4.4"),
        ("2606:4700:4700::1111", "2606:4700:4700::1111"),
        ("", "panel.example.com"),
        ("0.0.0.0", "panel.example.com"),  # noqa: S104 - means all addresses; apps cannot connect to it
        ("::", "panel.example.com"),
        ("127.0.0.1", "panel.example.com"),
        ("::1", "panel.example.com"),
        ("10.0.0.7", "panel.example.com"),
        ("/run/xray/reality.sock", "panel.example.com"),
        ("@reality", "panel.example.com"),
    ],
)
def test_the_listening_address_is_used_only_if_it_is_public(listen: str, host: str) -> None:
    assert read(inbound(listen=listen)).host == host


def test_the_address_set_for_sharing_takes_precedence_over_the_listening_address() -> None:
    shared = inbound(listen="8.8.4.4", shareAddr="vpn.example.com", shareAddrStrategy="custom")
    assert read(shared).host == "vpn.example.com"
