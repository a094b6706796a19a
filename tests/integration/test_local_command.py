"""What the command line of a local run makes of its arguments."""

import pytest

from local.__main__ import options_of, parser
from local.options import Options


def options(*arguments: str) -> Options:
    """Return the options of a run."""
    return options_of(parser().parse_args(arguments), print, print)


def test_on_real_telegram_the_environment_names_the_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_IDS", raising=False)
    assert options("--token", "1:real").variables == {}
    monkeypatch.setenv("ADMIN_IDS", "42,43")
    given = options("--token", "1:real")
    assert (given.telegram_api_base, given.variables) == ("https://api.telegram.org", {"ADMIN_IDS": "42,43"})


def test_on_the_fake_one_nobody_from_elsewhere_is_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", "42,43")
    given = options()
    assert (given.telegram_api_base, given.variables) == (None, {})
