"""The figures of reconciliation as tables."""

from collections.abc import Callable, Sequence

from benchmarks.call_account import TableCall
from benchmarks.reconciliation import ROUNDS_A_MONTH, Naive, Outcome
from benchmarks.report import table
from benchmarks.worker_clock import PANEL_SECONDS, TABLE_SECONDS

_THOUSAND = 1000


def assumptions(outcomes: Sequence[Outcome], memory_mb: int) -> str:
    """Say what stands behind the figures in seconds."""
    table_ms, panel_ms = TABLE_SECONDS * 1000, PANEL_SECONDS * 1000
    return (
        f"{outcomes[0].keys:,} keys. Seconds that functions run are our own CPU, as {memory_mb} MB have it, and "
        f"{table_ms:.0f} ms for each call to DynamoDB, {panel_ms:.0f} ms for each call to a panel."
    )


def what_rounds_take(outcomes: Sequence[Outcome]) -> str:
    """Say what each scene asks of panels and of the table, for how long and for how much."""
    routes = sorted({route for outcome in outcomes for route in outcome.settled.tally.panel}, key=_as_in_a_round)
    kinds = [kind for kind in TableCall if any(outcome.settled.tally.table[kind] for outcome in outcomes)]
    rows = [
        _row("keys that drifted", outcomes, lambda o: _whole(o.drifted)),
        *(_row(f"panel: `{route}`", outcomes, _calls_of(route)) for route in routes),
        _row("**calls to panels**", outcomes, lambda o: _whole(o.settled.tally.panel_calls)),
        *(_row(kind, outcomes, _asked(kind)) for kind in kinds),
        _row("**calls to DynamoDB**", outcomes, lambda o: _whole(o.settled.tally.table_calls)),
        _row("people opened", outcomes, lambda o: _whole(len(o.settled.tally.opened))),
        _row("read units", outcomes, lambda o: _whole(o.settled.tally.read_units)),
        _row("write units", outcomes, lambda o: _whole(o.settled.tally.write_units)),
        _row("calls to panels for 1,000 keys", outcomes, lambda o: _per_thousand(o, o.settled.tally.panel_calls)),
        _row("calls to DynamoDB for 1,000 keys", outcomes, lambda o: _per_thousand(o, o.settled.tally.table_calls)),
        _row("keys mended by the clock", outcomes, lambda o: _whole(o.settled.keys_mended)),
        _row("slices of rounds", outcomes, lambda o: _whole(o.settled.slices)),
        _row("until nothing is due, min", outcomes, lambda o: _whole(o.settled.minutes)),
        _row("the clock was late by up to, min", outcomes, lambda o: f"{o.settled.longest_lag_seconds / 60:.1f}"),
        _row("longest slice, s", outcomes, lambda o: f"{o.settled.longest_slice_seconds:.1f}"),
        _row("longest round over one server, s", outcomes, lambda o: f"{o.settled.longest_round_seconds:.1f}"),
        _row("functions run, all together, s", outcomes, lambda o: f"{o.settled.function_seconds:.1f}"),
        _row("our CPU on this machine, s", outcomes, lambda o: f"{o.settled.cpu_seconds:.1f}"),
        _row("by the clock here, emulators included, s", outcomes, lambda o: f"{o.settled.here_seconds:.0f}"),
        _row("**dollars**", outcomes, lambda o: f"{o.dollars:.5f}"),
        _row("dollars a month, if each round were so", outcomes, _a_month),
    ]
    return table(["one round over every server", *(outcome.scene.name for outcome in outcomes)], rows)


def in_proportion(well: Outcome, naive: Naive) -> str:
    """Compare a round where all is well with asking for each key one by one."""
    ours, theirs = well.settled.tally, naive.tally
    compared = [
        ("calls to panels", ours.panel_calls, theirs.panel_calls),
        ("calls to DynamoDB", ours.table_calls, theirs.table_calls),
        ("read units", ours.read_units, theirs.read_units),
        ("functions run, all together, s", well.settled.function_seconds, naive.seconds),
        ("our CPU, s", well.settled.cpu_seconds, naive.cpu_seconds),
        ("dollars a month", well.dollars * ROUNDS_A_MONTH, naive.dollars * ROUNDS_A_MONTH),
    ]
    rows = [[name, _figure(one), _figure(other), f"{one / other:.3f}"] for name, one, other in compared]
    return table(["all is well", "a round", "one by one", "ratio"], rows)


def _row(name: str, outcomes: Sequence[Outcome], figure: Callable[[Outcome], str]) -> list[str]:
    return [name, *(figure(outcome) for outcome in outcomes)]


def _calls_of(route: str) -> Callable[[Outcome], str]:
    return lambda outcome: _whole(outcome.settled.tally.panel[route])


def _asked(kind: TableCall) -> Callable[[Outcome], str]:
    return lambda outcome: _whole(outcome.settled.tally.table[kind])


def _as_in_a_round(route: str) -> tuple[bool, str]:
    """What every round asks comes first."""
    return route != "clients/list/paged" and route.startswith("clients/"), route


def _per_thousand(outcome: Outcome, calls: int) -> str:
    return f"{calls / outcome.keys * _THOUSAND:.1f}"


def _a_month(outcome: Outcome) -> str:
    return f"{outcome.dollars * ROUNDS_A_MONTH:.2f}" if outcome.scene.each_round else "-"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _figure(value: float) -> str:
    return _whole(value) if value >= 100 else f"{value:.2f}"
