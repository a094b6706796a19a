"""The panels of a local run and their catalogue: the product reads the catalogue, and the panels fail on request."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from local.aws import LocalAws
from local.catalogue import CatalogueWriter
from local.control_panel.vpn_panels import VpnPanelsApi
from local.panels import CAPACITY, INITIAL_LOCATIONS, SPARE, DemoPanels
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.domain.keys.key_ring import Derivation, Key, KeyRing
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, Server
from vpnbot.storage.servers.catalogue import Catalogue

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RING = KeyRing({1: b"first secret, of thirty-two bytes"})
USER_ID, OTHER_USER_ID = 42, 43


@dataclass
class PanelsHarness:
    """Running panels, and a writer of the catalogue to which they can be added."""

    panels: DemoPanels
    catalogue: CatalogueWriter
    servers: tuple[Server, ...] = ()

    @property
    def api(self) -> VpnPanelsApi:
        """The part of the control panel's API that manages panels."""
        return VpnPanelsApi(self)


@pytest.fixture
def secrets_path() -> str:
    """A path in Parameter Store that only this test uses."""
    return f"/local/{uuid4().hex[:8]}"


type RunScenario = Callable[[Callable[[PanelsHarness], Awaitable[None]]], None]


@pytest.fixture
def run_scenario(local_aws: LocalAws, table_name: str, secrets_path: str) -> RunScenario:
    """Return a function that runs a scenario; all panels except the spare one are in the catalogue."""

    async def run(scenario: Callable[[PanelsHarness], Awaitable[None]]) -> None:
        harness = PanelsHarness(DemoPanels(RING), CatalogueWriter(local_aws, table_name, secrets_path))
        await harness.panels.start()
        try:
            harness.servers = tuple(await asyncio.to_thread(harness.panels.stock))
            for server in harness.servers:
                harness.catalogue.add(server, harness.panels.named(server.id).token, NOW)
            await scenario(harness)
        finally:
            await harness.panels.stop()

    return lambda scenario: asyncio.run(run(scenario))


def test_the_local_run_stores_servers_exactly_as_the_catalogue_does(
    run_scenario: RunScenario, local_aws: LocalAws, table_name: str
) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        for server in harness.servers:
            copy = replace(server, id=f"{server.id}-copy", address=f"{server.address}-copy")
            entry = Entry(f"local:{copy.id}", f"server {copy.id} added", NOW, "operator")
            Catalogue().add(copy, entry, ReconciliationRun(copy.id, NOW, due=Due(NOW)))
        found = local_aws.client("dynamodb").scan(TableName=table_name)["Items"]
        texts = [json.dumps(item, sort_keys=True) for item in found]
        copies = [text.replace("-copy", "") for text in texts if "-copy" in text]
        own = [text for text in texts if "-copy" not in text]
        assert len(own) == len(INITIAL_LOCATIONS) * (1 + CAPACITY_SHARDS + 1 + 1 + 1), (
            "the server, its capacity shards, its reconciliation run, its panel, the ledger entry"
        )
        assert sorted(own) == sorted(copies)

    run_scenario(scenario)


def test_the_catalogue_returns_the_servers_and_endpoints_read_from_the_panels(
    run_scenario: RunScenario, secrets_path: str
) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        listings = Catalogue().listings()
        assert tuple(listing.server for listing in listings) == harness.servers
        assert [listing.server.country for listing in listings] == ["NL", "DE", "FI"]
        for listing in listings:
            server = listing.server
            assert sum(shard.limit for shard in listing.shards) == CAPACITY
            assert server.endpoint is not None
            assert server.endpoint.host == f"{server.id}.example.com"
            assert len(server.endpoint.public_key) == 43
            token = PanelTokens(secrets_path, {}).get(server.id)
            assert (token, len(token)) == (harness.panels.named(server.id).token, 48)
        endpoints = [listing.server.endpoint for listing in listings]
        assert len({endpoint.public_key for endpoint in endpoints if endpoint}) == len(INITIAL_LOCATIONS)
        assert [endpoint.accepts_every_app for endpoint in endpoints if endpoint] == [False, False, True]

    run_scenario(scenario)


def test_clients_with_a_valid_mark_are_counted_even_if_they_are_orphans(run_scenario: RunScenario) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        key = Key(1, "5eed" * 8)
        for number in (key, key.rotated(1)):
            made = RING.credentials(RING.person_id(USER_ID), number, "nl", Derivation.PER_SERVER)
            harness.panels.named("helsinki").add_foreign_client(made.email, comment=made.mark)
        other = RING.credentials(RING.person_id(OTHER_USER_ID), key, "nl", Derivation.PER_SERVER)
        harness.panels.named("frankfurt").add_foreign_client(other.email, comment=other.mark)
        forged = RING.credentials(RING.person_id(USER_ID), replace(key, generation=9), "nl", Derivation.PER_SERVER)
        harness.panels.named("frankfurt").add_foreign_client(forged.email, comment=forged.mark[:-1] + "-")
        assert harness.panels.keys(USER_ID) == {"helsinki": 2}
        assert harness.panels.keys(OTHER_USER_ID) == {"frankfurt": 1}
        assert (await harness.api.state())["frankfurt"]["clients"] == 2

    run_scenario(scenario)


def test_a_panel_that_is_down_refuses_connections_and_restarts_on_its_port(run_scenario: RunScenario) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        panel = harness.panels.named("amsterdam")
        panel.add_foreign_client("alice")
        port = int(panel.address.split(":")[2].split("/")[0])
        for down in (True, True, False, False):
            await harness.panels.set_faults("amsterdam", down=down)
            assert await listens(port) is not down
            standing = {"down": down, "latency_ms": 0, "clients": 1, "lost": 0}
            assert harness.panels.standing("amsterdam") == standing
        assert [harness.panels.standing(place.server_id)["down"] for place in (*INITIAL_LOCATIONS, SPARE)] == [
            False
        ] * 4

    run_scenario(scenario)


def test_a_slow_panel_is_slow_until_its_faults_are_removed(run_scenario: RunScenario) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        await harness.panels.set_faults("frankfurt", latency_ms=40)
        began = asyncio.get_running_loop().time()
        await asyncio.to_thread(harness.panels.stock)
        assert asyncio.get_running_loop().time() - began >= 0.08, "two calls read the endpoint"
        assert harness.panels.standing("frankfurt")["latency_ms"] == 40
        await harness.panels.set_faults()
        assert harness.panels.standing("frankfurt")["latency_ms"] == 0

    run_scenario(scenario)


def test_concurrent_changes_of_panels_are_made_one_after_another(run_scenario: RunScenario) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        await harness.panels.set_faults(down=True)
        await asyncio.gather(
            harness.panels.set_faults(), harness.panels.restart("helsinki"), harness.panels.set_faults()
        )
        assert not any(panel["down"] for panel in (await harness.api.state()).values())

    run_scenario(scenario)


def test_a_wiped_panel_keeps_its_inbounds_and_counts_the_clients_it_lost(run_scenario: RunScenario) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        panel = harness.panels.named("helsinki")
        for name in ("anna", "bella"):
            panel.add_foreign_client(name)
        await harness.api.wipe({"server_id": "helsinki"})
        counts = []
        for name in ("carl", "bella", "anna"):
            panel.add_foreign_client(name)
            standing = harness.panels.standing("helsinki")
            counts.append((standing["clients"], standing["lost"]))
        assert counts == [(1, 2), (2, 1), (3, 0)], "a new client does not replace a lost one"
        assert tuple(await asyncio.to_thread(harness.panels.stock)) == harness.servers

    run_scenario(scenario)


def test_the_spare_panel_is_listed_once_it_is_added_under_any_name(run_scenario: RunScenario) -> None:
    async def scenario(harness: PanelsHarness) -> None:
        spare = await harness.api.spare({})
        assert spare["added"] is False
        assert list(await harness.api.state()) == ["amsterdam", "frankfurt", "helsinki"]
        server = Server("pl-1", "", spare["country"], address=spare["address"], inbound_id=1, capacity=10)
        harness.catalogue.add(server, spare["token"], NOW + timedelta(days=1))
        assert (await harness.api.spare({}))["added"] is True
        known_as = {place: panel["known_as"] for place, panel in (await harness.api.state()).items()}
        assert known_as == {
            "amsterdam": "amsterdam",
            "frankfurt": "frankfurt",
            "helsinki": "helsinki",
            "warsaw": "pl-1",
        }

    run_scenario(scenario)


async def listens(port: int) -> bool:
    """Tell whether a server accepts connections at a port of loopback."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True
