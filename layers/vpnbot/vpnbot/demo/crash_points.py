"""Named points before and after each write of a decision or an observation, where a planned crash can happen.

The wrappers implement the ports of the use cases and delegate to the storage. They are used in stage demo, and by
tests that inject faults into the storage.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.registry import PaymentOwner
from vpnbot.domain.people.items import Observed
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.quarantined_update import QuarantinedUpdate
from vpnbot.domain.people.user import Names
from vpnbot.usecases.ports import People, Session
from vpnbot.usecases.ports.people import ConversationStates

BEFORE_COMMIT = "commit.before"
AFTER_COMMIT = "commit.after"
BEFORE_OBSERVE = "observe.before"
AFTER_OBSERVE = "observe.after"

type Reached = Callable[[str], None]
"""Called with the name of each point that is reached; it may raise, or end the process."""


class SessionWithCrashPoints:
    """A session that delegates to another one; every method does what the port says."""

    def __init__(self, session: Session, reached: Reached) -> None:
        self._session = session
        self._reached = reached

    @property
    def person(self) -> Person:
        """As the port says."""
        return self._session.person

    @property
    def states(self) -> ConversationStates:
        """As the port says."""
        return self._session.states

    @property
    def own_messages(self) -> Collection[str]:
        """As the port says."""
        return self._session.own_messages

    @property
    def names(self) -> Names | None:
        """As the port says."""
        return self._session.names

    @names.setter
    def names(self, names: Names | None) -> None:
        self._session.names = names

    def flush(self) -> None:
        """Write the staged conversations; no crash point."""
        self._session.flush()

    def reload(self) -> Person:
        """Load again; no crash point."""
        return self._session.reload()

    def recall(self, order_id: str) -> Person:
        """As the port says; no crash point."""
        return self._session.recall(order_id)

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Commit between two crash points."""
        self._reached(BEFORE_COMMIT)
        committed = self._session.commit(after, *entries, effects=effects)
        self._reached(AFTER_COMMIT)
        return committed

    def observe(self, before: Observed, after: Observed | None) -> None:
        """Record an observation between two crash points."""
        self._reached(BEFORE_OBSERVE)
        self._session.observe(before, after)
        self._reached(AFTER_OBSERVE)

    def record_load(
        self,
        key: Key,
        fetch: LinkFetch | None,
        devices: Devices | None = None,
        *,
        first: bool = False,
        effects: Iterable[Effect] = (),
    ) -> bool:
        """Record a load; no crash point: an app that gets no answer loads the link again."""
        return self._session.record_load(key, fetch, devices, first=first, effects=effects)

    def decided(self, cause: str) -> bool:
        """As the port says."""
        return self._session.decided(cause)


class PeopleWithCrashPoints:
    """All people; the sessions that it returns have crash points."""

    def __init__(self, people: People, reached: Reached) -> None:
        self._people = people
        self._reached = reached

    def open(self, person_id: PersonId) -> SessionWithCrashPoints:
        """Load a person."""
        return SessionWithCrashPoints(self._people.open(person_id), self._reached)

    def record_reachable(self, person: Person, *, reachable: bool, effects: Iterable[Effect] = ()) -> None:
        """As the port says."""
        self._people.record_reachable(person, reachable=reachable, effects=effects)

    def erase_history(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """As the port says."""
        return self._people.erase_history(person_id, until, kept_until)

    def wipe_orders(self, person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
        """As the port says."""
        return self._people.wipe_orders(person_id, until, kept_until)

    def orders(self, person_id: PersonId, *, before: str = "", limit: int = 5) -> Sequence[Order]:
        """As the port says."""
        return self._people.orders(person_id, before=before, limit=limit)

    def owner_of(self, provider: str, account: str, payment_id: str) -> PaymentOwner | None:
        """As the port says."""
        return self._people.owner_of(provider, account, payment_id)

    def invited_by(self, person_id: PersonId) -> int:
        """As the port says."""
        return self._people.invited_by(person_id)

    def history(self, person_id: PersonId) -> Sequence[Mapping[str, Any]]:
        """As the port says."""
        return self._people.history(person_id)

    def quarantined(self, person_id: PersonId) -> Sequence[QuarantinedUpdate]:
        """As the port says."""
        return self._people.quarantined(person_id)

    def last_decisions(self, person_id: PersonId, *, limit: int) -> Sequence[Mapping[str, Any]]:
        """As the port says."""
        return self._people.last_decisions(person_id, limit=limit)

    def decision(self, person_id: PersonId, cause: str) -> Mapping[str, Any] | None:
        """As the port says."""
        return self._people.decision(person_id, cause)
