"""The data of a panel and its operations: inbounds, rows of Hosts, and clients by email.

The rules are those of a recorded panel (3.6.0) and of the project's source (MHSanaei/3x-ui, service/client.go).
"""

import re
import time
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from local.three_x_ui.inbounds import HostGroup, Inbound, external_proxies

ADMINISTRATORS: Mapping[str, Any] = {
    "limitHwid": 0,
    "group": "",
    "resetDay": 0,
    "resetMax": 0,
    "trafficReset": "never",
    "trafficResetDay": 1,
}
"""Fields that only administrators set; an update without them resets them to these values."""
_EMAIL = re.compile(r"[^\s/\\?#%]+")
_INTEGERS = (
    *("totalGB", "expiryTime", "limitIp", "tgId", "reset"),
    *("limitHwid", "resetDay", "resetMax", "trafficResetDay"),
)
_STRINGS = ("email", "id", "subId", "flow", "comment", "group", "trafficReset")


class Rejection(Exception):
    """A business error: the panel answers 200, success false, and this reason in the last parentheses."""


@dataclass(slots=True)
class Client:
    """A client. `total_bytes` is what the API calls totalGB; times are Unix milliseconds.

    `counted_in` is the inbound that counts its traffic: the one to which it was added last.
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
    counted_in: int = 0
    administrators: dict[str, Any] = field(default_factory=lambda: dict(ADMINISTRATORS))
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
        self.hosts: list[HostGroup] = []
        self.limits_devices = True
        self._sorted: list[str] = []
        self._lowered: set[str] = set()
        self._by_sub_id: dict[str, str] = {}
        self._rows = 0

    def wipe(self) -> None:
        """Remove all clients, as a reinstallation does."""
        self.clients.clear()
        self._sorted.clear()
        self._by_sub_id.clear()
        self._lowered.clear()

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
        """Add a client. An existing one with the same subId keeps its uuid and limits.

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
            if email.lower() in self._lowered:
                raise Rejection(f"Duplicate email: {email}\n")
            # A panel enables every new client, also if the request says otherwise.
            known = self._stored({**asked, "subId": sub_id, "enable": True}, asked.get("id") or str(uuid4()))
        elif not set(inbound_ids) <= set(known.inbound_ids):
            known.expiry_ms = asked.get("expiryTime", 0)
        self._put_into(known, inbound_ids)
        known.flow = self._flow(known, known.flow)
        known.updated_ms = _now_ms()

    def update(self, email: str, body: Mapping[str, Any]) -> None:
        """Replace a client: a field that is left out becomes zero, empty or false; only uuid and subId are kept.

        Raises:
            Rejection: it does not exist, or the body has no email.
        """
        asked = _type_checked(body, "")
        if not asked.get("email"):
            raise Rejection("client email is required\n")
        known = self.client(email)
        known.uuid = asked.get("id") or known.uuid
        known.sub_id = asked.get("subId") or known.sub_id
        self._by_sub_id[known.sub_id] = email
        known.enable = bool(asked.get("enable", False))
        known.limit_ip = asked.get("limitIp", 0)
        known.total_bytes = asked.get("totalGB", 0)
        known.expiry_ms = asked.get("expiryTime", 0)
        known.tg_id = asked.get("tgId", 0)
        known.flow, known.listed_flow = self._flow(known, asked.get("flow", "")), None
        known.comment = asked.get("comment", "")
        known.administrators = {name: asked.get(name, default) for name, default in ADMINISTRATORS.items()}
        known.updated_ms = _now_ms()

    def delete(self, email: str) -> None:
        """Remove a client.

        Raises:
            Rejection: it does not exist.
        """
        if email not in self.clients:
            raise Rejection(f'client "{email}" not found in any inbound or client record\n')
        self._by_sub_id.pop(self.clients.pop(email).sub_id, None)
        self._lowered.discard(email.lower())
        self._sorted.remove(email)

    def attach(self, email: str, inbound_ids: Sequence[int]) -> None:
        """Attach a client to more inbounds.

        Raises:
            Rejection: there is no such client, or no such inbound.
        """
        self._put_into(self.client(email), [self.inbound(number).id for number in inbound_ids])

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

    def in_inbound(self, inbound_id: int) -> list[Client]:
        """Return the clients of an inbound."""
        return [client for client in self.clients.values() if inbound_id in client.inbound_ids]

    def add_inbound(self, body: Mapping[str, Any]) -> Inbound:
        """Add an inbound; from the older form of Hosts in it, rows of Hosts are made."""
        made = Inbound.of(max(self.inbounds, default=0) + 1, body)
        self.inbounds[made.id] = made
        for proxy in external_proxies(made.stream):
            fields = {"remark": proxy["remark"], "security": proxy["forceTls"], "port": proxy["port"]}
            self.hosts.append(HostGroup(uuid4().hex[:16], [made.id], [proxy["dest"]], fields))
        return made

    def delete_inbound(self, inbound_id: int) -> None:
        """Remove an inbound; its clients stay, without it.

        Raises:
            Rejection: it does not exist.
        """
        self.inbound(inbound_id)
        del self.inbounds[inbound_id]
        for client in self.in_inbound(inbound_id):
            client.inbound_ids = [number for number in client.inbound_ids if number != inbound_id]
            client.flow = self._flow(client, client.flow)

    def add_hosts(self, body: Mapping[str, Any]) -> HostGroup:
        """Add a group of rows of Hosts."""
        fields = {name: value for name, value in body.items() if name not in {"inboundIds", "hosts"}}
        group = HostGroup(uuid4().hex[:16], list(body["inboundIds"]), list(body["hosts"]), fields)
        self.hosts.append(group)
        return group

    def change_inbound(self, inbound_id: int, **changes: Any) -> None:
        """Change fields of an inbound."""
        self.inbounds[inbound_id] = replace(self.inbounds[inbound_id], **changes)

    def _put_into(self, client: Client, inbound_ids: Sequence[int]) -> None:
        client.inbound_ids = sorted({*client.inbound_ids, *inbound_ids})
        client.counted_in = inbound_ids[-1] if inbound_ids else client.counted_in

    def _flow(self, client: Client, flow: str) -> str:
        """Return a client's flow; empty if none of its inbounds can have one."""
        return flow if any(self.inbounds[number].flow_capable for number in client.inbound_ids) else ""

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
        self._lowered.add(client.email.lower())
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
