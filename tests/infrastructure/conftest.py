"""The transformed template, made once for all tests of this folder."""

import pytest

from tests.infrastructure.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack.of()
