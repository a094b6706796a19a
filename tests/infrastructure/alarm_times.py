"""When alarms ring and clear: the worst over the phase of a failure and the alignment of the alarm's periods."""

import re
from functools import cache
from typing import NamedTuple

from tests.infrastructure.alarm_failures import Failure, played
from tests.infrastructure.cloudwatch import MINUTE, Alarm, State, changes
from tests.infrastructure.transformed_template import ROOT


class Times(NamedTuple):
    """Minutes from the failure until the alarm rings, and from the repair until it clears."""

    rings: int
    clears: int


PHASES = range(5)
"""The minutes, after a measurement of the backlogs, at which a failure begins."""


def promised() -> dict[str, Times]:
    """Return the times in the table of docs/alarms.md, by the name of the alarm."""
    rows = re.findall(r"^\| (\w+) \|[^|]*\| (\d+) \| (\d+) \|", (ROOT / "docs/alarms.md").read_text(), re.MULTILINE)
    return {name: Times(int(rings), int(clears)) for name, rings, clears in rows}


def alignments(alarm: Alarm) -> list[int | None]:
    """Return the offsets of an alarm's periods in seconds: five fixed ones, and None for periods that end now."""
    return [None, *range(0, alarm.period, alarm.period // 5)]


@cache
def times_of(failure: Failure, alarm: Alarm) -> Times:
    """Return the worst times of a failure.

    Raises:
        AssertionError: the alarm does not ring once and clear once.
    """
    rings = clears = 0
    for phase in PHASES:
        replay = played(failure, phase)
        for offset in alignments(alarm):
            states = alarm.states(replay.published, replay.ended_at * MINUTE, offset)
            seen = [(minute, state) for minute, state in changes(states) if minute > replay.broken_at]
            assert [state for _, state in seen] == [State.ALARM, State.OK], (
                alarm.name,
                failure.what,
                phase,
                offset,
                seen,
            )
            (rang, _), (cleared, _) = seen
            rings = max(rings, rang - replay.broken_at)
            clears = max(clears, cleared - replay.mended_at)
    return Times(rings, clears)
