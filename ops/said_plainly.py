"""How a command fails: with a sentence and an exit status."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops.findings import Verdict
from ops.panel_words import error_words
from vpnbot.errors import VpnbotError


@contextmanager
def said_plainly() -> Iterator[None]:
    """What went wrong on purpose, or at AWS, is a sentence and exit status 2, not a traceback."""
    try:
        yield
    except (VpnbotError, BotoCoreError, ClientError) as error:
        print(f"{Verdict.ILL} {error_words(error)}", file=sys.stderr)
        raise typer.Exit(2) from error
