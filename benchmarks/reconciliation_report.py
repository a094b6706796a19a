"""The figures of reconciliation as tables."""

from collections.abc import Callable, Sequence

from benchmarks.call_counter import TableCall
from benchmarks.reconciliation import RUNS_A_MONTH, OneByOne, Outcome
from benchmarks.report import table
from benchmarks.worker_clock import PANEL_SECONDS, TABLE_SECONDS

_THOUSAND = 1000


def assumptions(memory_mb: int) -> str:
    """State how the figures in seconds are computed."""
    table_ms, panel_ms = TABLE_SECONDS * 1000, PANEL_SECONDS * 1000
    return (
        f"Function seconds are our CPU time at {memory_mb} MB, plus {table_ms:.0f} ms for "
        f"each call to DynamoDB and {panel_ms:.0f} ms for each call to a panel."
    )


def costs_of_runs(outcomes: Sequence[Outcome]) -> str:
    """Return a table of the calls, times and costs of each scenario."""
    routes = sorted({route for outcome in outcomes for route in outcome.work.calls.panel}, key=_route_order)
    kinds = [kind for kind in TableCall if any(outcome.work.calls.table[kind] for outcome in outcomes)]
    rows = [
        _row("keys", outcomes, lambda o: _whole(o.keys)),
        _row("keys that drifted", outcomes, lambda o: _whole(o.drifted)),
        *(_row(f"panel: `{route}`", outcomes, _panel_calls_of(route)) for route in routes),
        _row("**calls to panels**", outcomes, lambda o: _whole(o.work.calls.panel_calls)),
        *(_row(kind, outcomes, _table_calls_of(kind)) for kind in kinds),
        _row("**calls to DynamoDB**", outcomes, lambda o: _whole(o.work.calls.table_calls)),
        _row("partitions of people read", outcomes, lambda o: _whole(len(o.work.calls.people_read))),
        _row("read units", outcomes, lambda o: _whole(o.work.calls.read_units)),
        _row("write units", outcomes, lambda o: _whole(o.work.calls.write_units)),
        _row("calls to panels for 1,000 keys", outcomes, lambda o: _per_thousand(o, o.work.calls.panel_calls)),
        _row("calls to DynamoDB for 1,000 keys", outcomes, lambda o: _per_thousand(o, o.work.calls.table_calls)),
        _row("keys corrected by due work", outcomes, lambda o: _whole(o.work.keys_corrected)),
        _row("slices of runs", outcomes, lambda o: _whole(o.work.slices)),
        _row("until nothing is due, min", outcomes, lambda o: _whole(o.work.minutes)),
        _row("due work was late by up to, min", outcomes, lambda o: f"{o.work.longest_lag_seconds / 60:.1f}"),
        _row("longest slice, s", outcomes, lambda o: f"{o.work.longest_slice_seconds:.1f}"),
        _row("longest run over one server, s", outcomes, lambda o: f"{o.work.longest_run_seconds:.1f}"),
        _row("functions run, all together, s", outcomes, lambda o: f"{o.work.function_seconds:.1f}"),
        _row("our CPU on this machine, s", outcomes, lambda o: f"{o.work.cpu_seconds:.1f}"),
        _row("wall time here, emulators included, s", outcomes, lambda o: f"{o.work.wall_seconds:.0f}"),
        _row("**dollars**", outcomes, lambda o: f"{o.dollars:.5f}"),
        _row("dollars a month, if every run were like this", outcomes, _a_month),
    ]
    return table(["one reconciliation run over every server", *(outcome.scenario.name for outcome in outcomes)], rows)


def comparison(without_drift: Outcome, one_by_one: OneByOne) -> str:
    """Return a table that compares a run without drift with requesting each key on its own."""
    ours, theirs = without_drift.work.calls, one_by_one.calls
    compared = [
        ("calls to panels", ours.panel_calls, theirs.panel_calls),
        ("calls to DynamoDB", ours.table_calls, theirs.table_calls),
        ("read units", ours.read_units, theirs.read_units),
        ("functions run, all together, s", without_drift.work.function_seconds, one_by_one.seconds),
        ("our CPU, s", without_drift.work.cpu_seconds, one_by_one.cpu_seconds),
        ("dollars a month", without_drift.dollars * RUNS_A_MONTH, one_by_one.dollars * RUNS_A_MONTH),
    ]
    rows = [[name, _figure(one), _figure(other), f"{one / other:.3f}"] for name, one, other in compared]
    return table(["all is well", "a run", "one by one", "ratio"], rows)


def _row(name: str, outcomes: Sequence[Outcome], figure: Callable[[Outcome], str]) -> list[str]:
    return [name, *(figure(outcome) for outcome in outcomes)]


def _panel_calls_of(route: str) -> Callable[[Outcome], str]:
    return lambda outcome: _whole(outcome.work.calls.panel[route])


def _table_calls_of(kind: TableCall) -> Callable[[Outcome], str]:
    return lambda outcome: _whole(outcome.work.calls.table[kind])


def _route_order(route: str) -> tuple[bool, str]:
    """Return a sort key for routes: those that every run calls come first."""
    return route != "clients/list" and route.startswith("clients/"), route


def _per_thousand(outcome: Outcome, calls: int) -> str:
    return f"{calls / outcome.keys * _THOUSAND:.1f}"


def _a_month(outcome: Outcome) -> str:
    return f"{outcome.dollars * RUNS_A_MONTH:.2f}" if outcome.scenario.recurring else "-"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _figure(value: float) -> str:
    return _whole(value) if value >= 100 else f"{value:.2f}"
