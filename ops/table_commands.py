"""The commands about the table of a deployed bot."""

from typing import Annotated

import boto3
import typer

from ops.deployment import Target
from ops.error_exit import exit_on_error


def protect_table(
    context: typer.Context,
    off: Annotated[bool, typer.Option("--off", help="Allow the deletion again, to take the bot down.")] = False,
) -> None:
    """Let nobody delete the table, also by mistake. Do this after the first deployment of production."""
    with exit_on_error(context.obj):
        protect(context.obj, off=off)


def protect(target: Target, *, off: bool) -> None:
    """Protect the table of a deployment from deletion, or, with `off`, allow its deletion again.

    Raises:
        Misconfigured: the stack is not deployed.
    """
    name = target.deployment().output("TableName")
    boto3.client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=not off)
    print(f"The table {name} can be deleted." if off else f"The table {name} is protected from deletion.")
