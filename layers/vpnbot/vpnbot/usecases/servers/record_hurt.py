"""Record the people whose keys are on a server that is down: each time their keys come, go, or work again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import batched

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.servers.downtime import HURT_SHARDS, Downtime
from vpnbot.domain.servers.hurt import Hurt
from vpnbot.usecases.ports import Context, Fleet
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
    fleet: Fleet
    context: Context

    def record(self, at: datetime) -> bool:
        """Record everybody who has a key there now; False if there was not enough time for all.

        The index of keys lags a little, which shortens or lengthens the time of a person by as much.

        Raises:
            StorageUnavailable: the storage did not answer; due work tries again.
        """
        known, keys = {hurt.person: hurt for hurt in self.everybody()}, self._keys()
        changes = [*self._begun(known, keys, at), *self._moved(known, keys, at), *self._ended(known, keys, at)]
        ends_at = self.context.clock() + LONGEST
        for some in batched(changes, _AT_ONCE, strict=False):
            if self.context.clock() >= ends_at:
                return False
            self.fleet.concurrently(some)
        return True

    def everybody(self) -> Iterator[Hurt]:
        """Yield all people who are recorded."""
        yield from everybody_hurt(self.hurt, self.downtime.id)

    def _keys(self) -> Mapping[str, frozenset[str]]:
        """Return everybody with a working key on the server, each with the other servers on which they have one."""
        own, found = self.downtime.server_id, dict[str, set[str]]()
        servers = {own, *(listing.server.id for listing in self.fleet.catalogue.listings())}
        everywhere = self.fleet.concurrently([partial(self._present, server_id) for server_id in sorted(servers)])
        for server_id, people in zip(sorted(servers), everywhere, strict=True):
            for person_id in people:
                found.setdefault(person_id, set()).add(server_id)
        return {person_id: frozenset(on - {own}) for person_id, on in found.items() if own in on}

    def _present(self, server_id: str) -> frozenset[str]:
        """Return everybody with a working key on a server."""
        found = set[str]()
        after, full = "", True
        while full:
            keys = self.fleet.catalogue.expected(server_id, after=after, limit=_PAGE)
            found.update(key.person_id for key in keys if key.wanted is Wanted.ENABLED and key.presented)
            full = len(keys) == _PAGE
            after = keys[-1].name if keys else after
        return frozenset(found)

    def _begun(
        self, known: Mapping[str, Hurt], keys: Mapping[str, frozenset[str]], at: datetime
    ) -> Iterator[Callable[[], None]]:
        """Yield the writes for people who are not recorded, or came back; no one comes after the end."""
        first, downtime = self.downtime.recorded_at is None, self.downtime
        if not first and not downtime.open:
            return
        since = downtime.first_bad_at if first else at
        for person_id, others in keys.items():
            hurt = known.get(person_id, Hurt(person_id))
            if hurt.open_since is None and not (first and hurt.spans):
                begun, until = hurt.begun(since, others), downtime.first_good_at
                yield partial(self.hurt.put, downtime, begun if until is None else begun.closed(until))

    def _moved(
        self, known: Mapping[str, Hurt], keys: Mapping[str, frozenset[str]], at: datetime
    ) -> Iterator[Callable[[], None]]:
        """Yield the writes for people who got a key on another server meanwhile, or lost one."""
        for person, hurt in known.items():
            if hurt.open_since is not None and person in keys and self.downtime.open:
                seen = hurt.with_others(keys[person], at)
                if seen != hurt:
                    yield partial(self.hurt.put, self.downtime, seen)

    def _ended(
        self, known: Mapping[str, Hurt], keys: Mapping[str, frozenset[str]], at: datetime
    ) -> Iterator[Callable[[], None]]:
        """Yield the writes for people whose key has gone, and after the end for all others."""
        until = min(at, self.downtime.first_good_at or at)
        for person, hurt in known.items():
            if hurt.open_since is not None and (person not in keys or not self.downtime.open):
                yield partial(self.hurt.put, self.downtime, hurt.closed(until))


def everybody_hurt(hurt: HurtPeople, downtime_id: str) -> Iterator[Hurt]:
    """Yield all people who are recorded for a downtime."""
    for shard in range(HURT_SHARDS):
        after = ""
        while page := hurt.page(downtime_id, shard, after=after, limit=_PAGE):
            yield from page
            after = page[-1].person
