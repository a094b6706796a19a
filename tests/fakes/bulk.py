"""The turn of bulk jobs, the rows of waiting people and the audience, in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from tests.fakes.faults import Faults
from tests.fakes.people import Table
from vpnbot.domain.audience.facts import audience_shard, facts_about
from vpnbot.domain.audience.segment import Criteria
from vpnbot.domain.audience.turn import Turn
from vpnbot.domain.keys.key_ring import PersonId


class TurnInMemory:
    """Implements the `BulkTurn` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()

    def current(self) -> Turn:
        """Return the turn."""
        self._faults.reached("turn.read")
        return self._table.turn

    def take(self, rank: str, now: datetime, until: datetime) -> Turn | None:
        """Take the turn, or hold the rank of the job that is refused."""
        self._faults.reached("turn.take")
        with self._table.lock:
            self._table.turn = self._table.turn.asked(rank, now, until)
            return self._table.turn if self._table.turn.has(rank, until) else None

    def end(
        self, rank: str, until: datetime, now: datetime, *, rate: int | None = None, goes_on: bool = False
    ) -> None:
        """Give the turn back, if it is still the same."""
        self._faults.reached("turn.end")
        with self._table.lock:
            turn = self._table.turn
            if turn.has(rank, until):
                self._table.turn = turn.ended(now, rate, goes_on=goes_on)

    def pause(self, until: datetime, now: datetime) -> None:
        """Record until when Telegram has asked to wait."""
        self._faults.reached("turn.pause")
        with self._table.lock:
            turn = self._table.turn
            later = max(turn.paused_until or until, until)
            self._table.turn = replace(turn, paused_until=later, taken_until=turn.taken_until or now)


class WaiterRowsInMemory:
    """Implements the `WaiterRows` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()

    def page(self, partition: str, *, after: str = "", limit: int = 50) -> Sequence[PersonId]:
        """Return the next people of a partition in order."""
        self._faults.reached("query")
        with self._table.lock:
            keys = sorted(key for within, key in self._table.rows if within == partition and key > after)
        return [PersonId(key) for key in keys[:limit]]


class AudienceInMemory:
    """Implements the `Audience` port over the in-memory table."""

    def __init__(self, table: Table | None = None, faults: Faults | None = None) -> None:
        self._table = table or Table()
        self._faults = faults or Faults()
        self.backfilled = True

    def count(self, criteria: Criteria) -> int:
        """Return how many people meet the criteria."""
        self._faults.reached("audience.count")
        return sum(criteria.met_by(facts) for facts in self._listed().values())

    def page(self, shard: int, *, after: str = "", limit: int = 100) -> Sequence[tuple[PersonId, str]]:
        """Return the next people of a shard in order."""
        self._faults.reached("audience.page")
        return sorted(self._listed(lambda who: who > after and audience_shard(who) == shard).items())[:limit]

    def found(self, criteria: Criteria) -> Iterator[str]:
        """Yield the facts of the people who meet the criteria."""
        self._faults.reached("audience.found")
        yield from (facts for facts in self._listed().values() if criteria.met_by(facts))

    def complete(self) -> bool:
        """Tell whether all people are listed."""
        return self.backfilled

    def _listed(self, wanted: Callable[[PersonId], bool] = lambda _: True) -> dict[PersonId, str]:
        with self._table.lock:
            stored = [PersonId(key) for key, items in self._table.items.items() if "USER" in items]
            people = [self._table.person(person_id) for person_id in stored if wanted(person_id)]
        found = {person.id: facts_about(person) for person in people}
        return {person_id: facts.text() for person_id, facts in found.items() if facts is not None}
