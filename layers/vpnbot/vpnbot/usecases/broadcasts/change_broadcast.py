"""Decide about a broadcast: each decision once for its cause, and only about the version that was shown."""

from collections.abc import Callable

from vpnbot.domain.broadcasts.broadcast import Broadcast
from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff import acts
from vpnbot.domain.staff.acts import Act, BroadcastAct
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports.broadcasts import Broadcasts


class UnknownBroadcast(Rejected):
    """There is no broadcast with this id."""


class ChangedMeanwhile(Rejected):
    """The broadcast is not as it was shown; `current` is how it is now."""

    def __init__(self, current: Broadcast) -> None:
        super().__init__("the broadcast has changed since it was shown")
        self.current = current


def add_broadcast(broadcasts: Broadcasts, draft: Broadcast, entry: Entry) -> Broadcast:
    """Store a draft, and return it as stored; a repetition returns the one that was stored.

    Raises:
        Conflict, StorageUnavailable: try again with the same cause.
    """
    try:
        return broadcasts.save(None, draft, entry)
    except AlreadyDecided:
        return stored(broadcasts, draft.id)


def change_broadcast(
    broadcasts: Broadcasts,
    broadcast_id: str,
    entry: Entry,
    change: Callable[[Broadcast], Broadcast],
    *,
    seen: int | None = None,
    act: BroadcastAct | None = None,
) -> Broadcast:
    """Commit a change, and return the broadcast as stored; a cause that was decided before changes nothing.

    `seen` is the version that the person who decides was shown; None: any. With `act` it is in the log of acts.

    Raises:
        ChangedMeanwhile: it has another version now, and this cause has not made it.
        IllegalStep, BadContent: `change` refuses, and this cause has not made the change before.
        UnknownBroadcast: there is none with this id.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    before = stored(broadcasts, broadcast_id)
    if broadcasts.decided(entry.cause):
        return stored(broadcasts, broadcast_id)  # perhaps since the first read
    if seen is not None and before.version != seen:
        raise ChangedMeanwhile(before)
    after = change(before)
    if after == before:
        return before
    try:
        return broadcasts.save(before, after, entry, *_logged(after, entry, act))
    except AlreadyDecided:
        return stored(broadcasts, broadcast_id)


def _logged(broadcast: Broadcast, entry: Entry, act: BroadcastAct | None) -> tuple[Effect, ...]:
    if act is None:
        return ()
    return (acts.written(Act(entry.cause, act, entry.actor, "", entry.at, value=broadcast.title)),)


def stored(broadcasts: Broadcasts, broadcast_id: str) -> Broadcast:
    """Return a broadcast as stored.

    Raises:
        UnknownBroadcast: there is none with this id.
        StorageUnavailable, UnreadableItem: as `Broadcasts.get`.
    """
    found = broadcasts.get(broadcast_id)
    if found is None:
        raise UnknownBroadcast(broadcast_id)
    return found
