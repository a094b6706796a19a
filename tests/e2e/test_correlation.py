"""One correlation id leads from a tap to all that it caused: due work, the provider's notification, messages."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from local.journey.buying import CARD, STARS, Buyer
from local.journey.transcript import Transcript
from local.options import Options
from local.paths import ROOT
from local.system import System
from vpnbot.aws.observability import LINE

type Line = Mapping[str, Any]


def activities(lines: Sequence[str]) -> list[Line]:
    """Return the lines of activities, in order, among all lines of the functions."""
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return [line for line in found if line.get("message") == LINE]


def of_id(found: Sequence[Line], correlation_id: str) -> list[Line]:
    """Return the activities under one correlation id."""
    return [line for line in found if line["correlation_id"] == correlation_id]


def kinds(found: Sequence[Line]) -> list[str]:
    """Return what each activity was: its kind, and the kind of its work."""
    return [f"work: {line['work']}" if line["kind"] == "work" else line["kind"] for line in found]


STANDARD = {"level", "location", "message", "timestamp", "service", "xray_trace_id"}
"""The fields that Powertools writes into every line."""


def documented_fields() -> set[str]:
    """Return the fields in the first table of docs/logs.md."""
    text = (ROOT / "docs/logs.md").read_text("utf-8").partition("\n## The correlation id\n")[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {field for row in rows for field in re.findall(r"`(\w+)`", row)}


class Shop:
    """A running system and what its functions have logged."""

    def __init__(self, system: System, lines: list[str]) -> None:
        self.system, self._lines = system, lines

    @property
    def activities(self) -> list[Line]:
        """The lines of all activities until now."""
        return activities(self._lines)

    def last(self, action: str) -> Line:
        """Return the last tap on a button with this action."""
        return [line for line in self.activities if line.get("action") == action][-1]

    async def buyer(self, name: str) -> Buyer:
        """Return a person who is on trial."""
        buyer = Buyer(self.system.person(name), Transcript(lambda _line: None), self.system)
        await buyer.says("/start")
        return buyer


async def tap_with_a_panel_down(shop: Shop) -> None:
    buyer = await shop.buyer("Ada")
    panel = shop.system.panels.named("amsterdam")
    panel.faults.down(50)
    await buyer.taps("Try free")
    tap = shop.last("try")
    assert tap["correlation_id"] == tap["cause"] == f"update:{tap['cause'].partition(':')[2]}"
    assert tap["outcome"] == "answered"
    assert tap["counts"]["Trials"] == 1
    panel.faults.waiting.clear()
    await shop.system.advance(timedelta(minutes=15))
    caused = of_id(shop.activities, tap["cause"])
    assert kinds(caused)[0] == "update"
    assert "work: provision" in kinds(caused)
    provisioned = [line for line in caused if line.get("work") == "provision"]
    assert provisioned[-1]["outcome"] == "done"
    assert {line["person"] for line in caused} == {shop.system.ledger.ring.person_id(buyer.user_id)}


async def purchase_by_card(shop: Shop) -> None:
    buyer = await shop.buyer("Bob")
    await buyer.taps("Try free")
    link = await buyer.orders(CARD)
    ordered = shop.last("pay")
    await buyer.pays(CARD, link)
    await shop.system.advance(timedelta(minutes=2))
    caused = of_id(shop.activities, ordered["cause"])
    assert kinds(caused)[:2] == ["update", "payment"]
    notified = caused[1]
    assert notified["cause"].startswith("payment:")
    assert (notified["status"], notified["counts"]["Payments"]) == (200, 1)
    assert "work: deliver_notification" in kinds(caused)


async def purchase_with_stars(shop: Shop) -> None:
    buyer = await shop.buyer("Cleo")
    await buyer.taps("Try free")
    link = await buyer.orders(STARS)
    ordered = shop.last("pay")
    await buyer.pays(STARS, link)
    paid = [line for line in of_id(shop.activities, ordered["cause"]) if line.get("counts", {}).get("Payments")]
    assert [line["kind"] for line in paid] == ["update"]
    assert paid[0]["cause"] != ordered["cause"], "the message about the payment is an update of its own"


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [tap_with_a_panel_down, purchase_by_card, purchase_with_stars])
def test_everything_that_a_tap_caused_has_its_correlation_id(scenario: Any) -> None:
    async def run() -> None:
        lines: list[str] = []
        options = Options(scheduled=False, on_log=lambda _environment, line: lines.append(line))
        async with System(options) as system:
            shop = Shop(system, lines)
            await scenario(shop)
            written = {field for line in shop.activities for field in line}
            assert written - STANDARD <= documented_fields()

    asyncio.run(run())
