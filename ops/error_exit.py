"""Prints expected errors on stderr, each with what to do, and exits with status 2."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops.aws_errors import any_aws_finding, aws_finding
from ops.findings import Verdict
from ops.panel_words import error_words
from vpnbot.errors import VpnbotError


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print an error of vpnbot or AWS with what to do, and exit with status 2. Other errors keep their traceback."""
    try:
        yield
    except VpnbotError as error:
        print(aws_finding(error) or f"{Verdict.FAILURE} {error_words(error)}", file=sys.stderr)
        raise typer.Exit(2) from error
    except (BotoCoreError, ClientError) as error:
        print(any_aws_finding(error), file=sys.stderr)
        raise typer.Exit(2) from error
