"""Lists the people of earlier releases in an index that a later release has added."""

import typer

from ops.deployment import Target
from ops.error_exit import exit_on_error
from ops.people import container_of
from vpnbot.bootstrap import Container
from vpnbot.storage.audience.backfill import listed, people_not_seen

backfill = typer.Typer(help="Fill an index that an update has added.", no_args_is_help=True)
PAGE = 500
"""The items that are read at once."""


@backfill.command()
def audience(context: typer.Context) -> None:
    """List everybody in the index of the audience, once after the update that adds it. It reads the whole table.

    Until then only people who have used the bot since the update are listed. It may be run again at any time; after
    an interruption it goes on where it was.
    """
    target: Target = context.obj
    with exit_on_error(target):
        found, changed = fill_audience(container_of(target))
        print(f"{changed} of {found} people were added or corrected. Everybody is listed.")


def fill_audience(container: Container) -> tuple[int, int]:
    """List everybody, and return how many people were read, and how many were not listed as they are.

    Raises:
        StorageUnavailable: DynamoDB did not answer; call it again to go on.
    """
    found = changed = 0
    for people in people_not_seen(PAGE):
        for person_id in people:
            found += 1
            changed += listed(container.people.open(person_id).person)
    return found, changed
