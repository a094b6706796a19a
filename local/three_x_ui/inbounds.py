"""The inbounds of a panel, and the rows of Hosts that name other addresses for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

type Json = dict[str, Any]

_HOST_DEFAULTS: Json = {
    "sortOrder": 0,
    "remark": "",
    "serverDescription": "",
    "isDisabled": False,
    "isHidden": False,
    "tags": None,
    "port": 0,
    "security": "same",
    "sni": "",
    "hostHeader": "",
    "path": "",
    "alpn": None,
    "fingerprint": "",
    "overrideSniFromAddress": False,
    "keepSniBlank": False,
    "pinnedPeerCertSha256": None,
    "verifyPeerCertByName": "",
    "allowInsecure": False,
    "echConfigList": "",
    "muxParams": "",
    "sockoptParams": "",
    "finalMask": "",
    "vlessRoute": "",
    "excludeFromSubTypes": None,
    "mihomoIpVersion": "",
    "mihomoX25519": False,
    "shuffleHost": False,
}


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound. vpnbot can use it only if `reality` is true.

    `posted` are stream settings as an administrator has posted them; without them the other fields make them.
    `node` are id and address of the node that runs it; None: the panel's own server does.
    """

    id: int
    remark: str
    port: int
    protocol: str = "vless"
    network: str = "tcp"
    enable: bool = True
    listen: str = ""
    share_host: str | None = "vpn.example.com"
    server_names: tuple[str, ...] = ("www.example.com",)
    short_ids: tuple[str, ...] = ("7a617b7b5dce16d2",)
    public_key: str = "qTfZpFPp__uhB475gqiVUy5xhjQWy_14EaogCr3gc3w"
    reality: bool = True
    min_client_ver: str = ""
    path: str = "/xh"
    posted: Mapping[str, Any] | None = None
    node: tuple[int, str] | None = None

    @classmethod
    def of(cls, inbound_id: int, body: Mapping[str, Any]) -> "Inbound":
        """Return the inbound that an administrator posts to `inbounds/add`."""
        custom = body.get("shareAddrStrategy") == "custom"
        return cls(
            inbound_id,
            body["remark"],
            body["port"],
            body["protocol"],
            enable=body["enable"],
            listen=body["listen"],
            share_host=_bracketed(body["shareAddr"]) if custom else None,
            posted=body["streamSettings"],
        )

    @property
    def stream(self) -> Mapping[str, Any]:
        """The stream settings."""
        if self.posted is not None:
            return self.posted
        if not self.reality:
            return {"network": self.network, "security": "none"}
        least = {"minClientVer": self.min_client_ver} if self.min_client_ver else {}
        shown = {"publicKey": self.public_key, "fingerprint": "chrome", "serverName": "", "spiderX": "/"}
        reality = {
            "show": False,
            "xver": 0,
            "target": "127.0.0.1:24444",
            "serverNames": list(self.server_names),
            "privateKey": "never-read-by-the-bot",
            "shortIds": list(self.short_ids),
            "maxTimediff": 0,
            **least,
            "settings": shown,
        }
        common = {"network": self.network, "security": "reality", "realitySettings": reality}
        if self.network == "xhttp":
            transport = {"path": self.path, "host": "", "mode": "auto", "xPaddingBytes": "100-1000"}
            return {**common, "xhttpSettings": transport}
        return {**common, "tcpSettings": {"acceptProxyProtocol": False, "header": {"type": "none"}}}

    @property
    def flow_capable(self) -> bool:
        """Whether clients may have a flow."""
        return self.stream["network"] == "tcp" and self.stream["security"] in {"reality", "tls"}


@dataclass(slots=True)
class HostGroup:
    """A group of rows of Hosts: the same parameters for several inbounds and addresses."""

    group_id: str
    inbound_ids: list[int]
    addresses: list[str]
    fields: Json = field(default_factory=dict)

    @property
    def shown(self) -> Json:
        """The group as `hosts/list` and `hosts/byInbound` show it."""
        targets = [(host, port or self.fields.get("port", 0)) for host, port in map(_split, self.addresses)]
        hosts = [f"{host}:{port}" if port else host for host, port in targets]
        common = {**_HOST_DEFAULTS, **self.fields, "port": targets[0][1], "nodeGuids": None}
        return {"groupId": self.group_id, "inboundIds": self.inbound_ids, "hosts": hosts, **common}

    def rows(self, first_id: int, now_ms: int) -> list[Json]:
        """Return the rows as `hosts/add` answers them."""
        pairs = [(inbound_id, *_split(text)) for inbound_id in self.inbound_ids for text in self.addresses]
        return [
            {
                **_HOST_DEFAULTS,
                **self.fields,
                "id": first_id + number,
                "groupId": self.group_id,
                "inboundId": inbound_id,
                "address": host,
                "port": port or self.fields.get("port", 0),
                "createdAt": now_ms,
                "updatedAt": now_ms,
            }
            for number, (inbound_id, host, port) in enumerate(pairs)
        ]


def external_proxies(stream: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the older form of Hosts in posted stream settings; a panel makes rows of Hosts from it."""
    proxies: Sequence[Mapping[str, Any]] = stream.get("externalProxy") or ()
    return proxies


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address and not address.startswith("[") else address


def _split(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return (host, int(port)) if port.isdecimal() and host else (text, 0)
