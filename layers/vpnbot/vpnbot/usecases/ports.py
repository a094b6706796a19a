"""What use cases need from outside. Adapters satisfy these by shape and import nothing from here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from vpnbot.domain.access import Access
from vpnbot.domain.due_item import DueItem
from vpnbot.domain.keys import Credentials, Key, KeyRing, PersonId
from vpnbot.domain.ledger import Entry
from vpnbot.domain.link_fetch import LinkFetch
from vpnbot.domain.notice import Notice
from vpnbot.domain.person import Person
from vpnbot.domain.server import Health, Server, Usage
from vpnbot.domain.share_link import Endpoint


class Metric(StrEnum):
    """What is counted, one word each; the names of the CloudWatch metrics."""

    FIRST_CONTACTS = "FirstContacts"
    TRIALS = "Trials"
    CONNECTED = "Connected"
    EXPIRED = "Expired"
    DELETED = "Deleted"
    DUPLICATES = "Duplicates"
    CONFLICTS = "Conflicts"
    REFUSED = "Refused"
    PARKED = "Parked"
    CLOCK_LAG = "ClockLag"
    DUE = "Due"
    UNDELIVERED = "Undelivered"
    BUGS = "Bugs"
    RETRIED = "Retried"
    UNKNOWN_UPDATES = "UnknownUpdates"


class Meter(Protocol):
    """Where things are counted and noted."""

    def count(self, metric: Metric, value: float = 1) -> None: ...

    def put_off(self, work: str, why: Exception) -> None:
        """Note, for the operator, why a piece of work has to wait."""
        ...


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
    def told(self) -> Collection[str]:
        """The notices that this session itself has committed: nobody else is at them for their first minute."""
        ...

    def flush(self) -> None:
        """Write the staged conversations, if any changed.

        Raises:
            Conflict: another update moved the same conversation.
        """
        ...

    def reload(self) -> Person:
        """Load anew, consistently."""
        ...

    def commit(self, after: Person, *entries: Entry) -> Person:
        """Write the difference and the ledger entries in one transaction.

        Raises:
            AlreadyDecided: an entry's cause is in the ledger.
            Conflict: the person changed meanwhile.
            StorageUnavailable: it may or may not have happened; asking again tells.
        """
        ...

    def observe(self, before: Access | Notice, after: Access | Notice | None) -> None:
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


class Panel(Protocol):
    """One kind of VPN panel. Every call ends within seconds.

    Raises:
        PanelUnavailable: try again later.
        PanelRefused: the operator has to mend something.
    """

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint:
        """Make the panel's client be what `access` wants, enabled or disabled; making it twice makes one."""
        ...

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Make the client be gone; already gone is done."""
        ...

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the client's traffic, or None when the panel knows no such client."""
        ...

    def health(self, server: Server) -> Health:
        """Return how the server is; a panel that does not answer is an answer too, so this never raises."""
        ...


class Servers(Protocol):
    """The catalogue of servers."""

    def get(self, server_id: str) -> Server:
        """Return a server.

        Raises:
            Misconfigured: there is none of this name.
        """
        ...

    def placed(self) -> Sequence[Server]:
        """Return the servers that a new key goes to, at least one.

        Raises:
            Misconfigured: the operator has added none yet.
        """
        ...


class Messenger(Protocol):
    """Says unasked things in a person's chat.

    Raises:
        Unreachable: the person blocked the bot.
        Misconfigured: the operators' own chat cannot be written to.
        MessengerUnavailable: try again later.
    """

    def notify(self, person: Person, notice: Notice, now: datetime) -> None: ...


class DueIndex(Protocol):
    """The list of all work that waits for its time."""

    def due(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return what is due in every shard, oldest first, at most `limit` in all."""
        ...

    def claim(self, item: DueItem, now: datetime) -> DueItem | None:
        """Take an item for one worker; None when somebody else has it or its time has moved."""
        ...

    def postpone(self, item: DueItem, until: datetime, *, park: bool = False, progress: bool = False) -> bool:
        """Set a claimed item's next time, or park it; False when the claim is lost, which is left alone.

        `progress` says that it is not put off but goes on: attempts are counted anew.
        """
        ...

    def done(self, item: DueItem) -> None:
        """Take a claimed item off the list; a lost claim is left alone."""
        ...


class DueQueue(Protocol):
    """Hands claims to workers."""

    def send(self, items: Sequence[DueItem]) -> None: ...


class Parking(Protocol):
    """Where updates wait that a bug of ours could not handle, until the operator replays them."""

    def park(self, update: Mapping[str, Any], reason: str) -> None:
        """Keep an update.

        Raises:
            Retryable: the queue did not take it.
            Rejected: it never will.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shop:
    """The outside as use cases see it."""

    people: People
    panel: Panel
    servers: Servers
    ring: Callable[[], KeyRing]
    new_seed: Callable[[], str]
    clock: Callable[[], datetime]
    meter: Meter
