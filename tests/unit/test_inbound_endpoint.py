"""The endpoint read from a panel's inbound: which inbounds a link cannot describe, and which apps they accept."""

import json

import pytest

from tests.unit.posted_inbounds import BARE, PANEL, inbound, limits, proxy, read, row, stream
from vpnbot.domain.servers.panel_errors import INBOUND_TROUBLES, PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.panels.three_x_ui.endpoint import endpoint_of


def test_settings_that_older_panels_return_as_text_are_read() -> None:
    found = inbound(proxy=proxy())
    as_text = {name: json.dumps(found[name]) for name in ("settings", "streamSettings")}
    assert read(found | as_text).host == "cdn.example.com"


UNUSABLE = {
    "another protocol": (inbound(protocol="trojan"), PanelTrouble.INBOUND_UNUSABLE, "trojan"),
    "ws": (stream(network="ws", security="none"), PanelTrouble.INBOUND_TRANSPORT, "ws"),
    "no security": (stream(security="none"), PanelTrouble.INBOUND_SECURITY, "none"),
    "TLS": (stream(security="tls"), PanelTrouble.INBOUND_SECURITY, "tls"),
    "Reality without a key": (
        stream(realitySettings={"settings": {}}),
        PanelTrouble.INBOUND_SECURITY,
        "reality, publicKey = ''",
    ),
    "a proxy with its own TLS": (inbound(proxy=proxy("tls")), PanelTrouble.INBOUND_SECURITY, "tls"),
    "a proxy without Reality": (inbound(proxy=proxy("none")), PanelTrouble.INBOUND_SECURITY, "none"),
    "VLESS's own encryption": (
        inbound(encryption="mlkem768x25519plus.native.0rtt.PUBLIC"),
        PanelTrouble.INBOUND_ENCRYPTION,
        "",
    ),
    "a tcp header": (stream(tcpSettings={"header": {"type": "http"}}), PanelTrouble.INBOUND_HEADER, "http"),
    "a tcp header of a newer panel": (
        stream(network="raw", rawSettings={"header": {"type": "http"}}),
        PanelTrouble.INBOUND_HEADER,
        "http",
    ),
    "a mask": (stream(finalmask={"tcp": [{"type": "fragment"}]}), PanelTrouble.INBOUND_MASK, "finalmask"),
    "the PROXY protocol": (
        stream(tcpSettings={"acceptProxyProtocol": True}),
        PanelTrouble.INBOUND_PROXY_PROTOCOL,
        "",
    ),
    "the PROXY protocol of any transport": (
        stream(sockopt={"acceptProxyProtocol": True}),
        PanelTrouble.INBOUND_PROXY_PROTOCOL,
        "",
    ),
    "only newer apps than there are": (limits(minClientVer="27.0.0"), PanelTrouble.INBOUND_VERSIONS, "27.0.0 – …"),
    "only old apps": (limits(maxClientVer="1.8.1"), PanelTrouble.INBOUND_VERSIONS, "… – 1.8.1"),
    "a limit that is no version": (limits(minClientVer="x"), PanelTrouble.INBOUND_VERSIONS, "x – …"),
    "a share address that is none": (
        inbound(shareAddrStrategy="custom", shareAddr="https://vpn.example.com/"),
        PanelTrouble.INBOUND_ADDRESS,
        "https://vpn.example.com/",
    ),
    "a port that is none": (inbound(port=70_000), PanelTrouble.INBOUND_ADDRESS, "port 70000"),
    "half a character": (
        stream(realitySettings={**BARE.stream["realitySettings"], "serverNames": ["a\ud800"]}),
        PanelTrouble.INBOUND_ADDRESS,
        "server_name a?",
    ),
    "a link that would be too long": (
        stream(network="xhttp", xhttpSettings={"headers": {"x": "y" * 4000}}),
        PanelTrouble.INBOUND_TRANSPORT,
        "xhttp, extra",
    ),
    "switched off": (inbound(enable=False), PanelTrouble.INBOUND_OFF, "Reality"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_an_inbound_that_apps_cannot_use_is_rejected_with_its_own_reason(kind: str) -> None:
    found, trouble, detail = UNUSABLE[kind]
    with pytest.raises(PanelRejected) as caught:
        read(found)
    assert (caught.value.trouble, caught.value.detail) == (trouble, detail)


def test_every_trouble_of_an_inbound_is_known_as_one() -> None:
    assert {trouble for _, trouble, _ in UNUSABLE.values()} | {PanelTrouble.NO_INBOUND} == INBOUND_TROUBLES


def test_a_relay_before_the_inbound_may_speak_the_proxy_protocol() -> None:
    relayed = stream(tcpSettings={"acceptProxyProtocol": True}, externalProxy=proxy())
    assert read(relayed).host == "cdn.example.com"
    assert read(stream(tcpSettings={"acceptProxyProtocol": True}), [row("cdn.example.com")]).port == 443


@pytest.mark.parametrize(
    ("least", "core", "every_app"),
    [
        ("", "26.7.10", True),
        ("", "26.7.11", False),
        ("1.0.0", "26.7.28", True),
        ("1.8", "26.7.28", True),
        ("1.8.1", "26.7.28", True),
        ("1.8.2", "26.7.28", False),
        ("25.1.1", "26.7.28", False),
        ("1.0.0", "", True),
        ("25.1.1", "Unknown", False),
    ],
)
def test_apps_with_another_core_are_rejected_by_the_version_that_they_report(
    least: str, core: str, every_app: bool
) -> None:
    assert endpoint_of(limits(minClientVer=least), PANEL, core).accepts_every_app is every_app


@pytest.mark.parametrize("core", [None, "", "Unknown"])
def test_an_unknown_core_version_is_not_taken_for_one_that_accepts_every_app(core: str | None) -> None:
    with pytest.raises(PanelUnavailable) as caught:
        endpoint_of(inbound(), PANEL, core)
    assert caught.value.trouble is PanelTrouble.CORE_UNKNOWN
