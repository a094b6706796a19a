"""A client in the panel's list of all clients, in the form of a recorded panel (3x-ui 3.6.0)."""

from typing import Any

from vpnbot.domain.servers.server import PanelClient
from vpnbot.panels.three_x_ui.client import listed

RECORDED: dict[str, Any] = {
    "id": 1,
    "email": "v_aaaa1111",
    "subId": "sub_aaaa1111",
    "uuid": "0d1f2c3b-4a59-4687-9a7b-0c1d2e3f4a5b",
    "password": "",
    "flow": "xtls-rprx-vision",
    "limitIp": 2,
    "limitHwid": 0,
    "totalGB": 0,
    "expiryTime": 0,
    "enable": True,
    "tgId": 0,
    "group": "",
    "comment": "mark",
    "reset": 0,
    "trafficReset": "never",
    "createdAt": 1795822152161,
    "updatedAt": 1795822152000,
    "reverse": None,
    "inboundIds": [1],
    "traffic": {"id": 1, "inboundId": 1, "email": "v_aaaa1111", "uuid": "", "subId": "", "up": 7, "down": 5},
}


def test_everything_that_makes_a_key_work_is_read() -> None:
    assert listed(RECORDED) == PanelClient(
        name="v_aaaa1111",
        enabled=True,
        devices=2,
        traffic_limit_bytes=0,
        inbound_ids=frozenset({1}),
        used_bytes=12,
        mark="mark",
        client_id="0d1f2c3b-4a59-4687-9a7b-0c1d2e3f4a5b",
        sub_id="sub_aaaa1111",
        flow="xtls-rprx-vision",
        expires=False,
    )


def test_a_client_with_an_end_date_expires_also_one_whose_time_starts_with_its_first_use() -> None:
    assert listed(RECORDED | {"expiryTime": 1_893_456_000_000}).expires
    assert listed(RECORDED | {"expiryTime": -86_400_000}).expires


def test_a_client_in_no_inbound_is_in_none() -> None:
    assert listed(RECORDED | {"inboundIds": None}).inbound_ids == frozenset()


def test_the_flow_of_a_client_in_several_inbounds_is_not_known() -> None:
    assert listed(RECORDED | {"inboundIds": [1, 2], "flow": ""}).flow is None


def test_what_a_panel_does_not_tell_is_not_known() -> None:
    silent = listed({name: value for name, value in RECORDED.items() if name not in {"uuid", "subId", "flow"}})
    assert (silent.client_id, silent.sub_id, silent.flow) == (None, None, None)
