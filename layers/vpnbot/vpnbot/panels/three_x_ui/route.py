"""Where apps connect for an inbound: the precedence of 3x-ui 3.6 between everything that names an address.

Rows of *Hosts* come first, then `externalProxy` (the older form of them), then the inbound's own share address by its
strategy, its node, its listening address, and at last the panel's own host (MHSanaei/3x-ui, internal/sub/service.go,
`resolveInboundAddress`, and host_sub.go).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vpnbot.domain.network_address import InvalidAddress, NetworkAddress, network_address
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.panels.three_x_ui.fields import first_text, rows, settings, text, whole

_KEEPS_REALITY = frozenset({"", "same", "reality"})


@dataclass(frozen=True, slots=True)
class Route:
    """Host and port, and the parameters that a row of Hosts sets instead of the inbound; empty: those of the inbound.

    `relayed`: the apps connect to a row of Hosts or a proxy, which forwards everything to the inbound.
    """

    host: str
    port: int
    server_name: str = ""
    fingerprint: str = ""
    host_header: str = ""
    path: str = ""
    relayed: bool = False


def route_to(
    inbound: Mapping[str, Any], hosts: Sequence[Mapping[str, Any]], node_address: str, panel_address: str
) -> Route:
    """Return where apps connect.

    `hosts` are the rows of Hosts of the inbound, in their order; `node_address` is the address of the node that runs
    it, empty if the panel's own server does; `panel_address` is the panel's URL.

    Raises:
        PanelRejected: what comes first is not an address, or all relays replace Reality.
    """
    port = whole(inbound.get("port")) or 443
    relays = [*_active(hosts)] or rows(settings(inbound.get("streamSettings")).get("externalProxy") or None)
    relays = [relay for relay in relays if _names_something(relay)]
    kept = [relay for relay in relays if _security(relay) in _KEEPS_REALITY]
    if relays and not kept:
        raise PanelRejected(PanelTrouble.INBOUND_SECURITY, _security(relays[0]))
    named = _address_in(kept[0]) if kept else ""
    address = _parsed(named or _own(inbound, node_address, panel_address))
    return _through(kept[0], address, port) if kept else Route(address.host, address.port or port)


def _active(hosts: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for host in hosts:
        if not host.get("isDisabled") and "raw" not in (host.get("excludeFromSubTypes") or ()):
            yield host


def _names_something(relay: Mapping[str, Any]) -> bool:
    """Tell whether a relay is more than the empty entry that older panels keep for "no proxy"."""
    return "dest" not in relay or bool(text(relay.get("dest")))


def _security(relay: Mapping[str, Any]) -> str:
    return text(relay.get("security", relay.get("forceTls")))


def _address_in(relay: Mapping[str, Any]) -> str:
    """Return the address of a relay; empty for a row of Hosts that changes only other parameters."""
    named = text(relay.get("dest")) or text(relay.get("address")) or first_text(relay.get("hosts"))
    host, _, port = named.strip().rpartition(":")
    if port == "0" and (":" not in host or host.endswith("]")):  # then the port is that of the inbound
        return host
    return "" if named.startswith(":") else named.strip()


def _through(relay: Mapping[str, Any], address: NetworkAddress, own_port: int) -> Route:
    if text(relay.get("finalMask")):
        raise PanelRejected(PanelTrouble.INBOUND_MASK, "finalMask")
    port = address.port or whole(relay.get("port")) or own_port
    if "dest" in relay:
        return Route(address.host, port, relayed=True)
    sni = address.host if relay.get("overrideSniFromAddress") else text(relay.get("sni"))
    return Route(
        address.host,
        port,
        server_name="" if relay.get("keepSniBlank") else sni,
        fingerprint=text(relay.get("fingerprint")),
        host_header=text(relay.get("hostHeader")),
        path=text(relay.get("path")),
        relayed=True,
    )


def _own(inbound: Mapping[str, Any], node_address: str, panel_address: str) -> str:
    """Return the address of an inbound without relays, as the panel stores it."""
    listening = _routable(text(inbound.get("listen")))
    shared = text(inbound.get("shareAddr")).strip()
    candidates = {
        "custom": (shared, node_address, listening),
        "listen": (listening, node_address),
    }.get(text(inbound.get("shareAddrStrategy")), (node_address, listening))
    named = next((candidate for candidate in candidates if candidate), "")
    return named or urlsplit(panel_address).hostname or ""


def _routable(listen: str) -> str:
    """Return the address that an inbound listens on if it is a global IP address; otherwise an empty text."""
    try:
        return listen if network_address(listen).is_global else ""
    except InvalidAddress:
        return ""


def _parsed(named: str) -> NetworkAddress:
    try:
        return network_address(named)
    except InvalidAddress as error:
        raise PanelRejected(PanelTrouble.INBOUND_ADDRESS, str(error)) from error
