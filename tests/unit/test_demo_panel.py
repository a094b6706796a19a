"""The demo panel keeps clients, is idempotent, and is slow or unavailable when its state says so."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.memory_store import MemoryStore
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Derivation, Key, KeyRing, PersonId
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.server import Usage
from vpnbot.panels.demo import DEMO_SERVER, TIMEOUT_SECONDS, DemoPanel

PERSON = PersonId("ab" * 16)
KEY = Key(1, "seed")
CREDENTIALS = KeyRing({1: b"first secret, of thirty-two bytes"}).credentials(PERSON, KEY, "nl", Derivation.PER_SERVER)
NAME = CREDENTIALS.email
ACCESS = Access(DEMO_SERVER.id, KEY, Wanted.ENABLED, devices=2)


def set_state(store: MemoryStore, **state: Any) -> None:
    """Set how the panel behaves, as the control panel of the local system does."""
    key = (f"DEMO_PANEL#{DEMO_SERVER.id}", "STATE")
    store.items[key] = {**store.items.get(key, {}), **state}


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture
def waits() -> list[float]:
    """How long the panel waited in each call, in seconds."""
    return []


@pytest.fixture
def panel(store: MemoryStore, waits: list[float]) -> DemoPanel:
    """A panel that records its waiting times instead of waiting."""
    return DemoPanel(DEMO_SERVER, store, waits.append)


def test_creating_a_client_twice_creates_one(panel: DemoPanel, store: MemoryStore) -> None:
    first = panel.apply(CREDENTIALS, ACCESS)
    assert panel.apply(CREDENTIALS, ACCESS) == first
    assert len([key for _, key in store.items if key.startswith("CLIENT#")]) == 1


def test_a_client_is_changed_to_the_wanted_state(panel: DemoPanel, store: MemoryStore) -> None:
    panel.apply(CREDENTIALS, ACCESS)
    panel.apply(CREDENTIALS, replace(ACCESS, wanted=Wanted.DISABLED))
    (client,) = [body for (_, key), body in store.items.items() if key.startswith("CLIENT#")]
    assert client["enabled"] is False
    assert client["client_id"] == str(CREDENTIALS.client_id)


def test_its_public_key_is_valid_and_does_not_change(panel: DemoPanel, store: MemoryStore) -> None:
    first = panel.apply(CREDENTIALS, ACCESS)
    assert first is not None
    assert len(base64.urlsafe_b64decode(first.public_key + "=")) == 32
    set_state(store, down=True)
    set_state(store, down=False)
    assert panel.apply(CREDENTIALS, ACCESS) == first


def test_removing_a_client_that_does_not_exist_succeeds(panel: DemoPanel) -> None:
    panel.apply(CREDENTIALS, ACCESS)
    assert panel.usage(NAME) == Usage(0)
    panel.remove(NAME)
    panel.remove(NAME)
    assert panel.usage(NAME) is None


def test_while_it_is_down_every_call_fails_and_health_reports_the_trouble(
    panel: DemoPanel, store: MemoryStore
) -> None:
    assert panel.health().panel_answers
    set_state(store, down=True)
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
def test_each_call_takes_the_latency_that_is_set(
    panel: DemoPanel, store: MemoryStore, waits: list[float], latency_ms: int, waited: list[float]
) -> None:
    set_state(store, latency_ms=latency_ms)
    panel.apply(CREDENTIALS, ACCESS)
    assert waits == waited


def test_a_latency_above_the_time_out_fails_after_the_time_out(
    panel: DemoPanel, store: MemoryStore, waits: list[float]
) -> None:
    set_state(store, latency_ms=60_000)
    with pytest.raises(PanelUnavailable, match="timed_out"):
        panel.apply(CREDENTIALS, ACCESS)
    assert waits == [TIMEOUT_SECONDS]


def test_the_demo_server_carries_no_traffic() -> None:
    assert DEMO_SERVER.carries_traffic is False
