"""Faults that are planted in a deployed bot, and what doctor has to report about each of them."""

from collections.abc import Callable
from datetime import datetime

from tests.integration.operator_command_line import OperatorCommandLine
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.codec import to_record
from vpnbot.storage.table import bind

FAILURE, WARNING = 1, 0
"""The exit code of doctor."""
FAULT = ("plant", "exit_code", "finding", "advice")
"""The parameters of a test with planted faults."""

type Plant = Callable[[OperatorCommandLine, dict[str, str]], None]
"""Plants a fault in the deployment that has these outputs."""


def put_due_work(table_name: str, at: datetime, *, dead_lettered: bool = False) -> None:
    """Store an item that is due at this time."""
    bind(table_name)
    to_record(PersonId("0" * 32), Subscription(due=Due(at, dead_lettered=dead_lettered))).save()


def assert_reported(operator: OperatorCommandLine, exit_code: int, finding: str, advice: str) -> None:
    """Let doctor check the bot; the finding is one line, and the advice follows it."""
    result = operator.run("doctor")
    line, _, printed_advice = result.output[result.output.index(finding) :].partition("\n    → ")
    assert "\n" not in line
    assert advice in printed_advice.splitlines()[0]
    assert result.exit_code == exit_code, result.output
