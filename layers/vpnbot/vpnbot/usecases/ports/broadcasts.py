"""The ports for broadcasts and their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vpnbot.domain.broadcasts.broadcast import Broadcast
from vpnbot.domain.broadcasts.delivery import Delivery, Outcome
from vpnbot.domain.broadcasts.progress import Progress
from vpnbot.domain.effects import Effect
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person


class Broadcasts(Protocol):
    """The stored broadcasts. Each call may raise StorageUnavailable."""

    def get(self, broadcast_id: str) -> Broadcast | None:
        """Return a broadcast; None if there is none with this id.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
        """
        ...

    def latest(self, *, before: str = "", limit: int = 10) -> Sequence[Broadcast]:
        """Return at most `limit` broadcasts, the newest first; with `before`, those that are older than this id."""
        ...

    def save(self, before: Broadcast | None, after: Broadcast, entry: Entry, *effects: Effect) -> Broadcast:
        """Write a broadcast, the entry of its decision and the effects, all or none; return it as stored.

        Raises:
            AlreadyDecided: the cause of the entry is in the ledger.
            Conflict: it was changed since `before` was read.
            UnreadableItem: as `get`.
        """
        ...

    def progress(self, broadcast_id: str) -> Progress:
        """Return how far a broadcast is; nothing is done yet if nothing is stored."""
        ...

    def save_progress(self, broadcast_id: str, progress: Progress) -> None:
        """Write how far a broadcast is; only the slice that holds the claim calls it."""
        ...

    def decided(self, cause: str) -> bool:
        """Tell whether the ledger of the broadcasts has this cause."""
        ...


class Deliveries(Protocol):
    """The deliveries of broadcasts to people. Each call may raise StorageUnavailable."""

    def begin(self, broadcast_id: str, delivery: Delivery) -> Delivery | None:
        """Put the delivery to a person who has none yet, and return None; otherwise return the one there is."""
        ...

    def get(self, broadcast_id: str, person: str) -> Delivery | None:
        """Return the delivery to a person; None if there is none."""
        ...

    def end(self, broadcast_id: str, before: Delivery, after: Delivery) -> bool:
        """Write the outcome of a delivery; False, and no change, if it is not as in `before` any more."""
        ...

    def forget(self, broadcast_id: str, delivery: Delivery) -> None:
        """Remove a delivery that was not made, so that the person is tried again; nothing if it has changed."""
        ...

    def page(self, broadcast_id: str, shard: int, *, after: str = "", limit: int = 100) -> Sequence[Delivery]:
        """Return the next deliveries of a shard, in the order of the people's ids."""
        ...

    def counts(self, broadcast_id: str) -> Mapping[Outcome, int]:
        """Return how many deliveries have each outcome, from the items themselves."""
        ...


class BroadcastSender(Protocol):
    """Sends the message of a broadcast to people, and its progress to its author.

    Raises:
        Unreachable: the person blocked the bot, or the account is gone.
        TelegramUnavailable: Telegram asked to wait; the message was not sent.
        TelegramSilent: Telegram did not answer; the message may have been sent.
        MessageRefused: Telegram refuses this message, and says why.
    """

    def send(self, broadcast: Broadcast, person: Person) -> int:
        """Send the message, and return its id."""
        ...

    def correct(self, broadcast: Broadcast, person: Person, message_id: int) -> bool:
        """Give a message that was sent the present text; False if Telegram does not edit it any more."""
        ...

    def delete(self, person: Person, message_id: int) -> bool:
        """Delete a message that was sent; False if Telegram does not delete it any more."""
        ...

    def report(self, broadcast: Broadcast, author: Person, now: datetime) -> None:
        """Show the author how the broadcast stands, in its progress message; an error changes nothing."""
        ...
