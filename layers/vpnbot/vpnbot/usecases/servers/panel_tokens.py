"""The names of the panels' tokens, and the removal of tokens that no server uses."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from vpnbot.errors import Misconfigured, Retryable, UnreadableItem
from vpnbot.usecases.ports import Context, Fleet

UNUSED_FOR = timedelta(days=1)
"""A token that no server uses is removed at this age: it may be that of a server that is just being added."""

_NAME_DIGITS = 12


def token_name(cause: str) -> str:
    """Return the name of the token that this cause stores.

    A repetition of the cause has the same name, so that it leaves no second token. Another cause has another name,
    because other processes may have an earlier token cached under its name.
    """
    return f"token-{sha256(cause.encode()).hexdigest()[:_NAME_DIGITS]}"


def remove_unused_tokens(fleet: Fleet, *names: str) -> None:
    """Delete those of these tokens that no server uses; what that fails to delete, `sweep_tokens` deletes later.

    Raises:
        Misconfigured: there is no token store.
    """
    with suppress(Retryable, UnreadableItem):
        _remove_unused(fleet, set(names))


def sweep_tokens(fleet: Fleet, context: Context) -> None:
    """Delete the tokens that crashes, abandoned drafts and removals have left; the next call tries again."""
    oldest_kept = context.clock() - UNUSED_FOR
    try:
        changes = fleet.tokens.last_changes()
        _remove_unused(fleet, {name for name, changed_at in changes.items() if changed_at <= oldest_kept})
    except (Retryable, Misconfigured, UnreadableItem) as error:
        context.metrics.deferred("sweep_tokens", error)


def _remove_unused(fleet: Fleet, names: Collection[str]) -> None:
    for name in sorted(set(names) - set(fleet.catalogue.tokens_in_use())) if names else ():
        fleet.tokens.remove(name)
