"""`python -m ops dead-letters`: shows dead-lettered work, and makes it due again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.codec import to_record
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind

EARLIER = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


def put_dead_lettered_work(table_name: str) -> None:
    bind(table_name)
    due = Due(EARLIER, attempts=12, dead_lettered=True)
    to_record(PersonId("0" * 32), Subscription(due=due)).save()


def test_dead_lettered_work_is_shown_and_made_due_again(operator: OperatorCommandLine) -> None:
    put_dead_lettered_work(operator.deploy()["TableName"])
    shown = operator.run("dead-letters")
    assert "since 2026-11-20 00:00 UTC" in shown.output
    assert "1 of 1 are due again" in operator.run("dead-letters", "--retry").output
    assert DueIndex().dead_lettered() == []
    again = DueIndex().next_due()
    assert again is not None
    assert again.due_at > EARLIER


def test_without_dead_lettered_work_the_command_says_so(operator: OperatorCommandLine) -> None:
    operator.deploy()
    assert "No work is dead-lettered" in operator.run("dead-letters").output
