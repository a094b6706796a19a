"""Prints expected errors on stderr, each with what to do, and exits with status 2."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops.aws_errors import any_aws_finding, aws_finding
from ops.commands_in_text import for_target
from ops.deployment import Target
from ops.findings import Verdict
from ops.panel_words import error_words
from vpnbot.errors import VpnbotError


@contextmanager
def exit_on_error(target: Target) -> Iterator[None]:
    """Print an error of vpnbot or AWS with what to do, and exit with status 2. Other errors keep their traceback.

    Commands in the text get the options of `target`, the deployment that the command operates on.
    """
    try:
        yield
    except VpnbotError as error:
        found = aws_finding(error) or f"{Verdict.FAILURE} {error_words(error)}"
        print(for_target(found, target), file=sys.stderr)
        raise typer.Exit(2) from error
    except (BotoCoreError, ClientError) as error:
        print(for_target(any_aws_finding(error), target), file=sys.stderr)
        raise typer.Exit(2) from error
