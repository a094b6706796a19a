"""The demo's panels and its catalogue: written as the product writes it, read by it, broken as panels break."""

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
from local.panels import CAPACITY, SPARE, STOCKED, DemoPanels
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.domain.keys.key_ring import Key, KeyRing
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import Due
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import CAPACITY_SHARDS, Server
from vpnbot.storage.servers.catalogue import Catalogue

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RING = KeyRing({1: b"first secret, of thirty-two bytes"})
USER_ID, SOMEBODY_ELSE = 42, 43


@dataclass
class PanelsHarness:
    """Panels that run, and the catalogue they may be put into."""

    panels: DemoPanels
    catalogue: CatalogueWriter
    servers: tuple[Server, ...] = ()

    @property
    def api(self) -> VpnPanelsApi:
        """The part of the control panel's API that is about panels."""
        return VpnPanelsApi(self)


@pytest.fixture
def secrets_path() -> str:
    """A path of our own in Parameter Store."""
    return f"/local/{uuid4().hex[:8]}"


type Play = Callable[[Callable[[PanelsHarness], Awaitable[None]]], None]


@pytest.fixture
def play(local_aws: LocalAws, table_name: str, secrets_path: str) -> Play:
    """Return what runs a story on panels that are in the catalogue, the spare one excepted."""

    async def run(story: Callable[[PanelsHarness], Awaitable[None]]) -> None:
        harness = PanelsHarness(DemoPanels(RING), CatalogueWriter(local_aws, table_name, secrets_path))
        await harness.panels.start()
        try:
            harness.servers = tuple(await asyncio.to_thread(harness.panels.stock))
            for server in harness.servers:
                harness.catalogue.add(server, harness.panels.named(server.id).token, NOW)
            await story(harness)
        finally:
            await harness.panels.stop()

    return lambda story: asyncio.run(run(story))


def test_the_local_run_writes_servers_exactly_as_the_catalogue_does(
    play: Play, local_aws: LocalAws, table_name: str
) -> None:
    async def story(harness: PanelsHarness) -> None:
        for server in harness.servers:
            twin = replace(server, id=f"{server.id}-twin")
            entry = Entry(f"local:{twin.id}", f"server {twin.id} added", NOW, "operator")
            Catalogue().add(twin, entry, ReconciliationRun(twin.id, NOW, due=Due(NOW)))
        found = local_aws.client("dynamodb").scan(TableName=table_name)["Items"]
        texts = [json.dumps(item, sort_keys=True) for item in found]
        twins = [text.replace("-twin", "") for text in texts if "-twin" in text]
        own = [text for text in texts if "-twin" not in text]
        assert len(own) == len(STOCKED) * (1 + CAPACITY_SHARDS + 1 + 1), "itself, its rooms, its round, the ledger"
        assert sorted(own) == sorted(twins)

    play(story)


def test_the_product_reads_what_the_adapter_saw_of_the_panels(play: Play, secrets_path: str) -> None:
    async def story(harness: PanelsHarness) -> None:
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
        assert len({endpoint.public_key for endpoint in endpoints if endpoint}) == len(STOCKED)
        assert [endpoint.accepts_every_app for endpoint in endpoints if endpoint] == [False, False, True]

    play(story)


def test_only_a_client_that_proves_to_be_a_persons_is_counted_and_a_stray_is(play: Play) -> None:
    async def story(harness: PanelsHarness) -> None:
        key = Key(1, "5eed" * 8)
        for number in (key, key.rotated(1)):
            made = RING.credentials(RING.person_id(USER_ID), number)
            harness.panels.named("helsinki").add_foreign_client(made.email, comment=made.mark)
        other = RING.credentials(RING.person_id(SOMEBODY_ELSE), key)
        harness.panels.named("frankfurt").add_foreign_client(other.email, comment=other.mark)
        forged = RING.credentials(RING.person_id(USER_ID), replace(key, generation=9))
        harness.panels.named("frankfurt").add_foreign_client(forged.email, comment=forged.mark[:-1] + "-")
        assert harness.panels.keys(USER_ID) == {"helsinki": 2}
        assert harness.panels.keys(SOMEBODY_ELSE) == {"frankfurt": 1}
        assert (await harness.api.state())["frankfurt"]["clients"] == 2

    play(story)


def test_a_panel_that_is_down_refuses_connections_and_comes_back_where_it_was(play: Play) -> None:
    async def story(harness: PanelsHarness) -> None:
        panel = harness.panels.named("amsterdam")
        panel.add_foreign_client("somebody")
        port = int(panel.address.split(":")[2].split("/")[0])
        for down in (True, True, False, False):
            await harness.panels.set_faults("amsterdam", down=down)
            assert await listens(port) is not down
            standing = {"down": down, "latency_ms": 0, "clients": 1, "lost": 0}
            assert harness.panels.standing("amsterdam") == standing
        assert [harness.panels.standing(place.server_id)["down"] for place in (*STOCKED, SPARE)] == [False] * 4

    play(story)


def test_a_slow_panel_is_slow_until_it_is_mended(play: Play) -> None:
    async def story(harness: PanelsHarness) -> None:
        await harness.panels.set_faults("frankfurt", latency_ms=40)
        began = asyncio.get_running_loop().time()
        await asyncio.to_thread(harness.panels.stock)
        assert asyncio.get_running_loop().time() - began >= 0.08, "two calls to read how it presents itself"
        assert harness.panels.standing("frankfurt")["latency_ms"] == 40
        await harness.panels.set_faults()
        assert harness.panels.standing("frankfurt")["latency_ms"] == 0

    play(story)


def test_orders_that_come_at_once_are_carried_out_one_after_the_other(play: Play) -> None:
    async def story(harness: PanelsHarness) -> None:
        await harness.panels.set_faults(down=True)
        await asyncio.gather(
            harness.panels.set_faults(), harness.panels.restart("helsinki"), harness.panels.set_faults()
        )
        assert not any(panel["down"] for panel in (await harness.api.state()).values())

    play(story)


def test_a_wiped_panel_has_its_ways_in_and_no_client_and_whoever_is_missed_is_counted(play: Play) -> None:
    async def story(harness: PanelsHarness) -> None:
        panel = harness.panels.named("helsinki")
        for name in ("anna", "bella"):
            panel.add_foreign_client(name)
        await harness.api.wipe({"server_id": "helsinki"})
        standing = []
        for name in ("carl", "bella", "anna"):
            panel.add_foreign_client(name)
            told = harness.panels.standing("helsinki")
            standing.append((told["clients"], told["lost"]))
        assert standing == [(1, 2), (2, 1), (3, 0)], "somebody new makes up for nobody"
        assert tuple(await asyncio.to_thread(harness.panels.stock)) == harness.servers

    play(story)


def test_the_spare_panel_is_among_the_others_once_somebody_has_added_it_under_whatever_name(play: Play) -> None:
    async def story(harness: PanelsHarness) -> None:
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

    play(story)


async def listens(port: int) -> bool:
    """Tell whether anything accepts connections at a port of this machine."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True
