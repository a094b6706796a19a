"""The fake panel answers as a recorded one; and our links say what the recorded panel's own links say."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
import urllib3

from local.three_x_ui.background import PanelsInBackground
from local.three_x_ui.panel import FakePanel
from tests.integration.panels.conftest import TOKEN
from tests.integration.panels.recording import RecordedCall, answer_to, recorded_calls, recorded_inbound
from vpnbot.domain.keys.share_link import share_link
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.panels.three_x_ui.endpoint import endpoint_of

_CHANGES = frozenset({"createdAt", "updatedAt", "groupId"})
"""Fields whose values belong to one run of a panel."""


@pytest.fixture(scope="module")
def replayed() -> Iterator[dict[int, tuple[int, Any]]]:
    """The fake panel's answers to all recorded requests, sent in their order to an empty panel."""
    panel = FakePanel("recorded", token=TOKEN, base_path="")
    panel.state.inbounds.clear()
    panel.state.limits_devices = False
    panel.xray_version = "26.7.28"
    with PanelsInBackground(panel), urllib3.PoolManager() as pools:
        root = panel.address.replace("127.0.0.1", "localhost")  # the panel was recorded as localhost
        answers = {}
        for number, call in enumerate(recorded_calls()):
            headers = {"Authorization": f"Bearer {TOKEN}", "X-Requested-With": "XMLHttpRequest"}
            answer = pools.request(call.method, root + call.path, json=call.body, headers=headers)
            answers[number] = (answer.status, answer.json())
        yield answers


@pytest.mark.parametrize(
    ("number", "call"),
    [pytest.param(number, call, id=f"{number} {call.label}") for number, call in enumerate(recorded_calls())],
)
def test_the_fake_panel_answers_as_the_recorded_one(
    replayed: dict[int, tuple[int, Any]], number: int, call: RecordedCall
) -> None:
    status, answer = replayed[number]
    compared = _shape if call.path.endswith("server/status") else _lasting
    assert (status, compared(answer)) == (call.status, compared(call.answer))


KINDS = {
    1: "v_aaaa1111",  # tcp
    2: "v_xhttp",
    3: "v_v6",  # tcp with a custom IPv6 share address
    4: "v_ext",  # tcp with the older form of Hosts
    5: "v_host",  # tcp with a row of Hosts
    6: "v_xh2",  # xhttp with session and sequence in headers
    7: "v_xh3",  # xhttp with obfuscated padding
}
HOSTS = {1: "cdn2.test:9443", 4: "relay.test:443", 5: "cdn.test:8443"}
"""The rows of Hosts by inbound: `clients/links` does not show them, the panel's own subscription does."""
PANEL = "https://localhost:2053/base"


@pytest.mark.parametrize("inbound_id", KINDS)
def test_our_link_says_what_the_panels_own_link_says(inbound_id: int) -> None:
    name = KINDS[inbound_id]
    (recorded,) = answer_to(f"clients/links/{name}")
    client_id = UUID(answer_to(f"clients/get/{name}")["client"]["uuid"])
    hosts = answer_to(f"hosts/byInbound/{inbound_id}") if inbound_id in HOSTS else ()
    endpoint = endpoint_of(recorded_inbound(inbound_id), PANEL, "26.7.28", hosts=hosts)
    ours, theirs = urlsplit(share_link(client_id, endpoint, "remark")), urlsplit(recorded)
    assert _parameters(ours.query) == _parameters(theirs.query)
    authority = theirs.netloc.partition("@")[2]
    assert ours.netloc == f"{client_id}@{HOSTS.get(inbound_id, authority)}"


def test_an_inbound_over_ws_without_reality_is_rejected_with_the_reason() -> None:
    with pytest.raises(PanelRejected) as failure:
        endpoint_of(recorded_inbound(8), PANEL, "26.7.28")
    assert (failure.value.trouble, failure.value.detail) == (PanelTrouble.INBOUND_TRANSPORT, "ws")


def _parameters(query: str) -> dict[str, str]:
    """Return the parameters of a link that have a value, without `spx`, which a panel derives for each client."""
    return {name: value for name, value in parse_qsl(query) if name != "spx"}


def _lasting(value: Any) -> Any:
    """Return an answer without the values that belong to one run; attachments in the order of their numbers."""
    if isinstance(value, dict):
        return {name: None if name in _CHANGES else _lasting(one) for name, one in value.items()}
    if isinstance(value, list):
        items = [_lasting(one) for one in value]
        return sorted(items) if all(isinstance(one, int) for one in items) else _by_remark(items)
    return value


def _by_remark(items: list[Any]) -> list[Any]:
    """Return groups of Hosts in the order of their remarks; they have no other order."""
    return sorted(items, key=lambda one: one["remark"]) if items and "hosts" in items[0] else items


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    return type(value)
