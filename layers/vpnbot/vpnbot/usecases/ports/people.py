"""The ports for people: their stored data, their conversations, and the sender of notifications."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.registry import PaymentOwner
from vpnbot.domain.people.items import Observed
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import Names

if TYPE_CHECKING:
    from vpnbot.domain.people.quarantined_update import QuarantinedUpdate


class ConversationState(Protocol):
    """The state of one conversation, as the FSM storage stores it."""

    @property
    def state(self) -> str | None: ...

    @property
    def data_json(self) -> str: ...


class ConversationStates(Protocol):
    """A person's conversations, staged in memory until the next commit or flush."""

    def get(self, key: str) -> ConversationState:
        """Return the state under a storage key, staged changes included."""
        ...

    def stage(self, key: str, *, state: str | None, data_json: str) -> None:
        """Change a conversation in memory; `state` None ends it."""
        ...

    def moved(self, queue: str, update_id: int) -> bool:
        """Tell whether this update has already changed a stored conversation."""
        ...

    def mark(self, queue: str, update_id: int) -> None:
        """Record in every changed conversation that this update changed it."""
        ...

    def clear(self) -> None:
        """Remove all conversations of the person with the next commit or flush."""
        ...


class Session(Protocol):
    """One person's partition as loaded: decisions are made from it, and all changes go through it.

    `names` are those that Telegram shows now, which the next decision stores with what it changes; None: not known.
    """

    names: Names | None

    @property
    def person(self) -> Person:
        """The person as of the last load, commit or observation."""
        ...

    @property
    def states(self) -> ConversationStates:
        """The person's conversations."""
        ...

    @property
    def own_messages(self) -> Collection[str]:
        """The ids of the notifications and questions that this session committed.

        It holds their claims for the first minute.
        """
        ...

    def flush(self) -> None:
        """Write the staged conversations, if any changed.

        Raises:
            Conflict: another update changed the same conversation.
        """
        ...

    def reload(self) -> Person:
        """Load again with a strongly consistent read; items that cannot be read are in `Person.unreadable`."""
        ...

    def recall(self, order_id: str) -> Person:
        """Also read a closed order, now and with each reload; an order that does not exist is left out."""
        ...

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Write the difference, the ledger entries and the effects in one transaction of at most 100 actions.

        Use cases do not call it: they call `decide` or `apply_fact`, which add the effects that the change implies.

        Raises (where several apply, the first):
            AlreadyDecided: an entry's cause is in the ledger.
            Conflict: the person, or their conversation, changed meanwhile.
            CapacityExhausted, a subclass of Conflict: a counter is at its limit, or does not exist.
            ItemExists: `PutIfAbsent` met an item.
            UnreadableItem: this version cannot read the profile, the subscription or an item to be replaced.
            StorageUnavailable: the storage did not answer, and it is unknown whether the transaction was committed;
                a second call with the same cause is safe.
            ValueError: a bug: two actions on one item, more than 100 actions, a counter raised by more than one.
        """
        ...

    def observe(self, before: Observed, after: Observed | None) -> None:
        """Replace one item, or delete it (`after` None), if it is still as in `before`. Makes no ledger entry.

        Raises:
            ClaimLost: the item or its claim has changed.
        """
        ...

    def record_load(
        self,
        key: Key,
        fetch: LinkFetch | None,
        devices: Devices | None = None,
        *,
        first: bool = False,
        effects: Iterable[Effect] = (),
    ) -> bool:
        """Record that an app loaded the link of this key, and write the effects, in one transaction.

        None: the fetch, or the devices, stay as they are. With `first`, only if no fetch is recorded yet; `devices`
        only if they are stored as they were loaded. False, and no change, otherwise, and if the key is not the
        current one, or a stored record is unreadable.
        """
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger has this cause."""
        ...


class People(Protocol):
    """All people, by their ids."""

    def open(self, person_id: PersonId) -> Session:
        """Load a person with one strongly consistent read; an unknown person has only default values."""
        ...

    def record_reachable(self, person: Person, *, reachable: bool, effects: Iterable[Effect] = ()) -> None:
        """Record whether messages reach the person, with the effects; nothing if the profile changed meanwhile."""
        ...

    def erase_history(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """Delete one slice of the ledger entries up to `until`; return True when no entry is left to delete.

        Those of payments stay, with the register of payments, until `kept_until`.
        """
        ...

    def wipe_orders(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """Delete the address for receipts from a slice of the closed orders placed up to `until`.

        The orders stay until `kept_until`. Return True when no order is left to be changed.
        """
        ...

    def orders(self, person_id: PersonId, *, before: str = "", limit: int = 5) -> Sequence[Order]:
        """Return closed orders, the newest first; with `before` only those older than the order of this id.

        Orders that this version cannot read are left out.
        """
        ...

    def owner_of(self, provider: str, account: str, payment_id: str) -> PaymentOwner | None:
        """Return whose payment this is; None if no payment of this id was ever applied."""
        ...

    def invited_by(self, person_id: PersonId) -> int:
        """Return how many people came by the invitations of a person."""
        ...

    def history(self, person_id: PersonId) -> Sequence[Mapping[str, Any]]:
        """Return the person's ledger in order of time: mappings with `at`, `cause`, `what`, `actor`, `changes`."""
        ...

    def quarantined(self, person_id: PersonId) -> "Sequence[QuarantinedUpdate]":
        """Return the person's updates that wait in the quarantine, in order of time."""
        ...

    def last_decisions(self, person_id: PersonId, *, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return the last entries of the person's ledger, the newest first, as `history` does."""
        ...

    def decision(self, person_id: PersonId, cause: str) -> Mapping[str, Any] | None:
        """Return one entry of the person's ledger, as `history` does; None if the cause was not decided."""
        ...


class NotificationSender(Protocol):
    """Sends a notification to a person's chat.

    Raises:
        Unreachable: the person blocked the bot.
        TelegramUnavailable: try again later.
    """

    def notify(self, person: Person, notification: Notification, now: datetime) -> None:
        """Send one notification, worded as of `now`.

        Raises:
            Unreachable: the person has blocked the bot, or the account is gone.
            TelegramUnavailable: Telegram asked to wait; the message was not sent.
            TelegramSilent: Telegram did not answer; the message may have been sent.
            TelegramNotCalled, Misconfigured, MessageRefused: it was not sent.
        """
        ...
