"""The commands for a loss: stop and start the functions, back the table up and restore it, copy the key secret."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from ops.backup import Restoration, parsed_time, scan, table_at
from ops.deployment import Target
from ops.error_exit import exit_on_error
from ops.key_secret_file import KeySecret
from ops.stack_functions import StackFunctions
from ops.table_files import only_for_owner, write_items
from vpnbot.errors import Rejected

functions = typer.Typer(help="Stop all functions of the deployment, and start them again.", no_args_is_help=True)
backup = typer.Typer(help="Back up the table, and restore it.", no_args_is_help=True)
key_secret = typer.Typer(help="Keep a copy of the key secret outside AWS.", no_args_is_help=True)


@functions.command()
def stop(context: typer.Context) -> None:
    """Stop all functions. Telegram and payment providers deliver again what was not taken, Telegram for a day."""
    with exit_on_error(context.obj):
        print(f"Stopped: {', '.join(StackFunctions(context.obj).stop())}.")
        print("Invocations that had begun end within a minute.")


@functions.command()
def start(context: typer.Context) -> None:
    """Start the functions that are stopped."""
    with exit_on_error(context.obj):
        print(f"Started: {', '.join(StackFunctions(context.obj).start()) or 'none was stopped'}.")


@backup.command()
def create(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write, such as shop.jsonl.gz.")],
    at: Annotated[str, typer.Option(help="The time to take, such as 2026-11-28T12:00 (UTC); with recovery on.")] = "",
    table: Annotated[str, typer.Option(help="Another table, such as one that was restored by hand.")] = "",
) -> None:
    """Write all items of the table to a file.

    Without --at the functions must be stopped, so that the file holds no half of a change. It holds personal data.
    """
    target: Target = context.obj
    with exit_on_error(target):
        source = table or target.deployment().output("TableName")
        if not table and not at:
            StackFunctions(target).demand_stopped(target.options)
        with table_at(source, parsed_time(at), print) if at else nullcontext(source) as name:
            print(f"{write_items(file, scan(name))} items are in {file}. It holds personal data: keep it encrypted.")


@backup.command()
def restore(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Files of `backup create`, or of an export of DynamoDB to S3.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make the table hold the items of a backup. The functions must be stopped. To run it again does no harm.

    People who deleted their data after the backup stay deleted, if the table still knows it.
    """
    target: Target = context.obj
    with exit_on_error(target):
        StackFunctions(target).demand_stopped(target.options)
        restoration = Restoration.of(target.deployment().output("TableName"), files)
        print(f"{restoration.written} items are written, and {len(restoration.removed)} others are removed.")
        if restoration.erased:
            print(f"People who deleted their data after the backup, and stay deleted: {len(restoration.erased)}.")
        if not yes and not typer.confirm("Go on?"):
            raise typer.Exit(1)
        restoration.apply()
        print(f"Done. Now: python -m ops {target.options} functions start")


@key_secret.command()
def export(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="The file to write, such as key-secret.age.")]
) -> None:
    """Write a copy of the key secret, encrypted with a passphrase. The program `age` can decrypt it, too."""
    target: Target = context.obj
    with exit_on_error(target):
        if file.exists():
            raise Rejected(f"{file} exists; name another file")
        copy = KeySecret(target.stack_name, target.secret("key_secret"))
        passphrase = str(
            typer.prompt("A passphrase, twelve characters or more", hide_input=True, confirmation_prompt=True)
        )
        encrypted = copy.encrypted(passphrase)
        with open(file, "x", encoding="ascii", opener=only_for_owner) as written:
            written.write(encrypted)
        print(f"The copy is in {file}. Keep it and its passphrase in two places outside AWS.")


@key_secret.command("restore")
def restore_key_secret(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file that `key-secret export` wrote.")],
    replace: Annotated[bool, typer.Option(help="Drop a stored secret that differs from the copy.")] = False,
) -> None:
    """Store the key secret of a copy; versions that were added since are kept."""
    target: Target = context.obj
    with exit_on_error(target):
        copy = KeySecret.decrypted(_text(file), str(typer.prompt("The passphrase", hide_input=True)))
        if copy.stack != target.stack_name:
            print(f"The copy is of {copy.stack}; it is stored for {target.stack_name}.", file=sys.stderr)
        ring = copy.ring if replace else copy.merged_into(target.secrets().get("key_secret"))
        target.store("key_secret", ring)
        print(f"Stored below {target.secrets_path}: key_secret.")
        print("Running functions read a version that they lack within a minute.")
        print("After --replace, deploy with another value of the parameter Revision.")


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected(f"{file} cannot be read: it does not exist, or is no text of age") from error
