"""The options of a local run, read from its command-line arguments."""

import pytest

from local.__main__ import main, options_of, parser
from local.options import Options


def options(*arguments: str) -> Options:
    """Return the options of a run."""
    return options_of(parser().parse_args(arguments), print, print)


def test_with_real_telegram_the_administrators_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_IDS", raising=False)
    assert options("--token", "1:real").variables == {}
    monkeypatch.setenv("ADMIN_IDS", "42,43")
    parsed = options("--token", "1:real")
    assert (parsed.telegram_api_base, parsed.variables) == ("https://api.telegram.org", {"ADMIN_IDS": "42,43"})


def test_with_the_fake_telegram_the_environment_sets_no_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", "42,43")
    parsed = options()
    assert (parsed.telegram_api_base, parsed.variables) == (None, {})


def test_without_a_terminal_the_command_says_where_the_token_may_stand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_terminal(_: str) -> str:
        raise EOFError

    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)
    monkeypatch.setattr("local.__main__.getpass", no_terminal)
    assert main(["--token"]) == 1
    assert "set TELEGRAM_TOKEN" in capsys.readouterr().err
