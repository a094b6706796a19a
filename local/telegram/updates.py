"""Updates that wait for the bot: their life times, their queues, and getUpdates.

Queues and life times as in tdlib/telegram-bot-api, Client.cpp: messages queue per chat and live 24 hours; callback
queries queue per user, pre-checkout queries per user in a third queue, and both live 150 seconds.
The queues of edits and of subscriptions are not known: here an edit waits in the queue of its chat's messages, and
subscriptions have one of their own.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from local.telegram.change_signal import Signal
from local.telegram.errors import conflict

type UpdateKind = Literal[
    "message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member", "subscription"
]

LIFE = {
    "message": timedelta(hours=24),
    "edited_message": timedelta(hours=24),
    "my_chat_member": timedelta(hours=24),
    "subscription": timedelta(hours=24),
    "callback_query": timedelta(seconds=150),
    "pre_checkout_query": timedelta(seconds=150),
}
QUEUE_PER = {
    "message": "chat",
    "edited_message": "chat",
    "my_chat_member": "member",
    "callback_query": "taps",
    "pre_checkout_query": "checkout",
    "subscription": "subscription",
}
FIRST_UPDATE_ID = 500_000_001
REMEMBERED_UPDATES = 5_000


@dataclass(slots=True)
class Update:
    """One update to deliver; `wait_seconds` doubles with each failed attempt, as in Telegram's server."""

    update_id: int
    kind: UpdateKind
    payload: dict[str, object]
    queue: str
    expires_at: datetime
    attempts: int = 0
    wait_seconds: float = 1
    ready_at: datetime | None = None
    handed_out: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the Bot API's Update."""
        return {"update_id": self.update_id, self.kind: self.payload}


class PendingUpdates:
    """The updates that the bot has not accepted yet, oldest first, and the last ones that it has."""

    def __init__(self, now: Callable[[], datetime], changed: Signal) -> None:
        """Updates expire by the clock `now`; `changed` is notified when one is added or removed."""
        self._now = now
        self._changed = changed
        self._next_id = FIRST_UPDATE_ID
        self._pending: dict[int, Update] = {}
        self._taken: dict[int, Update] = {}
        self.allowed: frozenset[str] = frozenset()

    def __len__(self) -> int:
        """Return the number of pending updates."""
        return len(self._pending)

    def add(
        self, kind: UpdateKind, user_id: int, payload: dict[str, object], *, own_queue: bool = False
    ) -> int | None:
        """Add an update; return its id, or None when the bot did not ask for this kind.

        With `own_queue` it does not wait for earlier updates, as after a timeout of Telegram during which the bot
        still works.
        """
        if self.allowed and kind not in self.allowed:
            return None
        update_id = self._next_id
        self._next_id += 1
        queue = f"{QUEUE_PER[kind]}:{user_id}" + (f":{update_id}" if own_queue else "")
        self._pending[update_id] = Update(update_id, kind, payload, queue, self._now() + LIFE[kind])
        self._changed.notify()
        return update_id

    def again(self, update_id: int) -> None:
        """Make an accepted update pending again; raise KeyError if it is no longer stored."""
        if update_id in self._pending:
            return
        taken = self._taken[update_id]
        fresh = self._now() + LIFE[taken.kind]
        self._pending[update_id] = Update(update_id, taken.kind, taken.payload, taken.queue, fresh)
        self._changed.notify()

    @property
    def last_id(self) -> int:
        """Return the id of the newest update, delivered or not."""
        return self._next_id - 1

    def find(self, update_id: int) -> Update | None:
        """Return an update that is pending or still stored."""
        return self._pending.get(update_id) or self._taken.get(update_id)

    def waiting(self) -> list[Update]:
        """Return the pending updates, oldest first; expired ones are removed."""
        now = self._now()
        for update in [update for update in self._pending.values() if update.expires_at < now]:
            self.drop(update)
        return list(self._pending.values())

    def drop(self, update: Update) -> None:
        """Remove an update from the pending ones: it was delivered, confirmed or has expired."""
        self._pending.pop(update.update_id, None)
        self._taken[update.update_id] = update
        while len(self._taken) > REMEMBERED_UPDATES:
            del self._taken[next(iter(self._taken))]
        self._changed.notify()

    def drop_all(self) -> None:
        """Remove all pending updates: `drop_pending_updates`."""
        for update in list(self._pending.values()):
            self.drop(update)

    def remembered_ids(self) -> list[int]:
        """Return the ids of the updates that can be delivered again, oldest first."""
        return list(self._taken)


class Polling:
    """getUpdates: one reader at a time."""

    def __init__(self, updates: PendingUpdates, changed: Signal) -> None:
        """Read from `updates`; `changed` wakes a waiting reader."""
        self._updates = updates
        self._changed = changed
        self._stopped_by: dict[object, str] = {}
        self._reader: object | None = None

    @property
    def open(self) -> bool:
        """Whether a getUpdates request is open."""
        return self._reader is not None

    @property
    def busy(self) -> bool:
        """Whether a reader has not confirmed its updates yet, or is about to receive some."""
        waiting = self._updates.waiting()
        return any(update.handed_out for update in waiting) or (self._reader is not None and bool(waiting))

    def terminate(self, reason: str) -> None:
        """End the open getUpdates request with a 409 that contains the reason."""
        if self._reader is not None:
            self._stopped_by[self._reader] = reason
            self._reader = None
            self._changed.notify()

    async def read(self, offset: int, limit: int, timeout_seconds: float) -> list[dict[str, object]]:
        """Confirm all updates below `offset`; return pending ones, at the latest after the timeout."""
        self.terminate("other getUpdates request; make sure that only one bot instance is running")
        for update in self._updates.waiting():
            if update.update_id < offset:
                self._updates.drop(update)
        reader = self._reader = object()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        try:
            while not self._updates.waiting() and (left := deadline - loop.time()) > 0:
                await self._changed.wait(left)
                if reader in self._stopped_by:
                    raise conflict(f"terminated by {self._stopped_by[reader]}")
            return _hand_out(self._updates.waiting()[:limit])
        finally:
            self._stopped_by.pop(reader, None)
            if self._reader is reader:
                self._reader = None


def _hand_out(updates: Sequence[Update]) -> list[dict[str, object]]:
    for update in updates:
        update.handed_out = True
    return [update.as_json() for update in updates]
