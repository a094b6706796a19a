"""Every promise of each scenario of the journey holds."""

import pytest

from local.journey.harness import Harness
from local.journey.scenarios import SCENARIOS, Scenario
from local.journey.transcript import Transcript
from tests.e2e.running_demo import RunningDemo


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_promise_of_the_scenario_holds(demo: RunningDemo, scenario: Scenario) -> None:
    lines: list[str] = []
    transcript = Transcript(lines.append)
    demo.play(scenario(Harness(demo.system, transcript)))
    assert transcript.promises
    assert not transcript.broken, "\n".join(lines)
