"""Make and change an item that the staff decide about: each decision once for its cause, and in the log of acts."""

from collections.abc import Callable
from typing import Protocol

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff import acts
from vpnbot.domain.staff.acts import Act
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports.decided_items import DecidedItems


class Versioned(Protocol):
    """An item with an id, and the version that its screens have shown."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...


class UnknownItem(Rejected):
    """There is no item with this id."""


class IdTaken(Rejected):
    """There is an item with this id, now or from earlier: the two could not be told apart."""


class ItemChanged(Rejected):
    """The item is not as it was shown."""


def make_item[T: Versioned](items: DecidedItems[T], draft: T, entry: Entry, act: Act) -> T:
    """Store a new item, and return it as stored; a repetition returns the one that was stored.

    Raises:
        IdTaken: the id is taken.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    if items.get(draft.id) is not None:
        if items.decided(entry.cause):
            return known_item(items, draft.id)
        raise IdTaken(draft.id)
    try:
        return items.decide(None, draft, entry, acts.written(act))
    except AlreadyDecided:
        return known_item(items, draft.id)


def change_item[T: Versioned](
    items: DecidedItems[T],
    item_id: str,
    entry: Entry,
    change: Callable[[T], T],
    act: Callable[[T], Act],
    *,
    seen: int,
) -> T:
    """Commit a change of the version `seen`, and return the item; a cause that was decided before changes nothing.

    `act` returns what the log of acts has, from the changed item.

    Raises:
        ItemChanged: it has another version now, and this cause has not made it.
        UnknownItem: there is none with this id.
        Rejected: `change` refuses.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    before = known_item(items, item_id)
    if before.version != seen:
        if items.decided(entry.cause):
            return before
        raise ItemChanged(item_id)
    after = change(before)
    if after == before:
        return before
    try:
        return items.decide(before, after, entry, acts.written(act(after)))
    except AlreadyDecided:
        return known_item(items, item_id)


def known_item[T: Versioned](items: DecidedItems[T], item_id: str) -> T:
    """Return an item as stored.

    Raises:
        UnknownItem: there is none with this id.
        StorageUnavailable, UnreadableItem: as `DecidedItems.get`.
    """
    found = items.get(item_id)
    if found is None:
        raise UnknownItem(item_id)
    return found
