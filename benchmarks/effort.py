"""How much a run of the benchmarks measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """The numbers of rounds, on which it depends how long `make bench` takes and how much figures vary.

    `subscriptions` are those of reconciliation runs; `subscriptions_written` those of runs that write all keys, or
    those of a panel, which takes milliseconds for each in the emulated table. `ends` are due at the same time.
    """

    cold_starts: int = 7
    warm_events: int = 300
    taps_in_one_process: int = 400
    buyers: int = 15
    people: int = 100
    taps_of_each: int = 40
    people_at_once: int = 40
    subscriptions: int = 10_000
    subscriptions_written: int = 2_000
    ends: int = 3_000


FULL = Effort()
QUICK = Effort(1, 40, 60, 4, 6, 20, 8, 300, 100, 300)
"""To see whether the benchmarks work; the figures say little."""
