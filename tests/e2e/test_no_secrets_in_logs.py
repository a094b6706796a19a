"""No line of any log has a secret or personal data, whatever goes wrong, and at the most detailed level."""

import asyncio

import pytest

from tests.e2e.logged_run import LoggedRun, everything_goes_wrong


@pytest.fixture(scope="module")
def logged() -> LoggedRun:
    """The logs of one run in which everything goes wrong."""
    return asyncio.run(everything_goes_wrong())


@pytest.mark.slow
def test_no_line_has_a_secret_or_personal_data(logged: LoggedRun) -> None:
    assert len(logged.secrets) > 20
    assert logged.leaks() == {}


@pytest.mark.slow
def test_what_goes_wrong_is_in_the_logs_and_nothing_else_does(logged: LoggedRun) -> None:
    """Otherwise the run above does not show what it is made for."""
    text = "\n".join(logged.lines)
    for expected in ("ProviderUnavailable", "PanelUnavailable", "update not handled", "due work deferred"):
        assert expected in text
    assert "due work failed" not in text
