"""Dead-lettered work in the chat of an administrator: a list, and another try for all of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from vpnbot.domain.keys.key_ring import is_person_id
from vpnbot.domain.scheduling import DueItem, kind_of
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, SERVERS
from vpnbot.telegram.update_context import UpdateContext

LISTED = 100
"""The most items that are read and tried again at once."""
_SHOWN = 10
_SHOWN_ID_CHARACTERS = 8


def link(context: UpdateContext) -> Button | None:
    """Return the button to the list; None if there is no dead-lettered work."""
    count = len(context.dead_letters.dead_lettered(LISTED))
    return (
        Button(phrase("button-dead-letters", count=count), action=ServerAction.DEAD_LETTERS.on()) if count else None
    )


async def show(context: UpdateContext, _: Sequence[str]) -> Reply:
    """Show the dead-lettered work."""
    return Show(screen_of(context.dead_letters.dead_lettered(LISTED)))


async def retry(context: UpdateContext, _: Sequence[str]) -> Reply:
    """Make all dead-lettered work due now; what another administrator has made due meanwhile stays as it is."""
    items = context.dead_letters.dead_lettered(LISTED)
    retried = sum(context.dead_letters.retry(item, context.now) for item in items)
    return Show(screen_of(context.dead_letters.dead_lettered(LISTED)), toast=phrase("toast-retried", count=retried))


def screen_of(items: Sequence[DueItem]) -> Screen:
    """Return the screen that lists the first of `items`, and lets all of them be tried again."""
    if not items:
        return Screen((phrase("dead-letters-none"),), rows((SERVERS, HOME)))
    again = Button(phrase("button-dead-letters-retry"), action=ServerAction.RETRY.on())
    lines = tuple(_line(item) for item in items[:_SHOWN])
    return Screen((phrase("dead-letters", count=len(items)), lines), rows((again,), (SERVERS, HOME)))


def _line(item: DueItem) -> Phrase:
    return phrase(
        "dead-letters-line",
        kind=kind_of(item).name,
        of=item.partition[:_SHOWN_ID_CHARACTERS] if is_person_id(item.partition) else "shop",
        at=item.due_at,
    )


ACTIONS: Mapping[ServerAction, Callable[[UpdateContext, Sequence[str]], Awaitable[Reply]]] = {
    ServerAction.DEAD_LETTERS: show,
    ServerAction.RETRY: retry,
}
