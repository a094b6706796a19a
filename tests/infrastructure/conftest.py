"""The templates, read once for all tests of this folder."""

from typing import Any

import pytest

from tests.infrastructure.stack import Stack
from tests.infrastructure.transformed_template import read_template


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack.of()


@pytest.fixture(scope="session")
def alarms() -> dict[str, dict[str, Any]]:
    """The properties of each alarm in monitoring/alarms.yaml, by logical id."""
    resources = read_template("monitoring/alarms.yaml")["Resources"].items()
    return {name: found["Properties"] for name, found in resources if found["Type"] == "AWS::CloudWatch::Alarm"}
