"""Record the people whose keys are on a server that is down: each time their keys come, go, or work again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.servers.downtime import HURT_SHARDS, Downtime, Hurt
from vpnbot.usecases.ports import Context, Fleet, People
from vpnbot.usecases.ports.downtimes import HurtPeople

LONGEST = timedelta(seconds=40)
"""After this time the recording stops; the next one goes on with those who are not recorded yet."""

_PAGE = 500
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records the people of one downtime. `at` is the present time, or the end of the downtime after it."""

    downtime: Downtime
    hurt: HurtPeople
    people: People
    fleet: Fleet
    context: Context

    def record(self, at: datetime) -> bool:
        """Record everybody who has a key there now; False if there was not enough time for all.

        The index of keys lags a little, which shortens or lengthens the time of a person by as much.

        Raises:
            StorageUnavailable: the storage did not answer; due work tries again.
        """
        known, present = {hurt.person: hurt for hurt in self.everybody()}, self._present()
        changes = [*self._begun(known, present, at), *self._ended(known, present, at)]
        ends_at = self.context.clock() + LONGEST
        for some in batched(changes, _AT_ONCE, strict=False):
            if self.context.clock() >= ends_at:
                return False
            self.fleet.concurrently(some)
        return True

    def everybody(self) -> Iterator[Hurt]:
        """Yield all people who are recorded."""
        yield from everybody_hurt(self.hurt, self.downtime.id)

    def _present(self) -> Sequence[PersonId]:
        """Return everybody with a working key on the server, each once."""
        found: dict[PersonId, None] = {}
        after, full = "", True
        while full:
            keys = self.fleet.catalogue.expected(self.downtime.server_id, after=after, limit=_PAGE)
            found.update(dict.fromkeys(k.person_id for k in keys if k.wanted is Wanted.ENABLED and k.presented))
            full = len(keys) == _PAGE
            after = keys[-1].name if keys else after
        return list(found)

    def _begun(
        self, known: Mapping[str, Hurt], present: Sequence[PersonId], at: datetime
    ) -> Iterator[Callable[[], None]]:
        """Yield the writes for people who are not recorded, or came back; no one comes after the end."""
        first, downtime = self.downtime.recorded_at is None, self.downtime
        if not first and not downtime.open:
            return
        since = downtime.first_bad_at if first else at
        for person_id in present:
            hurt = known.get(person_id, Hurt(person_id))
            if hurt.open_since is None and not (first and hurt.spans):
                yield lambda hurt=hurt: self._begin(hurt, since)  # type: ignore[misc]  # bound now

    def _begin(self, hurt: Hurt, since: datetime) -> None:
        person = self.people.open(PersonId(hurt.person)).person
        own = self.downtime.server_id
        others = {access.server_id for access in person.living_accesses if access.works} - {own}
        begun = hurt.begun(since, tuple(sorted(others)))
        until = self.downtime.first_good_at
        self.hurt.put(self.downtime, begun if until is None else begun.closed(until))

    def _ended(
        self, known: Mapping[str, Hurt], present: Sequence[PersonId], at: datetime
    ) -> Iterator[Callable[[], None]]:
        """Yield the writes for people whose key has gone, and after the end for all others."""
        there = frozenset(present)
        until = min(at, self.downtime.first_good_at or at)
        for person, hurt in known.items():
            if hurt.open_since is not None and (person not in there or not self.downtime.open):
                yield lambda hurt=hurt: self.hurt.put(self.downtime, hurt.closed(until))  # type: ignore[misc]  # bound now


def everybody_hurt(hurt: HurtPeople, downtime_id: str) -> Iterator[Hurt]:
    """Yield all people who are recorded for a downtime."""
    for shard in range(HURT_SHARDS):
        after = ""
        while page := hurt.page(downtime_id, shard, after=after, limit=_PAGE):
            yield from page
            after = page[-1].person
