"""The data of a panel and its operations: inbounds, and clients by email.

The rules are those of a recorded panel (3.6.0) and of the project's source (MHSanaei/3x-ui, service/client.go).
"""

import re
import time
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

_EMAIL = re.compile(r"[^\s/\\?#%]+")
_INTEGERS = ("totalGB", "expiryTime", "limitIp", "tgId", "reset")
_STRINGS = ("email", "id", "subId", "flow", "comment")


class Rejection(Exception):
    """A business error: the panel answers 200, success false, and this reason in the last parentheses."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound. vpnbot can use it only if `reality` is true."""

    id: int
    remark: str
    port: int
    protocol: str = "vless"
    network: str = "tcp"
    enable: bool = True
    share_host: str | None = "vpn.example.com"
    server_names: tuple[str, ...] = ("www.example.com",)
    short_ids: tuple[str, ...] = ("7a617b7b5dce16d2",)
    public_key: str = "qTfZpFPp__uhB475gqiVUy5xhjQWy_14EaogCr3gc3w"
    reality: bool = True
    min_client_ver: str = ""
    path: str = "/xh"

    @property
    def flow_capable(self) -> bool:
        """Whether clients may have a flow."""
        return self.reality and self.network == "tcp"


@dataclass(slots=True)
class Client:
    """A client. `total_bytes` is what the API calls totalGB; times are Unix milliseconds.

    `listed_flow` is the flow that the list of all clients shows instead, until the next update: a panel that wrote
    another inbound of the client last shows the flow there.
    """

    row: int
    email: str
    uuid: str
    sub_id: str
    enable: bool = True
    limit_ip: int = 0
    total_bytes: int = 0
    expiry_ms: int = 0
    tg_id: int = 0
    flow: str = ""
    comment: str = ""
    inbound_ids: list[int] = field(default_factory=list)
    up: int = 0
    down: int = 0
    created_ms: int = 0
    updated_ms: int = 0
    listed_flow: str | None = None


def default_inbounds() -> tuple[Inbound, ...]:
    """Return the inbounds of a new panel: two that vpnbot can use, and one that it cannot."""
    return (
        Inbound(1, "Reality", 443),
        Inbound(2, "XH", 24447, network="xhttp"),
        Inbound(3, "Shadowsocks", 8388, protocol="shadowsocks", reality=False),
    )


class PanelState:
    """Inbounds and clients; each operation does the same as the route with its name."""

    def __init__(self) -> None:
        self.inbounds: dict[int, Inbound] = {inbound.id: inbound for inbound in default_inbounds()}
        self.clients: dict[str, Client] = {}
        self._sorted: list[str] = []
        self._by_sub_id: dict[str, str] = {}
        self._rows = 0

    def wipe(self) -> None:
        """Remove all clients, as a reinstallation does."""
        self.clients.clear()
        self._sorted.clear()
        self._by_sub_id.clear()

    def inbound(self, inbound_id: int) -> Inbound:
        """Return an inbound.

        Raises:
            Rejection: it does not exist.
        """
        if inbound_id not in self.inbounds:
            raise Rejection("record not found")
        return self.inbounds[inbound_id]

    def client(self, email: str) -> Client:
        """Return a client.

        Raises:
            Rejection: it does not exist.
        """
        if email not in self.clients:
            raise Rejection("record not found")
        return self.clients[email]

    def add(self, body: Mapping[str, Any]) -> None:
        """Add a client. An existing one with the same subId keeps its uuid and limits; its expiry changes.

        Raises:
            Rejection: the panel does not accept it.
        """
        asked = _type_checked(body.get("client") or {}, "client.")
        inbound_ids = [int(number) for number in body.get("inboundIds") or []]
        email, sub_id = asked.get("email", ""), asked.get("subId", "") or uuid4().hex[:16]
        if not email:
            raise Rejection("client email is required\n")
        if not _EMAIL.fullmatch(email):
            raise Rejection(f"client email contains an invalid character: {email}\n")
        if not inbound_ids:
            raise Rejection("at least one inbound is required\n")
        known = self.clients.get(email)
        if known is not None and known.sub_id != sub_id:
            raise Rejection(f"email already in use: {email}\n")
        if self._by_sub_id.get(sub_id, email) != email:
            raise Rejection(f"subId already in use: {sub_id}\n")
        for inbound_id in inbound_ids:
            self.inbound(inbound_id)
        if known is None:
            # A panel enables every new client, also if the request says otherwise.
            known = self._stored({**asked, "subId": sub_id, "enable": True}, asked.get("id") or str(uuid4()))
        else:
            known.expiry_ms = asked.get("expiryTime", 0)
        known.inbound_ids = sorted({*known.inbound_ids, *inbound_ids})
        known.updated_ms = _now_ms()

    def update(self, email: str, body: Mapping[str, Any]) -> None:
        """Replace a client: a field that is left out becomes zero, empty or false; only uuid and subId are kept.

        Raises:
            Rejection: it does not exist.
        """
        known, asked = self.client(email), _type_checked(body, "")
        known.uuid = asked.get("id") or known.uuid
        known.sub_id = asked.get("subId") or known.sub_id
        self._by_sub_id[known.sub_id] = email
        known.enable = bool(asked.get("enable", False))
        known.limit_ip = asked.get("limitIp", 0)
        known.total_bytes = asked.get("totalGB", 0)
        known.expiry_ms = asked.get("expiryTime", 0)
        known.tg_id = asked.get("tgId", 0)
        known.flow, known.listed_flow = asked.get("flow", ""), None
        known.comment = asked.get("comment", "")
        known.updated_ms = _now_ms()

    def delete(self, email: str) -> None:
        """Remove a client.

        Raises:
            Rejection: it does not exist.
        """
        if email not in self.clients:
            raise Rejection(f'client "{email}" not found in any inbound or client record\n')
        self._by_sub_id.pop(self.clients.pop(email).sub_id, None)
        self._sorted.remove(email)

    def attach(self, email: str, inbound_ids: Sequence[int]) -> None:
        """Attach a client to more inbounds.

        Raises:
            Rejection: there is no such client, or no such inbound.
        """
        known = self.client(email)
        known.inbound_ids = sorted({*known.inbound_ids, *(self.inbound(number).id for number in inbound_ids)})

    def detach(self, email: str, inbound_ids: Sequence[int]) -> None:
        """Detach a client from inbounds.

        Raises:
            Rejection: there is no such client.
        """
        known = self.client(email)
        known.inbound_ids = [number for number in known.inbound_ids if number not in set(inbound_ids)]

    def in_order(self) -> list[Client]:
        """Return all clients in the order of their emails."""
        return [self.clients[email] for email in self._sorted]

    def change_inbound(self, inbound_id: int, **changes: Any) -> None:
        """Change fields of an inbound."""
        self.inbounds[inbound_id] = replace(self.inbounds[inbound_id], **changes)

    def _stored(self, asked: Mapping[str, Any], uuid: str) -> Client:
        self._rows += 1
        client = Client(
            row=self._rows,
            email=asked["email"],
            uuid=uuid,
            sub_id=asked["subId"],
            enable=asked["enable"],
            limit_ip=asked.get("limitIp", 0),
            total_bytes=asked.get("totalGB", 0),
            expiry_ms=asked.get("expiryTime", 0),
            tg_id=asked.get("tgId", 0),
            flow=asked.get("flow", ""),
            comment=asked.get("comment", ""),
            created_ms=_now_ms(),
        )
        self.clients[client.email] = client
        self._by_sub_id[client.sub_id] = client.email
        insort(self._sorted, client.email, key=_lowered)
        return client


def _lowered(email: str) -> str:
    """Return an email in lower case as SQLite's LOWER does, by which the panel sorts: only ASCII letters change."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in email)


def _type_checked(asked: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Check the types as Go's decoder does, with its messages."""
    for name in _INTEGERS:
        value = asked.get(name, 0)
        if isinstance(value, float):
            raise Rejection(
                f"json: cannot unmarshal number {value} into Go struct field .{prefix}{name} of type int64"
            )
        if not isinstance(value, int) or isinstance(value, bool):
            kind = "string" if isinstance(value, str) else "bool"
            raise Rejection(f"json: cannot unmarshal {kind} into Go struct field .{prefix}{name} of type int64")
    for name in _STRINGS:
        if not isinstance(asked.get(name, ""), str):
            raise Rejection(f"json: cannot unmarshal number into Go struct field .{prefix}{name} of type string")
    return dict(asked)


def _now_ms() -> int:
    return int(time.time() * 1000)
