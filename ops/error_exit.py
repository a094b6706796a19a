"""Prints expected errors as one line on stderr and exits with status 2."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops.findings import Verdict
from ops.panel_words import error_words
from vpnbot.errors import VpnbotError


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print an error of vpnbot or AWS as one line and exit with status 2. Any other error keeps its traceback."""
    try:
        yield
    except (VpnbotError, BotoCoreError, ClientError) as error:
        print(f"{Verdict.FAILURE} {error_words(error)}", file=sys.stderr)
        raise typer.Exit(2) from error
