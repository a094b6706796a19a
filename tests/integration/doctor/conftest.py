"""Fixtures: a bot that is configured and deployed, which `python -m ops doctor` checks."""

from collections.abc import Iterator

import pytest

from tests.integration.operator_command_line import OperatorCommandLine, open_command_line


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


@pytest.fixture
def outputs(operator: OperatorCommandLine) -> dict[str, str]:
    outputs = operator.deploy()
    operator.run("webhook", "set")
    return outputs
