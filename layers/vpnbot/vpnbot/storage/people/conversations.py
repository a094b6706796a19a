"""Where a conversation stands: FSM state and data, staged in memory and written with whatever the update decides."""

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
    """One FSM item. `moved_by` remembers, for each of Telegram's queues, the last update that changed it."""

    state: str | None = None
    data_json: str = "{}"
    moved_by: Mapping[str, int] = field(default_factory=dict)
    version: int = 0


class ConversationStates:
    """The FSM items of one person, as loaded and as they should become."""

    def __init__(self, person_id: PersonId, items: Iterable[Stored] = ()) -> None:
        self._person_id = person_id
        loaded = {item.sk.removeprefix(PREFIX): item for item in items if item.sk.startswith(PREFIX)}
        self._stored = {key: _from_stored(item) for key, item in loaded.items()}
        self._unknown = {key: _unknown(item) for key, item in loaded.items()}
        self._staged = dict(self._stored)
        self._forgotten = False

    def get(self, key: str) -> ConversationState:
        """Return the state under a storage key, staged changes included."""
        return self._staged.get(key, ConversationState())

    def stage(self, key: str, *, state: str | None, data_json: str) -> None:
        """Change it in memory; the next commit or flush writes it."""
        self._staged[key] = replace(self.get(key), state=state, data_json=data_json)

    def moved(self, queue: str, update_id: int) -> bool:
        """Whether this very update has already moved one of the conversations."""
        return any(item.moved_by.get(queue) == update_id for item in self._stored.values())

    def mark(self, queue: str, update_id: int) -> None:
        """Let whatever is staged remember the update that moved it."""
        for key in self._changed():
            item = self._staged[key]
            self._staged[key] = replace(item, moved_by={**item.moved_by, queue: update_id})

    def clear(self) -> None:
        """Forget every conversation: the next commit or flush removes the items, whose very keys name the person."""
        self._staged = {}
        self._unknown = {}
        self._forgotten = True

    def writes(self, now: datetime) -> Iterator[tuple[Record, Condition]]:
        """Yield what has to be written, each with the condition that no other update has moved it."""
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
            unmoved = Record.version == item.version if item.version else Record.pk.does_not_exist()
            yield record, unmoved

    def removals(self) -> Iterator[tuple[Record, Condition]]:
        """Yield what has to go, each with the condition that no other update has moved it."""
        for key in self._stored.keys() - self._staged.keys():
            version = self._stored[key].version
            yield Record(self._person_id, PREFIX + key, version=version), Record.version == version

    def written(self) -> None:
        """Take what was staged as stored."""
        for key in self._changed():
            self._staged[key] = replace(self._staged[key], version=self._staged[key].version + 1)
        self._stored = dict(self._staged)
        self._forgotten = False

    def restage(self, loaded: "ConversationStates") -> None:
        """Carry what is staged here, and which update staged it, over to a newer picture."""
        if self._forgotten:
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
    """Read a conversation; what cannot be read of it is as if it were not there.

    So a conversation is the one item that is overwritten although another version has written it: a question that
    cannot go on would keep the person from everything else.
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
