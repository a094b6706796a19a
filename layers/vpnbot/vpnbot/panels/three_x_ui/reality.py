"""Conversion of an inbound of the panel's API to an `Endpoint`."""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.servers.server import Inbound

VISION = "xtls-rprx-vision"
_NETWORKS = frozenset({"tcp", "raw", "xhttp"})
_STRICT_CORE = (26, 7, 11)
"""From this version on, Xray rejects clients with an old version, such as sing-box, unless `minClientVer` is set."""


def usable(option: Mapping[str, Any]) -> Inbound:
    """Return an inbound from a row of the panel's list; `obstacle` says why it cannot be used."""
    protocol, port = str(option.get("protocol") or ""), int(option.get("port") or 0)
    obstacle = None
    if protocol != "vless":
        obstacle = PanelTrouble.INBOUND_UNUSABLE
    elif not option.get("enable", True):
        obstacle = PanelTrouble.INBOUND_OFF
    return Inbound(int(option["id"]), str(option.get("remark") or ""), protocol, port, obstacle)


def endpoint_of(inbound: Mapping[str, Any], panel_address: str, core_version: str | None) -> Endpoint:
    """Return the endpoint of an inbound; unknown fields are ignored.

    `panel_address` gives the host if the inbound names none. `core_version` is that of Xray, None if unknown.

    Raises:
        PanelRejected: the inbound is disabled, or a link cannot describe it. Usable are VLESS inbounds with Reality
            over tcp or xhttp, without VLESS encryption, and without a proxy that changes TLS.
    """
    stream = _parsed(inbound.get("streamSettings"))
    reality = _parsed(stream.get("realitySettings"))
    network = str(stream.get("network") or "tcp")
    supported = inbound.get("protocol") == "vless" and stream.get("security") == "reality" and network in _NETWORKS
    proxy = _parsed(_first_of(stream.get("externalProxy")))
    supported &= _parsed(inbound.get("settings")).get("encryption") in {None, "", "none"}
    supported &= proxy.get("forceTls", "same") in {"", "same"}
    settings = _parsed(reality.get("settings"))
    public_key = str(settings.get("publicKey") or "")
    if not supported or not public_key:
        raise PanelRejected(PanelTrouble.INBOUND_UNUSABLE, str(inbound.get("remark") or ""))
    if not inbound.get("enable", True):
        raise PanelRejected(PanelTrouble.INBOUND_OFF, str(inbound.get("remark") or ""))
    xhttp = _parsed(stream.get("xhttpSettings")) if network == "xhttp" else {}
    vision = network != "xhttp" and not inbound.get("disableFlow", False)
    return Endpoint(
        host=str(proxy.get("dest") or "") or _host(inbound, panel_address),
        port=int(proxy.get("port") or inbound.get("port") or 443),
        public_key=public_key,
        server_name=_first(reality.get("serverNames")) or str(settings.get("serverName") or ""),
        short_id=_first(reality.get("shortIds")),
        fingerprint=str(settings.get("fingerprint") or "chrome"),
        spider_x=str(settings.get("spiderX") or "/"),
        network="xhttp" if network == "xhttp" else "tcp",
        flow=VISION if vision else "",
        path=str(xhttp.get("path") or ""),
        host_header=str(xhttp.get("host") or ""),
        mode=str(xhttp.get("mode") or ""),
        extra=_extra(xhttp),
        verify_key=str(settings.get("mldsa65Verify") or ""),
        accepts_every_app=accepts_every_app(reality, core_version),
    )


def accepts_every_app(reality: Mapping[str, Any], core_version: str | None) -> bool:
    """Tell whether an inbound also accepts apps without Xray-core."""
    return bool(reality.get("minClientVer")) or version_of(core_version) < _STRICT_CORE


def version_of(text: str | None) -> tuple[int, ...]:
    """Return a version such as `v26.7.11-beta` as comparable numbers; an unknown version is the lowest."""
    numbers = []
    for part in (text or "").lstrip("vV").split("-")[0].split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _host(inbound: Mapping[str, Any], panel_address: str) -> str:
    own = str(inbound.get("shareAddr") or "") if inbound.get("shareAddrStrategy") == "custom" else ""
    return own or _routable(str(inbound.get("listen") or "")) or urlsplit(panel_address).hostname or ""


def _routable(listen: str) -> str:
    """Return the address that an inbound listens on if it is a global IP address; otherwise an empty text."""
    try:
        return listen if ip_address(listen).is_global else ""
    except ValueError:
        return ""


def _extra(xhttp: Mapping[str, Any]) -> str:
    extra = {name: xhttp[name] for name in ("mode", "xPaddingBytes") if xhttp.get(name)}
    return json.dumps(extra, separators=(",", ":")) if "xPaddingBytes" in extra else ""


def _parsed(value: Any) -> Mapping[str, Any]:
    """Return settings as a mapping: newer panels send objects, older ones JSON in a string."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _first(values: Any) -> str:
    return str(_first_of(values) or "")


def _first_of(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else None
