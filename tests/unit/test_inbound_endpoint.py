"""How an inbound of a panel becomes what a link says: where it is reached, and what a link has no words for."""

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
    """Return an inbound as a panel answers with it."""
    plain = inbound_json(BARE)
    stream = plain["streamSettings"] | ({"externalProxy": proxy} if proxy is not None else {})
    settings = plain["settings"] | {"encryption": encryption}
    return plain | {"settings": settings, "streamSettings": stream} | fields


def read(found: dict[str, Any]) -> Endpoint:
    return endpoint_of(found, PANEL, "26.7.10")


def proxy(force_tls: str | None = "same", dest: str = "cdn.example.com", port: int = 8443) -> list[dict[str, Any]]:
    """Return what a panel keeps of a proxy before the inbound."""
    forced = {} if force_tls is None else {"forceTls": force_tls}
    return [{"dest": dest, "port": port, "remark": "", **forced}]


@pytest.mark.parametrize("force_tls", ["same", "", None])
def test_a_proxy_that_passes_everything_on_is_where_apps_connect(force_tls: str | None) -> None:
    endpoint = read(inbound(proxy=proxy(force_tls), listen="203.0.113.7"))
    assert (endpoint.host, endpoint.port) == ("cdn.example.com", 8443)
    assert endpoint.server_name == "www.example.com"


def test_the_first_of_several_proxies_is_taken() -> None:
    assert read(inbound(proxy=proxy() + proxy(dest="other.example.com"))).host == "cdn.example.com"


@pytest.mark.parametrize("nothing", [None, [], {}, "", [{"dest": "", "port": 0, "forceTls": "same"}]])
def test_without_a_proxy_it_is_the_inbound_itself(nothing: Any) -> None:
    endpoint = read(inbound(proxy=nothing))
    assert (endpoint.host, endpoint.port) == ("panel.example.com", 443)


def test_older_panels_keep_all_of_it_as_text() -> None:
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
    ids=["a proxy with TLS of its own", "a proxy without Reality", "VLESS's own encryption"],
)
def test_what_a_link_has_no_words_for_is_refused(found: dict[str, Any]) -> None:
    with pytest.raises(PanelRejected) as refusal:
        read(found)
    assert refusal.value.trouble is PanelTrouble.INBOUND_UNUSABLE


@pytest.mark.parametrize(
    ("listen", "host"),
    [
        ("8.8.4.4", "8.8.4.4"),
        ("2606:4700:4700::1111", "2606:4700:4700::1111"),
        ("", "panel.example.com"),
        ("0.0.0.0", "panel.example.com"),  # noqa: S104 - all of a machine's addresses, and none to connect to
        ("::", "panel.example.com"),
        ("127.0.0.1", "panel.example.com"),
        ("::1", "panel.example.com"),
        ("10.0.0.7", "panel.example.com"),
        ("/run/xray/reality.sock", "panel.example.com"),
        ("@reality", "panel.example.com"),
    ],
)
def test_an_address_of_its_own_is_shown_if_the_world_can_reach_it(listen: str, host: str) -> None:
    assert read(inbound(listen=listen)).host == host


def test_what_the_operator_has_set_for_sharing_comes_before_the_address_it_listens_on() -> None:
    shared = inbound(listen="8.8.4.4", shareAddr="vpn.example.com", shareAddrStrategy="custom")
    assert read(shared).host == "vpn.example.com"
