"""VLESS Reality share links, and the endpoint that they describe."""

import json
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from vpnbot.domain.network_address import InvalidAddress, network_address


class UnusableEndpoint(ValueError):
    """No app can use the endpoint; the message is the name of the field that is wrong, and its value."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address, port and Reality parameters of an inbound, and the server's title and country.

    `public_key` is an X25519 public key: 32 raw bytes, base64url without padding, 43 characters. `network` is `tcp`
    or `xhttp`; the four fields after `flow` belong to xhttp, and `extra` is a JSON object, or empty. `verify_key` is
    the inbound's ML-DSA-65 key, if any.
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

    def checked(self) -> "Endpoint":
        """Return this endpoint with its host in the form that apps read, see `NetworkAddress`.

        Endpoints that earlier versions have stored may have another form, or one that no app can use.

        Raises:
            UnusableEndpoint: the host is not an address, the port is not valid, or a text cannot be encoded.
        """
        try:
            host = network_address(self.host).host
        except InvalidAddress as error:
            raise UnusableEndpoint(f"host {error}") from error
        if not 1 <= self.port <= 65535:
            raise UnusableEndpoint(f"port {self.port}")
        for name in _TEXTS:
            value = getattr(self, name)
            if _has_surrogate(value):
                raise UnusableEndpoint(f"{name} {value.encode(errors='replace').decode()}")
        return self if host == self.host else replace(self, host=host)


_TEXTS = (
    "public_key",
    "server_name",
    "short_id",
    "fingerprint",
    "spider_x",
    "path",
    "host_header",
    "mode",
    "extra",
    "verify_key",
)


def share_link(client_id: UUID, endpoint: Endpoint, remark: str) -> str:
    """Return the share link that VPN apps import; `remark` is the name that the app shows.

    The names of the parameters are those of Xray-core's proposal for share links (XTLS/Xray-core, discussion 716).
    Every value is fully percent-encoded: v2rayNG reads `+` literally, cuts a value at a second `=` and fails on a
    name without `=`, so empty values are left out. IPv6 hosts are in brackets, other hosts in ASCII form.
    `x_padding_bytes` repeats a value of `extra`: apps with sing-box read only this one.

    Raises:
        UnusableEndpoint: see `Endpoint.checked`.
    """
    host = network_address(endpoint.checked().host).url_host
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
        "x_padding_bytes": _padding(endpoint.extra),
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value)
    return f"vless://{client_id}@{host}:{endpoint.port}?{query}#{quote(remark, safe='')}"


def _padding(extra: str) -> str:
    padding = json.loads(extra).get("xPaddingBytes") if extra else None
    return padding if isinstance(padding, str) else ""


def _has_surrogate(value: str) -> bool:
    """Tell whether a text has half of a surrogate pair, which JSON can contain and UTF-8 cannot."""
    return any("\ud800" <= character <= "\udfff" for character in value)
