"""Conversion of an inbound of the panel's API to an `Endpoint`: what a link needs, or why no link can describe it."""

from collections.abc import Mapping, Sequence
from typing import Any

from vpnbot.domain.keys.share_link import Endpoint, UnusableEndpoint
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.servers.server import Inbound
from vpnbot.panels.three_x_ui import xhttp
from vpnbot.panels.three_x_ui.fields import first_text, settings, text, whole
from vpnbot.panels.three_x_ui.route import Route, route_to
from vpnbot.panels.three_x_ui.versions import accepts_every_app, reject_impossible_limits

VISION = "xtls-rprx-vision"
_TCP = frozenset({"tcp", "raw"})
_LARGEST_EXTRA = 4_000
"""The longest `extra`, in characters: it is a part of every link and of every stored key."""


def usable(option: Mapping[str, Any]) -> Inbound:
    """Return an inbound from a row of the panel's list; `obstacle` says why it cannot be used."""
    protocol = text(option.get("protocol"))
    obstacle = None
    if protocol != "vless":
        obstacle = PanelTrouble.INBOUND_UNUSABLE
    elif not option.get("enable", True):
        obstacle = PanelTrouble.INBOUND_OFF
    return Inbound(whole(option.get("id")), text(option.get("remark")), protocol, whole(option.get("port")), obstacle)


def endpoint_of(
    inbound: Mapping[str, Any],
    panel_address: str,
    core_version: str | None,
    *,
    hosts: Sequence[Mapping[str, Any]] = (),
    node_address: str = "",
) -> Endpoint:
    """Return the endpoint of an inbound; unknown fields are ignored.

    `core_version` is that of Xray, None if unknown. `hosts`, `node_address` and `panel_address`: see `route_to`.

    Raises:
        PanelRejected: the inbound is disabled, or a link cannot describe it, or no app could use it; the trouble says
            why. Usable are VLESS inbounds with Reality over tcp or xhttp.
        PanelUnavailable: the panel has just started; or the inbound has another shape than expected.
    """
    stream = settings(inbound.get("streamSettings"))
    reality = settings(stream.get("realitySettings"))
    _reject_what_no_link_describes(inbound, stream, reality)
    if not inbound.get("enable", True):
        raise PanelRejected(PanelTrouble.INBOUND_OFF, text(inbound.get("remark")))
    route = route_to(inbound, hosts, node_address, panel_address)
    _reject_what_no_app_sends(stream, route)
    reject_impossible_limits(reality, core_version)
    is_xhttp = stream.get("network") == "xhttp"
    found = _endpoint(
        route,
        reality,
        settings(stream.get("xhttpSettings")) if is_xhttp else None,
        flow="" if is_xhttp or inbound.get("disableFlow", False) else VISION,
        every_app=accepts_every_app(reality, core_version),
    )
    try:
        return found.checked()
    except UnusableEndpoint as error:
        raise PanelRejected(PanelTrouble.INBOUND_ADDRESS, str(error)) from error


def _endpoint(
    route: Route, reality: Mapping[str, Any], xhttp_settings: Mapping[str, Any] | None, *, flow: str, every_app: bool
) -> Endpoint:
    """Return the endpoint; `xhttp_settings` is None for tcp."""
    shown, transport = settings(reality.get("settings")), xhttp_settings or {}
    return Endpoint(
        host=route.host,
        port=route.port,
        public_key=text(shown.get("publicKey")),
        server_name=route.server_name or first_text(reality.get("serverNames")) or text(shown.get("serverName")),
        short_id=first_text(reality.get("shortIds")),
        fingerprint=route.fingerprint or text(shown.get("fingerprint")) or "chrome",
        spider_x=text(shown.get("spiderX")) or "/",
        network="tcp" if xhttp_settings is None else "xhttp",
        flow=flow,
        path="" if xhttp_settings is None else route.path or text(transport.get("path")),
        host_header="" if xhttp_settings is None else route.host_header or xhttp.host_header(transport),
        mode=text(transport.get("mode")),
        extra=xhttp.extra_parameter(transport),
        verify_key=text(shown.get("mldsa65Verify")),
        accepts_every_app=every_app,
    )


def _reject_what_no_link_describes(
    inbound: Mapping[str, Any], stream: Mapping[str, Any], reality: Mapping[str, Any]
) -> None:
    network = text(stream.get("network")) or "tcp"
    vless = settings(inbound.get("settings"))
    if inbound.get("protocol") != "vless":
        raise PanelRejected(PanelTrouble.INBOUND_UNUSABLE, text(inbound.get("protocol")))
    if network not in _TCP and network != "xhttp":
        raise PanelRejected(PanelTrouble.INBOUND_TRANSPORT, network)
    if stream.get("security") != "reality":
        raise PanelRejected(PanelTrouble.INBOUND_SECURITY, text(stream.get("security")) or "none")
    if not text(settings(reality.get("settings")).get("publicKey")):
        raise PanelRejected(PanelTrouble.INBOUND_SECURITY, "reality, publicKey = ''")
    if any(vless.get(name) not in {None, "", "none"} for name in ("encryption", "decryption")):
        raise PanelRejected(PanelTrouble.INBOUND_ENCRYPTION)
    if any(settings(stream.get("finalmask")).values()):
        raise PanelRejected(PanelTrouble.INBOUND_MASK, "finalmask")
    header = text(settings(_tcp(stream).get("header")).get("type"))
    if network in _TCP and header not in {"", "none"}:
        raise PanelRejected(PanelTrouble.INBOUND_HEADER, header)
    if network == "xhttp" and len(xhttp.extra_parameter(settings(stream.get("xhttpSettings")))) > _LARGEST_EXTRA:
        raise PanelRejected(PanelTrouble.INBOUND_TRANSPORT, "xhttp, extra")


def _reject_what_no_app_sends(stream: Mapping[str, Any], route: Route) -> None:
    """Reject an inbound that waits for the PROXY protocol; only a relay before it can send that."""
    expected = (_tcp(stream), settings(stream.get("sockopt")))
    if any(part.get("acceptProxyProtocol") for part in expected) and not route.relayed:
        raise PanelRejected(PanelTrouble.INBOUND_PROXY_PROTOCOL)


def _tcp(stream: Mapping[str, Any]) -> Mapping[str, Any]:
    return settings(stream.get("rawSettings" if stream.get("network") == "raw" else "tcpSettings"))
