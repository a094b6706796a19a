"""The command `rebuild-server`: makes the keys of a server again on a panel that has lost them."""

from typing import Annotated

import typer

from ops.commands_in_text import for_target
from ops.error_exit import exit_on_error
from ops.panel_words import error_words
from ops.people import container_of
from ops.server_commands import Id
from ops.servers import comparison_lines
from vpnbot.usecases.servers.change_server import get_server
from vpnbot.usecases.servers.inspect_panel import refresh_server
from vpnbot.usecases.servers.rebuild_server import compare_server, rebuild_keys


def rebuild_server(
    context: typer.Context,
    server_id: Id,
    apply: Annotated[bool, typer.Option("--apply", help="Make the changes.")] = False,
) -> None:
    """Recreate every key of a server on its panel. Dry run unless --apply is given."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        known = (
            refresh_server(container.fleet, container.context, get_server(container.fleet, server_id))
            if apply
            else get_server(container.fleet, server_id)
        )
        found = compare_server(container.fleet, known)
        print("\n".join(comparison_lines(found)))
        if not apply:
            print(f"Nothing was changed. To make {len(found.to_make)} keys, add --apply.")
            return
        failed = 0
        for number, made in enumerate(
            rebuild_keys(container.people, container.fleet, container.context, known, found.to_make), start=1
        ):
            failed += made.error is not None
            if made.error is not None:
                print(for_target(f"✘ {made.name}: {error_words(made.error)}", context.obj))
            if number % 100 == 0:
                print(f"{number} of {len(found.to_make)}", flush=True)
        print(f"{len(found.to_make) - failed} keys are made, {failed} failed; due work retries those.")
    raise typer.Exit(1 if failed else 0)
