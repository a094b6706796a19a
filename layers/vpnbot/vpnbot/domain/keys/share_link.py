"""VLESS Reality share links, and the endpoint that they describe."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address, port and Reality parameters of an inbound, and the server's title and country.

    `public_key` is an X25519 public key: 32 raw bytes, base64url without padding, 43 characters. `network` is `tcp`
    or `xhttp`; the four fields after `flow` belong to xhttp. `verify_key` is the inbound's ML-DSA-65 key, if any.
    `limited` marks the inbound where only Telegram can be reached. `accepts_every_app`: see `server.Health`.
    `carries_traffic` is false for the demo panel.
    """

    host: str
    port: int
    public_key: str
    server_name: str
    short_id: str
    fingerprint: str = "chrome"
    spider_x: str = "/"
    network: str = "tcp"
    flow: str = "xtls-rprx-vision"
    path: str = ""
    host_header: str = ""
    mode: str = ""
    extra: str = ""
    verify_key: str = ""
    title: str = ""
    country: str = ""
    accepts_every_app: bool = True
    carries_traffic: bool = True
    limited: bool = False


def share_link(client_id: UUID, endpoint: Endpoint, remark: str) -> str:
    """Return the share link that VPN apps import; `remark` is the name that the app shows.

    The names of the parameters are those of Xray-core's proposal for share links (XTLS/Xray-core, discussion 716).
    Every value is fully percent-encoded: v2rayNG reads `+` literally, cuts a value at a second `=` and fails on a
    name without `=`, so empty values are left out. IPv6 hosts are in brackets, other hosts in ASCII form.
    """
    host = f"[{endpoint.host}]" if ":" in endpoint.host else _ascii_name(endpoint.host)
    parameters = {
        "type": endpoint.network,
        "encryption": "none",
        "security": "reality",
        "pbk": endpoint.public_key,
        "fp": endpoint.fingerprint,
        "sni": endpoint.server_name,
        "sid": endpoint.short_id,
        "spx": endpoint.spider_x,
        "flow": endpoint.flow,
        "pqv": endpoint.verify_key,
        "path": endpoint.path,
        "host": endpoint.host_header,
        "mode": endpoint.mode,
        "extra": endpoint.extra,
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value)
    return f"vless://{client_id}@{host}:{endpoint.port}?{query}#{quote(remark, safe='')}"


def _ascii_name(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()
