"""What use cases need from outside. Adapters satisfy these by shape and import nothing from here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from vpnbot.domain.access import Access
from vpnbot.domain.breaker import Breaker
from vpnbot.domain.drift import Expected
from vpnbot.domain.due_item import DueItem
from vpnbot.domain.keys import Credentials, Key, KeyRing, PersonId
from vpnbot.domain.ledger import Entry
from vpnbot.domain.link_fetch import LinkFetch
from vpnbot.domain.notice import Notice
from vpnbot.domain.person import Person
from vpnbot.domain.plan import TRIAL, Plan
from vpnbot.domain.server import ClientPage, Health, Inbound, Listing, Server, Usage
from vpnbot.domain.server_round import ServerRound
from vpnbot.domain.share_link import Endpoint
from vpnbot.usecases.side_by_side import side_by_side


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
    UNPLACED = "Unplaced"
    PANEL_FAILURES = "PanelFailures"
    PANEL_PROBES = "PanelProbes"
    DRIFT = "Drift"
    STRAYS_REMOVED = "StraysRemoved"


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
    """VPN panels. Every call ends within seconds.

    Raises:
        PanelUnavailable: try again later; PanelResting, a kind of it: nobody was asked.
        PanelRefused: the operator has to mend something.
        Misconfigured: a setting, such as the panel's token, is missing.
    """

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the panel's client be what `access` wants (not ABSENT); making it twice makes one.

        Returns what the person's link shows for it; None where the key opens nothing.
        """
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

    def examine(self, server: Server) -> Health:
        """Return how the server is right now, for an operator: a panel that rests is asked all the same."""
        ...

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return a slice of all clients, whoever made them, in the order of their names; pages count from 1."""
        ...

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the ways into a server; its `inbound_id` need not be known yet."""
        ...

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Read how an inbound presents itself, without what a link says of the server around it."""
        ...

    def remove_named(self, server: Server, name: str) -> None:
        """Make a client be gone of which only the name is known any more; already gone is done."""
        ...


class Servers(Protocol):
    """The catalogue of servers. What was read may be half a minute old unless asked for `fresh`.

    Raises:
        StorageUnavailable: try again.
    """

    def get(self, server_id: str) -> Server:
        """Return a server.

        Raises:
            Misconfigured: there is none of this name.
        """
        ...

    def listings(self, *, fresh: bool = False) -> Sequence[Listing]:
        """Return all servers, in the order of their names, each with how full it is and how its panel answers."""
        ...

    def breaker(self, server_id: str) -> Breaker | None:
        """Return the breaker of a panel that has not answered lately."""
        ...

    def keep_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Trip, take, or (None) mend a breaker; False when somebody else was quicker."""
        ...


class ServerBook(Servers, Protocol):
    """The catalogue in the hands of those who keep it: the operator, and the rounds."""

    def add(self, server: Server, entry: Entry, first_round: ServerRound) -> None:
        """Put a server into the catalogue, with all its rooms empty and its first round due.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: there is one of this name.
        """
        ...

    def replace(self, before: Server, after: Server, entry: Entry) -> None:
        """Change a server; its rooms follow its capacity.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Conflict: somebody else has changed it meanwhile.
        """
        ...

    def remove(self, server: Server, entry: Entry) -> None:
        """Take a server out of the catalogue.

        Raises:
            AlreadyDecided: this cause has been carried out.
            Rejected: keys still take room on it.
            Conflict: somebody else has changed it meanwhile.
        """
        ...

    def expected(
        self, server_id: str, *, after: str = "", until: str | None = None, limit: int = 500
    ) -> Sequence[Expected]:
        """Return our keys on a server whose names lie in (after, until], in this order; the list lags a little."""
        ...

    def round(self, server_id: str) -> ServerRound | None:
        """Return how far the round over a server has got."""
        ...

    def keep_round(self, before: ServerRound, after: ServerRound) -> None:
        """Record how far a round has got.

        Raises:
            ClaimLost: somebody else goes on with it.
        """
        ...

    def hasten_round(self, server_id: str, now: datetime) -> None:
        """Let the next round begin at once."""
        ...


class PanelTokens(Protocol):
    """The tokens of the panels, in the operator's safe.

    Raises:
        Misconfigured: there is no safe, or no token of this name.
        Retryable: the safe did not answer.
    """

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return a token; `again` looks whether it has changed, once a minute at most."""
        ...

    def put(self, server_id: str, token: str) -> None: ...

    def remove(self, server_id: str) -> None: ...


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

    def postpone(self, item: DueItem, until: datetime, *, park: bool = False, attempts: int | None = None) -> bool:
        """Set a claimed item's next time, or park it; False when the claim is lost, which is left alone.

        `attempts` says how many are counted so far, if that is not as many as were claimed; 0: it is not put off but
        goes on.
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


class Together(Protocol):
    """Asks several questions and returns the answers in their order."""

    def __call__[T](self, questions: Sequence[Callable[[], T]]) -> Sequence[T]: ...


@dataclass(frozen=True, slots=True)
class Shop:
    """The outside as use cases see it. `trial` is what the free trial grants."""

    people: People
    panel: Panel
    servers: ServerBook
    ring: Callable[[], KeyRing]
    new_seed: Callable[[], str]
    clock: Callable[[], datetime]
    meter: Meter
    tokens: PanelTokens
    trial: Plan = TRIAL
    together: Together = side_by_side
