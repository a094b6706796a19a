"""Inbounds as the panel's API returns them, for tests of what the adapter reads from them."""

from collections.abc import Sequence
from typing import Any

from local.three_x_ui.answers import inbound_json
from local.three_x_ui.inbounds import HostGroup, Inbound
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.panels.three_x_ui.endpoint import endpoint_of

PANEL = "https://panel.example.com:2053/base"
BARE = Inbound(1, "Reality", 443, share_host=None)


def inbound(*, encryption: str = "none", proxy: Any = None, **fields: Any) -> dict[str, Any]:
    """Return an inbound as the panel's API returns it."""
    plain = inbound_json(BARE)
    stream = plain["streamSettings"] | ({"externalProxy": proxy} if proxy is not None else {})
    settings = plain["settings"] | {"encryption": encryption}
    return plain | {"settings": settings, "streamSettings": stream} | fields


def stream(**fields: Any) -> dict[str, Any]:
    """Return an inbound with these stream settings beside, or instead of, those of a usable one."""
    return inbound(streamSettings={**BARE.stream, **fields})


def limits(**versions: str) -> dict[str, Any]:
    """Return an inbound with these version limits of Reality."""
    return stream(realitySettings={**BARE.stream["realitySettings"], **versions})


def read(found: dict[str, Any], hosts: Sequence[dict[str, Any]] = (), node: str = "") -> Endpoint:
    return endpoint_of(found, PANEL, "26.7.10", hosts=hosts, node_address=node)


def row(*addresses: str, **fields: Any) -> dict[str, Any]:
    """Return a group of rows of Hosts as the panel's API returns it."""
    return HostGroup("g", [1], list(addresses), fields).shown


def proxy(force_tls: str | None = "same", dest: str = "cdn.example.com", port: int = 8443) -> list[dict[str, Any]]:
    """Return a panel's setting `externalProxy`: a proxy in front of the inbound."""
    forced = {} if force_tls is None else {"forceTls": force_tls}
    return [{"dest": dest, "port": port, "remark": "", **forced}]
