"""Every promise of each scenario of the journey holds, and the functions need the permissions of template.yaml."""

import pytest

from local.journey.harness import Harness
from local.journey.scenarios import SCENARIOS, Scenario
from local.journey.transcript import Transcript
from tests.e2e.aws_permissions import granted
from tests.e2e.running_demo import RunningDemo
from tests.infrastructure.stack import Stack

pytestmark = pytest.mark.slow

SECRETS = "ssm:GetParameters"
"""A local run has the secrets in environment variables; tests/infrastructure/test_roles.py checks who reads which."""
BY_LAMBDA = {
    "DueDispatcher": {("sqs:SendMessage", "ClockDeadLetters")},
    "DueWorker": {
        (f"sqs:{action}", "DueQueue") for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    },
}
"""What the Lambda service does with the role of a function: it polls the queue, and reports failed invocations."""
ONLY_AFTER_FAULTS = {
    "TelegramWebhook": {("sqs:SendMessage", "ParkingQueue")},
    "DueWorker": {("ssm:DeleteParameters", "parameter/panels/*")},
}
"""An update that meets a bug is quarantined; a run deletes the tokens that a crash has left."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_promise_of_the_scenario_holds(demo: RunningDemo, scenario: Scenario) -> None:
    lines: list[str] = []
    transcript = Transcript(lines.append)
    play_scenario(demo, scenario, transcript)
    assert transcript.promises
    assert not transcript.broken, "\n".join(lines)


@pytest.mark.parametrize(
    "function", ["TelegramWebhook", "SubscriptionPage", "PaymentWebhook", "DueDispatcher", "DueWorker"]
)
def test_a_function_may_do_what_it_does_in_the_journey_and_no_more(demo: RunningDemo, function: str) -> None:
    for scenario in SCENARIOS:
        if scenario.__name__ not in demo.scenarios:
            play_scenario(demo, scenario, Transcript(lambda _: None))
    used = {(action, resource) for name, action, resource in demo.used if name == function}
    allowed = granted(Stack.of(), function)
    assert used - allowed == set(), "AWS would deny this"
    explained = BY_LAMBDA.get(function, set()) | ONLY_AFTER_FAULTS.get(function, set())
    unused = {(action, resource) for action, resource in allowed - used if action != SECRETS}
    assert unused <= explained, "not needed"
    assert explained <= allowed


def play_scenario(demo: RunningDemo, scenario: Scenario, transcript: Transcript) -> None:
    """Play a scenario with the system of this test run."""
    demo.play(scenario(Harness(demo.system, transcript)))
    demo.scenarios.add(scenario.__name__)
