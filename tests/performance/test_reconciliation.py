"""What a round over the servers may ask: pages of clients and of keys, nobody's partition, and no write but its own.

Counts alone, of the real use case over HTTP and the emulated table; what ten thousand subscriptions take, in money
and time as well, is measured by `python -m benchmarks reconciliation`.
"""

from collections.abc import Iterator
from math import ceil

import pytest

from benchmarks.call_account import TableCall, Tally
from benchmarks.filled_shop import FilledShop, filled_shop
from benchmarks.reconciliation import (
    Outcome,
    Scene,
    all_is_well,
    asking_one_by_one,
    everybody_downloads,
    one_in_a_hundred_drifts,
    reconcile,
)

SUBSCRIPTIONS, SERVERS = 220, 2
PAGES = SERVERS * ceil(SUBSCRIPTIONS / 200)
"""With two servers everybody has a key on each, and a panel lists no more than 200 clients at once."""
BUSY = 3


def a_few_download_much(filled: FilledShop) -> None:
    """Let a few keys of one server carry what is worth writing down."""
    panel = next(iter(filled.panels.values()))
    for email in sorted(panel.clients)[:BUSY]:
        panel.use_traffic(email, down=150_000_000)


SCENES = (
    Scene("well", all_is_well),
    Scene("little", everybody_downloads(10_000_000)),
    Scene("much", a_few_download_much),
    Scene("drifted", one_in_a_hundred_drifts),
)


@pytest.fixture(scope="module")
def filled() -> Iterator[FilledShop]:
    """A shop with more keys a server than a page of its panel holds."""
    with filled_shop(SUBSCRIPTIONS, SERVERS) as shop:
        assert shop.keys == SUBSCRIPTIONS * SERVERS
        yield shop


@pytest.fixture(scope="module")
def played(filled: FilledShop) -> dict[str, Outcome]:
    """Each scene as it was reconciled, one after the other."""
    return {outcome.scene.name: outcome for outcome in reconcile(filled, SCENES)}


def tally(played: dict[str, Outcome], scene: str) -> Tally:
    return played[scene].settled.tally


def beyond(played: dict[str, Outcome], scene: str) -> dict[str, int]:
    """Return what a scene asks more often than a round where all is well, looks at the clock's own list apart."""
    more = tally(played, scene).by_name - tally(played, "well").by_name
    return {name: count for name, count in more.items() if name not in {TableCall.DUE, TableCall.CATALOGUE}}


def test_where_all_is_well_a_panel_is_asked_for_its_pages_and_how_it_presents_itself(
    played: dict[str, Outcome],
) -> None:
    assert tally(played, "well").panel == {
        "clients/list/paged": PAGES,
        "server/status": SERVERS,
        "inbounds/get": SERVERS,
    }


def test_where_all_is_well_the_keys_are_read_page_by_page_and_nobody_is_opened(played: dict[str, Outcome]) -> None:
    table = tally(played, "well").table
    assert table[TableCall.KEYS] == PAGES
    assert table[TableCall.ROUND] == SERVERS
    assert table[TableCall.CATALOGUE] == 1
    assert table[TableCall.PERSON] == 0
    assert not tally(played, "well").opened


def test_where_all_is_well_nothing_is_written_but_the_rounds_themselves(played: dict[str, Outcome]) -> None:
    table = tally(played, "well").table
    assert (table[TableCall.CLAIM], table[TableCall.KEEP_ROUND]) == (SERVERS, SERVERS)
    assert tally(played, "well").writes == 2 * SERVERS
    assert tally(played, "well").write_units == 2 * SERVERS * 3, "an item, and a line moved in the index `due`"


def test_a_little_traffic_on_every_key_costs_nothing(played: dict[str, Outcome]) -> None:
    assert beyond(played, "little") == {}


def test_traffic_worth_noting_opens_and_writes_one_key_each(played: dict[str, Outcome]) -> None:
    assert beyond(played, "much") == {TableCall.PERSON: BUSY, TableCall.KEEP_KEY: BUSY}
    units = tally(played, "much").write_units - tally(played, "well").write_units
    assert units == BUSY * 2, "the key, and its line in the index `by_server`"


def test_a_drifted_key_is_opened_twice_written_three_times_and_mended_by_three_calls(
    played: dict[str, Outcome],
) -> None:
    drifted = played["drifted"].drifted
    assert drifted == SERVERS * 2, "one deleted and one disabled on each"
    assert beyond(played, "drifted") == {
        TableCall.PERSON: 2 * drifted,
        TableCall.KEEP_KEY: 2 * drifted,
        TableCall.CLAIM: drifted,
        "clients/get": 2 * drifted,
        "clients/add": SERVERS,
        "clients/update": SERVERS,
    }
    assert tally(played, "drifted").write_units - tally(played, "well").write_units == drifted * 9


def test_asking_for_each_key_one_by_one_would_take_many_times_as_much(
    filled: FilledShop, played: dict[str, Outcome]
) -> None:
    naive, ours = asking_one_by_one(filled, sample=10).tally, tally(played, "well")
    assert naive.panel_calls == SUBSCRIPTIONS * SERVERS > 50 * ours.panel_calls
    assert naive.read_units >= SUBSCRIPTIONS > 5 * ours.read_units
