"""Messages of `python -m ops` name commands that operate on the same deployment, also when nothing is installed."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ops.commands_in_text import for_target
from ops.deployment import Target
from ops.error_exit import exit_on_error
from ops.findings import failure
from ops.payment_findings import configure
from vpnbot.errors import Misconfigured
from vpnbot.settings import Stage

ROOT = Path(__file__).parents[2]
PRODUCTION = Target(Stage.PRODUCTION, "vpnbot-production")


@pytest.mark.parametrize(
    ("target", "options"),
    [
        (PRODUCTION, "--stage production"),
        (Target(Stage.PRODUCTION, "second"), "--stage production --stack second"),
    ],
)
def test_a_command_without_options_gets_those_of_the_deployment(target: Target, options: str) -> None:
    finding = failure("the secrets differ", "python -m ops webhook set, or `python -m ops configure`")
    assert str(for_target(finding, target)) == (
        f"✘ the secrets differ\n    → python -m ops {options} webhook set, or `python -m ops {options} configure`"
    )


def test_a_command_with_options_is_kept() -> None:
    text = "run `python -m ops --stage staging deploy`"
    assert for_target(text, PRODUCTION) == text


def test_an_error_names_the_command_for_the_deployment(capsys: pytest.CaptureFixture[str]) -> None:

    with pytest.raises(typer.Exit), exit_on_error(PRODUCTION):
        raise Misconfigured("bot_token", "not set; run `python -m ops configure`")
    assert "run `python -m ops --stage production configure`" in capsys.readouterr().err


def test_without_the_packages_it_says_what_to_run() -> None:
    ended = subprocess.run(  # noqa: S603  this Python
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import ops.__main__"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "is not installed here\n    → run `make setup && source .venv/bin/activate`" in ended.stderr


@pytest.mark.parametrize(
    ("provider", "command"),
    [
        ("yookassa", "python -m ops configure --yookassa"),
        ("crypto_pay", "python -m ops configure --crypto-pay"),
        ("stars", "python -m ops configure"),
    ],
)
def test_the_command_for_other_credentials_asks_for_those_that_are_stored_too(provider: str, command: str) -> None:
    assert configure(provider) == command
