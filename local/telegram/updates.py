"""Updates that wait for the bot: how long they live, which queue they stand in, and getUpdates for who polls.

Queues and life times as in tdlib/telegram-bot-api, Client.cpp: messages queue per chat and live 24 hours; callback
queries queue per user, pre-checkout queries per user in a third queue, and both live 150 seconds.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from local.telegram.change_signal import Signal
from local.telegram.errors import conflict

type UpdateKind = Literal["message", "callback_query", "pre_checkout_query", "my_chat_member"]

LIFE = {
    "message": timedelta(hours=24),
    "my_chat_member": timedelta(hours=24),
    "callback_query": timedelta(seconds=150),
    "pre_checkout_query": timedelta(seconds=150),
}
QUEUE_PER = {
    "message": "chat",
    "my_chat_member": "member",
    "callback_query": "taps",
    "pre_checkout_query": "checkout",
}
FIRST_UPDATE_ID = 500_000_001
REMEMBERED_UPDATES = 5_000


@dataclass(slots=True)
class Update:
    """One update on its way; `wait_seconds` doubles with each failed attempt as Telegram's does."""

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
    """Everything the bot has not taken yet, oldest first, and the updates that it took."""

    def __init__(self, now: Callable[[], datetime], changed: Signal) -> None:
        """Keep the clock that updates expire by; `changed` tells of every arrival and departure."""
        self._now = now
        self._changed = changed
        self._next_id = FIRST_UPDATE_ID
        self._pending: dict[int, Update] = {}
        self._taken: dict[int, Update] = {}
        self.allowed: frozenset[str] = frozenset()

    def __len__(self) -> int:
        """Count what waits."""
        return len(self._pending)

    def add(
        self, kind: UpdateKind, user_id: int, payload: dict[str, object], *, own_queue: bool = False
    ) -> int | None:
        """Add an update; return its id, or None when the bot asked for no such updates.

        `own_queue` lets it overtake, as when Telegram gives up on a connection on which the bot still works.
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
        """Let an update that the bot already took be delivered once more; raise KeyError for one not remembered."""
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
        """Return an update that waits or is still remembered."""
        return self._pending.get(update_id) or self._taken.get(update_id)

    def waiting(self) -> list[Update]:
        """Return what waits, oldest first, without what has expired."""
        now = self._now()
        for update in [update for update in self._pending.values() if update.expires_at < now]:
            self.drop(update)
        return list(self._pending.values())

    def drop(self, update: Update) -> None:
        """Take an update off: delivered, confirmed or expired."""
        self._pending.pop(update.update_id, None)
        self._taken[update.update_id] = update
        while len(self._taken) > REMEMBERED_UPDATES:
            del self._taken[next(iter(self._taken))]
        self._changed.notify()

    def drop_all(self) -> None:
        """Take everything off: `drop_pending_updates`."""
        for update in list(self._pending.values()):
            self.drop(update)

    def remembered_ids(self) -> list[int]:
        """Return the ids of the updates that can be delivered again, oldest first."""
        return list(self._taken)


class Polling:
    """getUpdates: one reader at a time."""

    def __init__(self, updates: PendingUpdates, changed: Signal) -> None:
        """Read from `updates`, woken by `changed`."""
        self._updates = updates
        self._changed = changed
        self._stopped_by: dict[object, str] = {}
        self._reader: object | None = None

    @property
    def open(self) -> bool:
        """Tell whether a poller is reading now."""
        return self._reader is not None

    @property
    def busy(self) -> bool:
        """Tell whether a reader holds updates that it has not confirmed, or is about to be handed some."""
        waiting = self._updates.waiting()
        return any(update.handed_out for update in waiting) or (self._reader is not None and bool(waiting))

    def terminate(self, reason: str) -> None:
        """End the poll that is open, with a 409 that says why."""
        if self._reader is not None:
            self._stopped_by[self._reader] = reason
            self._reader = None
            self._changed.notify()

    async def read(self, offset: int, limit: int, timeout_seconds: float) -> list[dict[str, object]]:
        """Confirm everything below `offset`; return what waits, at the latest when the time is up."""
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
