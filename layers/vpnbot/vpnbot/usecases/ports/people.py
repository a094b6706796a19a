"""People: their partitions, their conversations, and how unasked words reach them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person


class ConversationState(Protocol):
    """Where one conversation stands, as the FSM storage keeps it."""

    @property
    def state(self) -> str | None: ...

    @property
    def data_json(self) -> str: ...


class ConversationStates(Protocol):
    """A person's conversations, staged in memory until the next commit or flush."""

    def get(self, key: str) -> ConversationState: ...

    def stage(self, key: str, *, state: str | None, data_json: str) -> None: ...

    def moved(self, queue: str, update_id: int) -> bool: ...

    def mark(self, queue: str, update_id: int) -> None: ...

    def clear(self) -> None: ...


class Session(Protocol):
    """One person's partition, loaded: the picture decisions are made from, and the only way to change it."""

    @property
    def person(self) -> Person:
        """The picture as of the last load or commit."""
        ...

    @property
    def states(self) -> ConversationStates:
        """The person's conversations."""
        ...

    @property
    def own_notifications(self) -> Collection[str]:
        """The notices that this session has committed: it has their claim for the first minute."""
        ...

    def flush(self) -> None:
        """Write the staged conversations, if any changed.

        Raises:
            Conflict: another update moved the same conversation.
        """
        ...

    def reload(self) -> Person:
        """Load again, consistently. What cannot be read is set aside, see `Person.unreadable`."""
        ...

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Write the difference, the ledger entries and the effects in one transaction of at most 100 actions.

        Use cases call `decide` or `apply_fact`, which add what follows from the difference for other items.

        Raises (where several apply, the first):
            AlreadyDecided: an entry's cause is in the ledger.
            Conflict: the person, or their conversation, changed meanwhile.
            CapacityExhausted, a kind of Conflict: a counter is at its limit, or does not exist.
            ItemExists: an item that was to be put if absent exists.
            UnreadableItem: profile, subscription or an item that would be replaced is unreadable to this version.
            StorageUnavailable: it may or may not have happened; asking again tells.
            ValueError: a bug: two actions on one item, more than 100 actions, a counter raised by more than one.
        """
        ...

    def observe(self, before: Access | Notification, after: Access | Notification | None) -> None:
        """Record what was seen of one item, or that it is done with (None), if it is still as it was claimed.

        Raises:
            ClaimLost: it is not.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger has this cause."""
        ...


class People(Protocol):
    """Everybody."""

    def open(self, person_id: PersonId) -> Session:
        """Load a person with one strongly consistent read; a stranger is a person of whom nothing is known."""
        ...

    def record_fetch(self, person_id: PersonId, key: Key, fetch: LinkFetch) -> bool:
        """Note that an app loaded the link of this key; False, and nothing kept, when the key has gone meanwhile."""
        ...

    def record_reachable(self, person: Person, *, reachable: bool) -> None:
        """Note whether the person can be written to; a picture that is stale by now is left alone."""
        ...

    def erase_history(self, person_id: PersonId, until: datetime) -> bool:
        """Remove a slice of what a person's ledger has up to `until`; True when nothing is left to remove."""
        ...

    def history(self, person_id: PersonId) -> Sequence[Mapping[str, Any]]:
        """Return the person's ledger in order of time, as plain values."""
        ...


class NotificationSender(Protocol):
    """Says unasked things in a person's chat.

    Raises:
        Unreachable: the person blocked the bot.
        Misconfigured: the operators' own chat cannot be written to.
        MessengerUnavailable: try again later.
    """

    def notify(self, person: Person, notice: Notification, now: datetime) -> None: ...
