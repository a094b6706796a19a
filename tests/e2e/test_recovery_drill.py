"""A shop loses its table, is restored from a backup, and goes on as if nothing had happened."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from local.aws import FAKE_CREDENTIALS
from local.journey.buying import CARD, CRYPTO, STARS, Books, Buyer
from local.journey.harness import Harness
from local.journey.transcript import Transcript
from local.options import Options
from local.stack import REGION
from local.system import System
from ops.backup import Restoration, scan
from ops.table_files import ItemKey, StoredItem, key_of, write_items

pytestmark = pytest.mark.slow
TRIAL_AND_MONTH = timedelta(days=33)


@dataclass(frozen=True, slots=True)
class Shop:
    """Three customers: one has paid in Stars, one by card with automatic renewal, one has an unpaid order."""

    system: System
    stars: Buyer
    card: Buyer
    waiting: Buyer
    unpaid_link: str

    @classmethod
    async def opened(cls, system: System) -> "Shop":
        """Let the customers come and buy."""
        silent = Transcript(lambda _line: None)
        stars, card, waiting = (Buyer(system.person(name), silent, system) for name in ("Anna", "Boris", "Clara"))
        for buyer in (stars, card, waiting):
            await buyer.says("/start")
            await buyer.taps("Try free")
        await stars.buys(STARS)
        await card.pays(CARD, await card.orders(CARD, renews=True))
        unpaid = await waiting.orders(CRYPTO)
        await system.settle()
        return cls(system, stars, card, waiting, unpaid)

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.system.template.tables[0].name

    async def items(self) -> dict[ItemKey, StoredItem]:
        """Return every item of the table."""
        return {key_of(item): item for item in await asyncio.to_thread(lambda: list(scan(self.table)))}

    async def links(self) -> list[list[str]]:
        """Return the share links that each customer's app loads."""
        harness = Harness(self.system, self.stars.transcript)
        return [
            sorted(await harness.share_links(await buyer.copies_link()))
            for buyer in (self.stars, self.card, self.waiting)
        ]

    def clients(self) -> list[dict[str, int]]:
        """Return the number of clients of each customer on each panel."""
        return [self.system.panels.keys(buyer.user_id) for buyer in (self.stars, self.card, self.waiting)]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in FAKE_CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_restored_table_holds_every_key_and_every_order(aws: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def drill() -> None:
        async with System(Options(scheduled=False)) as system:
            aws.setenv("AWS_ENDPOINT_URL", system.aws.endpoint)
            aws.setenv("AWS_DEFAULT_REGION", REGION)
            shop = await Shop.opened(system)
            links, clients = await shop.links(), shop.clients()
            assert all(links)
            before = await shop.items()
            file = tmp_path / "shop.jsonl.gz"
            assert await asyncio.to_thread(write_items, file, before.values()) == len(before)

            await asyncio.to_thread(_wipe, shop.table)
            assert await shop.items() == {}
            restoration = await asyncio.to_thread(Restoration.of, shop.table, [file])
            await asyncio.to_thread(restoration.apply)
            assert await shop.items() == before

            assert await shop.links() == links
            await _pending_payment_is_granted_once(shop)
            await system.advance(timedelta(hours=1))
            assert shop.clients() == clients
            await _due_renewal_is_charged_once(shop)

    asyncio.run(drill())


async def _pending_payment_is_granted_once(shop: Shop) -> None:
    await shop.waiting.pays(CRYPTO, shop.unpaid_link)
    assert Books.of(shop.waiting).bought_lots == 1
    await shop.system.advance(timedelta(minutes=10))
    assert [len(Books.of(buyer).credited) for buyer in (shop.stars, shop.card, shop.waiting)] == [1, 1, 1]


async def _due_renewal_is_charged_once(shop: Shop) -> None:
    await shop.system.advance(TRIAL_AND_MONTH)
    assert [len(Books.of(buyer).credited) for buyer in (shop.stars, shop.card, shop.waiting)] == [1, 2, 1]


def _wipe(table: str) -> None:
    dynamodb = boto3.client("dynamodb")
    for item in list(scan(table)):
        dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
