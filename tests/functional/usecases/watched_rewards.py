"""A table of people that checks each commit that gives or takes back days for an invitation, whenever it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.fakes.people import People
from tests.fakes.session import Session
from vpnbot.domain.effects import Effect
from vpnbot.domain.invites.reward import GIVEN, TAKEN, WELCOME_TAKEN, WELCOMED, taken_back
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import RUNNING

DELETED = "deleted"
_TAKES, _GIVES = {TAKEN, WELCOME_TAKEN}, {GIVEN, WELCOMED}


@dataclass(frozen=True, slots=True)
class Step:
    """What a commit did with the days of one cause: `left` of them were there before it."""

    person: PersonId
    cause: str
    at: datetime
    seconds: int
    left: int


@dataclass
class Watched:
    """The steps of all rewards: of the people who have invited, and of their friends.

    `lost` is what was left of the days of a person who has deleted their data.
    """

    given: dict[tuple[str, str], Step] = field(default_factory=dict)
    taken: dict[tuple[str, str], Step] = field(default_factory=dict)
    lost: dict[tuple[str, str], Step] = field(default_factory=dict)

    def sees_deletion(self, before: Person, at: datetime) -> None:
        """Keep what is lost."""
        for cause, left in _left(before, at).items():
            if (before.id, cause) in self.given:
                self.lost[before.id, cause] = Step(before.id, cause, at, 0, left)

    def used(self, key: tuple[str, str]) -> int:
        """Return the seconds of days that were used before they were taken back or lost; no more than have passed.

        Raises:
            AssertionError: they were not taken back, or more than that is gone.
        """
        given, taken, lost = self.given[key], self.taken[key], self.lost.get(key)
        used = given.seconds - (taken.left if lost is None else lost.left)
        assert lost is None or taken.left == 0
        assert 0 <= used <= ((lost or taken).at - given.at) / timedelta(seconds=1)
        return used

    def sees(self, before: Person, after: Person, entry: Entry) -> None:
        """Check and keep what a commit did, as its ledger entry says."""
        cause = entry.cause.removesuffix(taken_back(""))
        was, now = _left(before, entry.at), _left(after, entry.at)
        step = Step(before.id, cause, entry.at, entry.seconds or 0, was.get(cause, 0))
        others = {name: seconds for name, seconds in was.items() if name != cause}
        assert others == {name: seconds for name, seconds in now.items() if name != cause}, "no other time is touched"
        if entry.what in _GIVES:
            assert (before.id, cause) not in self.given, "one cause gives once in a lifetime"
            assert step.left == 0
            assert now.get(cause, 0) == step.seconds
            self.given[before.id, cause] = step
            return
        assert (before.id, cause) not in self.taken
        assert step.seconds == -step.left, "all that is left is taken, and no more"
        assert cause not in now
        end = after.subscription.ends_at
        if after.subscription.status in RUNNING and end is not None:
            assert end >= entry.at, "no end is before now"
        assert bool(now) is (sum(now.values()) > 0)
        self.taken[before.id, cause] = step


def _left(person: Person, now: datetime) -> Mapping[str, int]:
    """Return the seconds that are left of each lot."""
    return {lot.id: lot.seconds for lot in person.subscription.lots_left(now)}


class WatchedPeople(People):
    """The people in memory; each commit is seen, also if the process ends right after it."""

    def watch(self, watched: Watched) -> None:
        """Let the steps of rewards be seen from now on."""
        self._watched = watched

    def open(self, person_id: PersonId) -> Session:
        """Load a person."""
        session = _WatchedSession(self.table, person_id, self._clock, self._faults)
        session.watched = self._watched
        session.reload()
        return session


class _WatchedSession(Session):
    watched: Watched

    def commit(self, after: Person, *entries: Entry, effects: Iterable[Effect] = ()) -> Person:
        """Commit, and let it be seen if it was stored."""
        before, known = self.person, set(self._table.ledger.get(self.person.id, ()))
        try:
            return super().commit(after, *entries, effects=effects)
        finally:
            stored = self._table.ledger.get(before.id, {}).keys() - known
            for entry in entries:
                if entry.what == DELETED and entry.cause in stored:
                    self.watched.sees_deletion(before, entry.at)
                if entry.what in _TAKES | _GIVES and entry.cause in stored:
                    self.watched.sees(before, after, entry)
