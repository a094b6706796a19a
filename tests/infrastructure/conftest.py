"""The template, transformed once for all tests here."""

import pytest

from tests.infrastructure.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack.of()
