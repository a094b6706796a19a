"""Where apps connect for an inbound: the precedence of the panel between everything that names an address."""

from typing import Any

import pytest

from local.three_x_ui.inbounds import HostGroup
from tests.unit.posted_inbounds import inbound, proxy, read, row, stream
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble


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


class TestPrecedence:
    """Rows of Hosts, the older form of them, the share address by its strategy, the node, the listening address."""

    def test_rows_of_hosts_take_precedence_over_everything(self) -> None:
        shared = inbound(
            proxy=proxy(dest="stale.example.com"), shareAddrStrategy="custom", shareAddr="own.example.com"
        )
        endpoint = read(shared, [row("cdn.example.com:8443"), row("second.example.com")], node="node.example.com")
        assert (endpoint.host, endpoint.port) == ("cdn.example.com", 8443)

    def test_a_row_that_is_disabled_or_not_for_links_is_passed_over(self) -> None:
        hosts = [
            row("off.example.com", isDisabled=True),
            row("json.example.com", excludeFromSubTypes=["raw"]),
            row("tls.example.com", security="tls"),
            row("cdn.example.com", port=9443),
        ]
        assert (read(inbound(), hosts).host, read(inbound(), hosts).port) == ("cdn.example.com", 9443)
        assert read(inbound(), hosts[:2]).host == "panel.example.com"

    def test_if_all_rows_replace_reality_the_inbound_is_rejected(self) -> None:
        with pytest.raises(PanelRejected) as caught:
            read(inbound(), [row("tls.example.com", security="tls")])
        assert (caught.value.trouble, caught.value.detail) == (PanelTrouble.INBOUND_SECURITY, "tls")

    def test_a_row_changes_parameters_of_the_link(self) -> None:
        changed = row("cdn.example.com", sni="other.example.com", fingerprint="firefox")
        assert read(inbound(), [changed]).server_name == "other.example.com"
        assert read(inbound(), [changed]).fingerprint == "firefox"
        assert read(inbound(), [{**changed, "keepSniBlank": True}]).server_name == "www.example.com"
        assert read(inbound(), [{**changed, "overrideSniFromAddress": True}]).server_name == "cdn.example.com"
        over_xhttp = stream(network="xhttp", xhttpSettings={"path": "/xh", "host": "h.test", "mode": "auto"})
        moved = read(over_xhttp, [row("cdn.example.com", hostHeader="cdn.test", path="/other")])
        assert (moved.host_header, moved.path) == ("cdn.test", "/other")
        assert (read(over_xhttp).host_header, read(over_xhttp).path) == ("h.test", "/xh")

    def test_a_row_without_an_address_keeps_that_of_the_inbound(self) -> None:
        endpoint = read(inbound(shareAddrStrategy="custom", shareAddr="own.example.com"), [row("", sni="s.test")])
        assert (endpoint.host, endpoint.port, endpoint.server_name) == ("own.example.com", 443, "s.test")

    def test_a_row_as_an_older_panel_answers_it_is_read(self) -> None:
        (found,) = HostGroup("g", [1], ["cdn.example.com:8443"]).rows(1, 0)
        assert (read(inbound(), [found]).host, read(inbound(), [found]).port) == ("cdn.example.com", 8443)

    @pytest.mark.parametrize(
        ("strategy", "shared", "node", "listen", "host"),
        [
            ("node", "own.example.com", "node.example.com", "8.8.4.4", "node.example.com"),
            ("node", "own.example.com", "", "8.8.4.4", "8.8.4.4"),
            ("listen", "own.example.com", "node.example.com", "8.8.4.4", "8.8.4.4"),
            ("listen", "own.example.com", "node.example.com", "", "node.example.com"),
            ("custom", "own.example.com", "node.example.com", "8.8.4.4", "own.example.com"),
            ("custom", " ", "node.example.com", "8.8.4.4", "node.example.com"),
            ("custom", "", "", "", "panel.example.com"),
            ("of a newer panel", "own.example.com", "node.example.com", "", "node.example.com"),
        ],
    )
    def test_the_strategy_of_the_share_address_decides(
        self, strategy: str, shared: str, node: str, listen: str, host: str
    ) -> None:
        assert read(inbound(shareAddrStrategy=strategy, shareAddr=shared, listen=listen), node=node).host == host

    @pytest.mark.parametrize(
        ("shared", "host", "port"),
        [
            ("[2001:db8::5]", "2001:db8::5", 443),
            ("2001:DB8:0::5", "2001:db8::5", 443),
            ("[2001:db8::5]:8443", "2001:db8::5", 8443),
            ("vpn.example.com:8443", "vpn.example.com", 8443),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai", 443),
        ],
    )
    def test_an_address_is_read_in_every_form(self, shared: str, host: str, port: int) -> None:
        endpoint = read(inbound(shareAddrStrategy="custom", shareAddr=shared))
        assert (endpoint.host, endpoint.port) == (host, port)

    def test_a_junk_address_that_something_takes_precedence_over_does_no_harm(self) -> None:
        junk = inbound(shareAddrStrategy="custom", shareAddr="no address")
        assert read(junk, [row("cdn.example.com")]).host == "cdn.example.com"

    @pytest.mark.parametrize(
        ("shown", "host"),
        [
            ("cdn.example.com:0", "cdn.example.com"),
            ("[2001:db8::5]:0", "2001:db8::5"),
            ("2001:db8::", "2001:db8::"),
            ("2001:db8::1:0", "2001:db8::1:0"),
            (":0", "panel.example.com"),
            (":8443", "panel.example.com"),
        ],
    )
    def test_a_row_without_a_port_keeps_that_of_the_inbound(self, shown: str, host: str) -> None:
        found = {**row("x.example.com"), "hosts": [shown]}
        assert (read(inbound(), [found]).host, read(inbound(), [found]).port) == (host, 443)
