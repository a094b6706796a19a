"""The calls of a reconciliation run: one list of clients, windows of keys, no partition of a person, one write.

Only calls are counted, those of the real use case with panels over HTTP and the emulated table. `python -m benchmarks
reconciliation` measures times and costs too, with ten thousand subscriptions.
"""

from collections.abc import Iterator
from math import ceil

import pytest

from benchmarks.call_counter import CallCounts, TableCall
from benchmarks.populated_system import PopulatedSystem, populated_system
from benchmarks.reconciliation import (
    Outcome,
    Scenario,
    add_traffic_to_every_key,
    change_nothing,
    drift_one_key_in_a_hundred,
    reconcile,
    request_one_by_one,
)
from vpnbot.usecases.servers import key_windows

SUBSCRIPTIONS, SERVERS = 220, 2
KEYS_AT_ONCE = 200
WINDOWS = SERVERS * ceil(SUBSCRIPTIONS / KEYS_AT_ONCE)
"""With two servers every person has a key on each."""
KEYS_WITH_TRAFFIC = 3


def add_notable_traffic_to_a_few_keys(system: PopulatedSystem) -> None:
    """Add enough traffic to a few keys of one server that it is recorded."""
    panel = next(iter(system.panels.values()))
    for email in sorted(panel.clients)[:KEYS_WITH_TRAFFIC]:
        panel.use_traffic(email, down=1_000_000_000)  # the largest step that is not stored is smaller


SCENARIOS = (
    Scenario("no drift", change_nothing),
    Scenario("little traffic", add_traffic_to_every_key(10_000_000)),
    Scenario("notable traffic", add_notable_traffic_to_a_few_keys),
    Scenario("drift", drift_one_key_in_a_hundred),
)


@pytest.fixture(scope="module")
def system() -> Iterator[PopulatedSystem]:
    """A system with more keys on each server than fit in one window."""
    with pytest.MonkeyPatch.context() as patch, populated_system(SUBSCRIPTIONS, SERVERS) as populated:
        patch.setattr(key_windows, "KEYS_AT_ONCE", KEYS_AT_ONCE)
        assert populated.keys == SUBSCRIPTIONS * SERVERS
        yield populated


@pytest.fixture(scope="module")
def outcomes(system: PopulatedSystem) -> dict[str, Outcome]:
    """The outcomes of all scenarios by name, run one after the other."""
    return {outcome.scenario.name: outcome for outcome in reconcile(system, SCENARIOS)}


def calls_of(outcomes: dict[str, Outcome], scenario: str) -> CallCounts:
    """Return the calls that a scenario made."""
    return outcomes[scenario].work.calls


def additional_calls(outcomes: dict[str, Outcome], scenario: str) -> dict[str, int]:
    """Return the calls that a scenario makes more often than a run without drift, except those of the dispatcher."""
    more = calls_of(outcomes, scenario).by_name - calls_of(outcomes, "no drift").by_name
    return {name: count for name, count in more.items() if name not in {TableCall.DUE, TableCall.CATALOGUE}}


def test_without_drift_a_panel_is_called_for_its_clients_its_status_and_its_inbound(
    outcomes: dict[str, Outcome],
) -> None:
    assert calls_of(outcomes, "no drift").panel == {
        "clients/list": SERVERS,
        "server/status": 2 * SERVERS,
        "inbounds/get": SERVERS,
        "hosts/byInbound": SERVERS,
    }


def test_without_drift_keys_are_read_in_windows_and_no_partition_of_a_person_is_read(
    outcomes: dict[str, Outcome],
) -> None:
    table = calls_of(outcomes, "no drift").table
    assert table[TableCall.KEYS] == WINDOWS
    assert table[TableCall.RUN] == SERVERS
    assert table[TableCall.CATALOGUE] == 1
    assert table[TableCall.PERSON] == 0
    assert not calls_of(outcomes, "no drift").people_read


def test_without_drift_only_the_runs_themselves_are_written(outcomes: dict[str, Outcome]) -> None:
    table = calls_of(outcomes, "no drift").table
    assert (table[TableCall.CLAIM], table[TableCall.SAVE_RUN]) == (SERVERS, SERVERS)
    assert calls_of(outcomes, "no drift").writes == 2 * SERVERS
    assert calls_of(outcomes, "no drift").write_units == 2 * SERVERS * 3, (
        "an item, and its entry in the index `due` removed and added"
    )


def test_a_little_traffic_on_every_key_causes_no_additional_calls(outcomes: dict[str, Outcome]) -> None:
    assert additional_calls(outcomes, "little traffic") == {}


def test_notable_traffic_causes_one_read_and_one_write_for_each_key(outcomes: dict[str, Outcome]) -> None:
    assert additional_calls(outcomes, "notable traffic") == {
        TableCall.PERSON: KEYS_WITH_TRAFFIC,
        TableCall.SAVE_KEY: KEYS_WITH_TRAFFIC,
    }
    units = calls_of(outcomes, "notable traffic").write_units - calls_of(outcomes, "no drift").write_units
    assert units == KEYS_WITH_TRAFFIC * 2, "the key, and its entry in the index `by_server`"


def test_a_drifted_key_is_read_twice_written_three_times_and_corrected_by_three_calls(
    outcomes: dict[str, Outcome],
) -> None:
    drifted = outcomes["drift"].drifted
    assert drifted == SERVERS * 2, "one client deleted and one disabled on each server"
    assert additional_calls(outcomes, "drift") == {
        TableCall.PERSON: 2 * drifted,
        TableCall.SAVE_KEY: 2 * drifted,
        TableCall.CLAIM: drifted,
        "clients/get": 2 * drifted,
        "clients/add": SERVERS,
        "clients/update": SERVERS,
    }
    assert calls_of(outcomes, "drift").write_units - calls_of(outcomes, "no drift").write_units == drifted * 9


def test_requesting_each_key_on_its_own_would_take_many_times_as_many_calls(
    system: PopulatedSystem, outcomes: dict[str, Outcome]
) -> None:
    one_by_one, ours = request_one_by_one(system, sample=10).calls, calls_of(outcomes, "no drift")
    assert one_by_one.panel_calls == SUBSCRIPTIONS * SERVERS > 40 * ours.panel_calls
    assert one_by_one.read_units >= SUBSCRIPTIONS > 5 * ours.read_units
