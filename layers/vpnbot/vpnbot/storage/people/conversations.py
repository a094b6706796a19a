"""The FSM states of a person's conversations, staged in memory and written with the decision of the update."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pynamodb.expressions.condition import Condition

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.storage.codec import epoch
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.table import Record
from vpnbot.storage.unknown_fields import unknown_attributes

PREFIX = "FSM#"
KEPT_FOR = timedelta(days=7)
_FIELDS = frozenset({"state", "data", "moved_by"})


@dataclass(frozen=True, slots=True)
class ConversationState:
    """One FSM item. `moved_by` is the id of the last update that changed it, for each of Telegram's queues."""

    state: str | None = None
    data_json: str = "{}"
    moved_by: Mapping[str, int] = field(default_factory=dict)
    version: int = 0


class ConversationStates:
    """The FSM items of one person: as stored, and as staged for the next write."""

    def __init__(self, person_id: PersonId, items: Iterable[Stored] = ()) -> None:
        self._person_id = person_id
        loaded = {item.sk.removeprefix(PREFIX): item for item in items if item.sk.startswith(PREFIX)}
        self._stored = {key: _from_stored(item) for key, item in loaded.items()}
        self._unknown = {key: _unknown(item) for key, item in loaded.items()}
        self._staged = dict(self._stored)
        self._cleared = False

    def get(self, key: str) -> ConversationState:
        """Return the state under a storage key, staged changes included."""
        return self._staged.get(key, ConversationState())

    def stage(self, key: str, *, state: str | None, data_json: str) -> None:
        """Change a conversation in memory; the next commit or flush writes it."""
        self._staged[key] = replace(self.get(key), state=state, data_json=data_json)

    def moved(self, queue: str, update_id: int) -> bool:
        """Tell whether this update has already changed one of the stored conversations."""
        return any(item.moved_by.get(queue) == update_id for item in self._stored.values())

    def mark(self, queue: str, update_id: int) -> None:
        """Record in every staged change that this update made it."""
        for key in self._changed():
            item = self._staged[key]
            self._staged[key] = replace(item, moved_by={**item.moved_by, queue: update_id})

    def clear(self) -> None:
        """Remove all conversations with the next commit or flush; their keys contain the Telegram user id."""
        self._staged = {}
        self._unknown = {}
        self._cleared = True

    def writes(self, now: datetime) -> Iterator[tuple[Record, Condition]]:
        """Yield the records to write, each with the condition that no other update has changed it."""
        for key in self._changed():
            item = self._staged[key]
            record = Record(
                self._person_id,
                PREFIX + key,
                body={"state": item.state or "", "data": item.data_json, "moved_by": dict(item.moved_by)},
                version=item.version + 1,
                expires_at=epoch(now + KEPT_FOR),
            )
            record.keep(self._unknown.get(key, {}))
            unchanged = Record.version == item.version if item.version else Record.pk.does_not_exist()
            yield record, unchanged

    def removals(self) -> Iterator[tuple[Record, Condition]]:
        """Yield the records to delete, each with the condition that no other update has changed it."""
        for key in self._stored.keys() - self._staged.keys():
            version = self._stored[key].version
            yield Record(self._person_id, PREFIX + key, version=version), Record.version == version

    def written(self) -> None:
        """Mark the staged changes as stored, after a write."""
        for key in self._changed():
            self._staged[key] = replace(self._staged[key], version=self._staged[key].version + 1)
        self._stored = dict(self._staged)
        self._cleared = False

    def restage(self, loaded: "ConversationStates") -> None:
        """Stage the changes that are staged here, with their updates, in states that were loaded later."""
        if self._cleared:
            loaded.clear()
        for key in self._changed():
            item, stored = self._staged[key], self._stored.get(key, ConversationState())
            marks = dict(item.moved_by.items() - stored.moved_by.items())
            newer = loaded.get(key)
            loaded._staged[key] = replace(
                newer, state=item.state, data_json=item.data_json, moved_by={**newer.moved_by, **marks}
            )

    def _changed(self) -> list[str]:
        return [key for key, item in self._staged.items() if item != self._stored.get(key, ConversationState())]


def _from_stored(item: Stored) -> ConversationState:
    """Read a conversation; fields that cannot be read get their default values.

    So a conversation is the only item that this version overwrites although it cannot read it: otherwise a person in
    such a conversation could not use the bot at all.
    """
    body = item.body
    state, data, moved_by = body.get("state"), body.get("data"), body.get("moved_by")
    return ConversationState(
        state=state if isinstance(state, str) and state else None,
        data_json=data if isinstance(data, str) and data else "{}",
        moved_by={queue: int(update_id) for queue, update_id in moved_by.items() if isinstance(update_id, Decimal)}
        if isinstance(moved_by, dict)
        else {},
        version=item.version,
    )


def _unknown(item: Stored) -> Mapping[str, Any]:
    fields = {name: value for name, value in item.body.items() if name not in _FIELDS}
    return {**unknown_attributes(item), "body": fields}
