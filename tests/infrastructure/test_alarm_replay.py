"""Each alarm rings once for its failure and clears once after the repair, in time, for every alignment of periods."""

from typing import Any

import pytest

from tests.infrastructure.alarm_failures import FAILURES, HEALTHY, WARM_UP, Failure, played
from tests.infrastructure.alarm_times import PHASES, Times, alignments, promised, times_of
from tests.infrastructure.cloudwatch import Alarm, State


def named(failure: Failure) -> str:
    return f"{failure.alarm}: {failure.what}" if failure.alarm else failure.what


@pytest.fixture(scope="session")
def definitions(alarms: dict[str, Any]) -> dict[str, Alarm]:
    """The alarms of the template, by the names that operators see."""
    found = {name.removesuffix("Alarm"): properties for name, properties in alarms.items()}
    return {name: Alarm.of(name, properties) for name, properties in found.items()}


@pytest.mark.parametrize("failure", FAILURES, ids=named)
def test_it_rings_and_clears_once_within_the_promised_times(failure: Failure, definitions: dict[str, Alarm]) -> None:
    measured, longest = times_of(failure, definitions[failure.alarm]), promised()[failure.alarm]
    assert measured.rings <= longest.rings
    assert measured.clears <= longest.clears


@pytest.mark.parametrize("healthy", HEALTHY, ids=named)
def test_no_alarm_rings_without_a_failure(healthy: Failure, definitions: dict[str, Alarm]) -> None:
    for alarm in definitions.values():
        for phase in PHASES:
            replay = played(healthy, phase)
            for offset in alignments(alarm):
                states = alarm.states(replay.published, replay.ended_at * 60, offset)[WARM_UP // 2 :]
                assert State.ALARM not in states, (alarm.name, phase, offset)


def test_every_alarm_has_a_failure_and_promised_times(definitions: dict[str, Alarm]) -> None:
    assert {failure.alarm for failure in FAILURES} == set(definitions) == set(promised())


def test_the_promised_times_are_those_of_the_slowest_failure(definitions: dict[str, Alarm]) -> None:
    for name, alarm in definitions.items():
        each = [times_of(failure, alarm) for failure in FAILURES if failure.alarm == name]
        slowest = Times(max(one.rings for one in each), max(one.clears for one in each))
        assert promised()[name] == slowest, name
