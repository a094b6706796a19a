"""The circuit breakers of payment providers on DynamoDB: one Query with the settings, and conditional writes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pynamodb.connection import TableConnection
from pynamodb.expressions.operand import Path

from tests.fakes.clock import START
from tests.fakes.contract import entry
from vpnbot.domain.effects import PutIfAbsent
from vpnbot.domain.payments.provider_breaker import (
    PROBED_AFTER,
    ProviderBreaker,
    outage_effects,
    outage_entry,
    tripped,
)
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.errors import ItemExists
from vpnbot.storage import cached
from vpnbot.storage.payments.breakers import StoredProviderBreakers
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.table import Record, to_text

FIRST = tripped(None, START)
REFUSED = tripped(None, START, refused=True)


class Process:
    """A process of its own, with its cache; `seconds` is its monotonic clock."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.settings = StoredShopSettings(monotonic=lambda: self.seconds)
        self.breakers = StoredProviderBreakers(self.settings)


@pytest.fixture(autouse=True)
def _table(table_name: str) -> None:
    assert table_name


@pytest.fixture
def process() -> Process:
    """A process."""
    return Process()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reads from the table from now on."""
    made: list[str] = []
    for name in ("query", "get_item"):
        original = getattr(TableConnection, name)

        def counted(*args: Any, _name: str = name, _original: Any = original, **more: Any) -> Any:
            made.append(_name)
            return _original(*args, **more)

        monkeypatch.setattr(TableConnection, name, counted)
    return made


def test_settings_and_breakers_are_read_by_one_query_in_thirty_seconds(process: Process, calls: list[str]) -> None:
    process.settings.load()
    assert process.breakers.known("card") is None
    assert process.breakers.known("stars") is None
    assert calls == ["query"]
    assert Process().breakers.save("card", None, FIRST)
    process.seconds = cached.CACHE_SECONDS - 1
    assert process.breakers.known("card") is None
    process.seconds = cached.CACHE_SECONDS
    assert process.breakers.known("card") == version(FIRST, 1)
    assert process.settings.load() == ShopSettings()


def test_what_is_read_now_is_known_from_then_on(process: Process, calls: list[str]) -> None:
    process.settings.load()
    assert Process().breakers.save("card", None, FIRST)
    assert process.breakers.read("card") == version(FIRST, 1)
    before = len(calls)
    assert process.breakers.known("card") == version(FIRST, 1)
    assert len(calls) == before


def test_of_two_changes_of_the_same_state_the_first_is_stored(process: Process) -> None:
    other = Process()
    assert process.breakers.save("card", None, FIRST)
    assert not other.breakers.save("card", None, REFUSED)
    known = other.breakers.read("card")
    assert known is not None
    second = tripped(known, START + timedelta(seconds=5))
    assert other.breakers.save("card", known, second)
    assert not process.breakers.save("card", known, None)
    assert process.breakers.read("card") == version(second, 2)
    assert process.breakers.save("card", version(second, 2), None)
    assert process.breakers.read("card") is None
    assert not process.breakers.save("card", version(second, 2), None)


def test_an_outage_writes_its_alert_its_probing_and_its_entry_with_the_breaker(process: Process) -> None:
    def change(before: ProviderBreaker | None, after: ProviderBreaker | None) -> bool:
        return process.breakers.save(
            "card",
            before,
            after,
            outage_entry("card", before, after, START),
            tuple(outage_effects("card", before, after, START)),
        )

    assert change(None, REFUSED)
    assert Record.get("SHOP", "PROBE#card").due_at == to_text(START + PROBED_AFTER)
    assert kinds() == ["provider_refuses"]
    assert not change(None, REFUSED)
    assert change(process.breakers.read("card"), None)
    assert kinds() == ["provider_refuses", "provider_up"]
    what = [record.plain()["what"] for record in Record.query("SHOP#LOG")]
    assert what == ["provider does not work", "provider works again"]


def test_a_change_is_stored_with_all_its_effects_or_not_at_all(process: Process) -> None:
    Record("SHOP", "ALERT#there", body={}).save()
    with pytest.raises(ItemExists):
        process.breakers.save("card", None, FIRST, entry("provider:1"), (PutIfAbsent("SHOP", "ALERT#there"),))
    assert process.breakers.read("card") is None
    assert not list(Record.query("SHOP#LOG"))


def test_a_breaker_of_another_version_keeps_its_fields_and_an_unreadable_one_is_left_alone(process: Process) -> None:
    assert process.breakers.save("card", None, FIRST)
    Record("SHOP", "BREAKER#card").update(actions=[Path(["body", "colour"]).set("red")])
    known = process.breakers.read("card")
    assert process.breakers.save("card", known, tripped(known, START))
    assert Record.get("SHOP", "BREAKER#card").plain()["colour"] == "red"
    Record("SHOP", "BREAKER#stars", body={"failures": "many"}, version=3).save()
    assert process.breakers.read("stars") is None
    assert not process.breakers.save("stars", None, FIRST)
    assert Record.get("SHOP", "BREAKER#stars").plain() == {"failures": "many"}


def test_settings_that_cannot_be_read_hide_no_breaker(process: Process) -> None:
    Record("SHOP", "SETTINGS", body={"receipts": "by pigeon"}, version=3).save()
    assert Process().breakers.save("card", None, FIRST)
    assert process.breakers.known("card") == version(FIRST, 1)


def version(breaker: ProviderBreaker, number: int) -> ProviderBreaker:
    """Return a breaker as it is stored after so many changes."""
    return replace(breaker, version=number)


def kinds() -> list[str]:
    """Return the kinds of the alerts, in order of time."""
    return sorted(str(record.plain()["kind"]) for record in Record.query("SHOP", Record.sk.startswith("ALERT#")))
