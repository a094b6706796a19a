"""The demo panel behaves like a panel: it keeps clients, is slow or down when told so, and answers the same twice."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, KeyRing, PersonId
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Usage
from vpnbot.panels.demo import DEMO_SERVER, TIMEOUT_SECONDS, DemoPanel

PERSON = PersonId("ab" * 16)
KEY = Key(1, "seed")
CREDENTIALS = KeyRing({1: b"first secret, of thirty-two bytes"}).credentials(PERSON, KEY)
NAME = CREDENTIALS.email
ACCESS = Access(DEMO_SERVER.id, KEY, Wanted.ENABLED, devices=2)


class Shelf:
    """Items in memory."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.puts = 0

    def get(self, partition: str, key: str) -> Mapping[str, Any] | None:
        return self.items.get((partition, key))

    def list(self, partition: str, prefix: str) -> Mapping[str, Mapping[str, Any]]:
        return {
            key: body for (at, key), body in sorted(self.items.items()) if at == partition and key.startswith(prefix)
        }

    def put(self, partition: str, key: str, body: Mapping[str, Any]) -> None:
        self.puts += 1
        self.items[partition, key] = dict(body)

    def remove(self, partition: str, key: str) -> None:
        self.items.pop((partition, key), None)

    def weather(self, **state: Any) -> None:
        """Order the panel's weather, as the desk does."""
        key = (f"DEMO_PANEL#{DEMO_SERVER.id}", "STATE")
        self.items[key] = {**self.items.get(key, {}), **state}


@pytest.fixture
def store() -> Shelf:
    """An empty shelf."""
    return Shelf()


@pytest.fixture
def waits() -> list[float]:
    """How long the panel let us wait."""
    return []


@pytest.fixture
def panel(store: Shelf, waits: list[float]) -> DemoPanel:
    """A panel whose waiting takes no time."""
    return DemoPanel(DEMO_SERVER, store, waits.append)


def test_making_a_client_twice_makes_one(panel: DemoPanel, store: Shelf) -> None:
    first = panel.apply(CREDENTIALS, ACCESS)
    assert panel.apply(CREDENTIALS, ACCESS) == first
    assert len([key for _, key in store.items if key.startswith("CLIENT#")]) == 1


def test_a_client_becomes_what_is_wanted(panel: DemoPanel, store: Shelf) -> None:
    panel.apply(CREDENTIALS, ACCESS)
    panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED))
    (client,) = [body for (_, key), body in store.items.items() if key.startswith("CLIENT#")]
    assert client["enabled"] is False
    assert client["client_id"] == str(CREDENTIALS.client_id)


def test_its_identity_is_a_real_public_key_and_stays(panel: DemoPanel, store: Shelf) -> None:
    first = panel.apply(CREDENTIALS, ACCESS)
    assert first is not None
    assert len(base64.urlsafe_b64decode(first.public_key + "=")) == 32
    store.weather(down=True)
    store.weather(down=False)
    assert panel.apply(CREDENTIALS, ACCESS) == first


def test_removing_is_done_even_if_nothing_is_there(panel: DemoPanel) -> None:
    panel.apply(CREDENTIALS, ACCESS)
    assert panel.usage(NAME) == Usage(0)
    panel.remove(NAME)
    panel.remove(NAME)
    assert panel.usage(NAME) is None


def test_while_it_is_down_every_call_says_so_and_health_tells(panel: DemoPanel, store: Shelf) -> None:
    assert panel.health().panel_answers
    store.weather(down=True)
    for call in (
        lambda: panel.apply(CREDENTIALS, ACCESS),
        lambda: panel.remove(NAME),
        lambda: panel.usage(NAME),
    ):
        with pytest.raises(PanelUnavailable):
            call()
    health = panel.health()
    assert (health.panel_answers, health.server_runs) == (False, False)
    assert health.trouble is PanelTrouble.REFUSED_CONNECTION


@pytest.mark.parametrize(("latency_ms", "waited"), [(0, []), (250, [0.25]), (5000, [5.0])])
def test_it_is_as_slow_as_it_is_told(
    panel: DemoPanel, store: Shelf, waits: list[float], latency_ms: int, waited: list[float]
) -> None:
    store.weather(latency_ms=latency_ms)
    panel.apply(CREDENTIALS, ACCESS)
    assert waits == waited


def test_slower_than_the_time_out_is_no_answer_and_no_longer_wait(
    panel: DemoPanel, store: Shelf, waits: list[float]
) -> None:
    store.weather(latency_ms=60_000)
    with pytest.raises(PanelUnavailable, match="timed_out"):
        panel.apply(CREDENTIALS, ACCESS)
    assert waits == [TIMEOUT_SECONDS]


def test_the_demos_server_carries_no_traffic() -> None:
    assert DEMO_SERVER.carries_traffic is False
