"""A client as it should be on a panel, and as the panel has it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.servers.drift import flow_for, inbound_for, managed_inbounds
from vpnbot.domain.servers.server import PanelClient, Server
from vpnbot.panels.three_x_ui.fields import mapping, text, whole, whole_numbers

_ADMINISTRATORS = ("limitHwid", "group", "resetDay", "resetMax", "trafficReset", "trafficResetDay")
"""Fields that only administrators set. An update resets what it leaves out, so these are sent back as read."""
_COMPARED = ("uuid", "subId", "flow", "limitIp", "totalGB", "expiryTime", "enable", "tgId", "comment")


@dataclass(frozen=True, slots=True)
class WantedClient:
    """A client as it should be on a panel.

    `fields` are those of the panel's API. `elsewhere` are the managed inbounds in which it must not be. The panel
    stores no end date: due work disables the key when the time is over.
    """

    name: str
    fields: Mapping[str, Any]
    inbound_id: int
    elsewhere: frozenset[int]

    @classmethod
    def of(cls, server: Server, credentials: Credentials, access: Access) -> "WantedClient":
        """Return the client for an access."""
        inbound_id, enabled = inbound_for(server, access.wanted)
        fields = {
            "email": credentials.email,
            "uuid": str(credentials.client_id),
            "subId": credentials.sub_id,
            "flow": flow_for(server, access.wanted),
            "limitIp": access.devices,
            "totalGB": access.panel_limit_bytes,  # bytes, whatever the name says
            "expiryTime": 0,
            "enable": enabled,
            "tgId": 0,
            "comment": credentials.mark,
            "reset": 0,
        }
        return cls(credentials.email, fields, inbound_id, managed_inbounds(server) - {inbound_id})

    @property
    def body(self) -> dict[str, Any]:
        """A new client as the request body."""
        body = dict(self.fields)
        body["id"] = body.pop("uuid")
        return body

    def body_over(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of an update of the client `found`, which keeps the fields of its administrators."""
        client = mapping(found.get("client"))
        return {**{name: client[name] for name in _ADMINISTRATORS if name in client}, **self.body}

    def differences(self, found: Mapping[str, Any]) -> list[str]:
        """Return the names of the fields in which the panel's client differs; `found` is the panel's answer."""
        client = mapping(found.get("client"))
        return [name for name in _COMPARED if (client.get(name) or type(self.fields[name])()) != self.fields[name]]

    def missing_from(self, found: Mapping[str, Any]) -> list[int]:
        """Return the inbound to which the client must be added; empty if it is there."""
        return [self.inbound_id] if self.inbound_id not in whole_numbers(found.get("inboundIds")) else []

    def wrongly_in(self, found: Mapping[str, Any]) -> list[int]:
        """Return the managed inbounds from which the client must be removed; other inbounds are ignored."""
        return sorted(self.elsewhere & set(whole_numbers(found.get("inboundIds"))))


def listed(row: Mapping[str, Any]) -> PanelClient:
    """Return a client from a row of the panel's list.

    The row of a client in several inbounds may show the flow that it has in any of them (3x-ui, client_lookup.go,
    EffectiveFlow), so that its flow is not known from the list.

    Raises:
        PanelUnavailable: the row has another shape than expected.
    """
    inbound_ids = frozenset(whole_numbers(row.get("inboundIds")))
    return PanelClient(
        name=text(row.get("email")),
        enabled=bool(row.get("enable")),
        devices=whole(row.get("limitIp")),
        traffic_limit_bytes=whole(row.get("totalGB")),
        inbound_ids=inbound_ids,
        used_bytes=traffic_of(mapping(row.get("traffic"))),
        mark=text(row.get("comment")),
        client_id=row.get("uuid"),
        sub_id=row.get("subId"),
        flow=row.get("flow") if len(inbound_ids) == 1 else None,
        expires=bool(row.get("expiryTime")),
    )


def traffic_of(traffic: Mapping[str, Any]) -> int:
    """Return the bytes of a client in both directions."""
    return whole(traffic.get("up")) + whole(traffic.get("down"))


def shown(found: Mapping[str, Any]) -> PanelClient:
    """Return a client from the panel's answer about this client alone, which tells its flow in any inbounds.

    Raises:
        PanelUnavailable: the answer has another shape than expected.
    """
    client = mapping(found.get("client"))
    traffic = {"up": found.get("usedTraffic")}
    row = {**client, "inboundIds": found.get("inboundIds"), "traffic": traffic}
    return replace(listed(row), flow=client.get("flow"))
