"""What everybody gets for outages, compared with an oracle that goes through all minutes one by one.

Servers go down and come back, and people get keys on other servers and lose keys in the middle of it.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

import pytest

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.usecases.compensating import (
    MINUTE,
    days_got,
    downtimes_of,
    gives,
    goes_down,
    times_told,
)
from tests.functional.usecases.reconciled_servers import add_server, with_servers
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.downtime import Downtime
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import AllServersFull, ClaimLost
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.keys.move_key import with_successor
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.servers.preview_compensation import preview_compensation

SERVERS = ("de", "fi", "fr", "nl", "se")
PEOPLE = range(100, 116)

type Minutes = set[datetime]


def working(person: Person) -> frozenset[str]:
    """Return the servers on which a person has a working key."""
    return frozenset(access.server_id for access in person.living_accesses if access.works)


@dataclass
class Oracle:
    """Sees each minute who has a working key where, and when each downtime has looked at that."""

    shop: Shop
    seen: dict[datetime, dict[int, frozenset[str]]] = field(default_factory=dict)
    looks: dict[str, list[datetime]] = field(default_factory=dict)
    given: dict[int, Minutes] = field(default_factory=lambda: {user_id: set() for user_id in PEOPLE})
    days: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))

    def passes(self, minutes: int) -> None:
        """Let minutes pass, and look at everything after each."""
        for _ in range(minutes):
            self.shop.settles(minutes=1)
            with self.shop.faults.quiet():
                self.seen[self.shop.clock()] = {user_id: working(self.shop.look(user_id)) for user_id in PEOPLE}
            for each in downtimes_of(self.shop):
                looked_at, looks = each.recorded_at, self.looks.setdefault(each.id, [])
                if looked_at is not None and looked_at not in looks:
                    looks.append(looked_at)

    def gives(self, downtime: Downtime) -> None:
        """Count the days for one outage."""
        period = self._period(downtime)
        for user_id in PEOPLE:
            if user_id in self._people(downtime):
                fresh = self._lost(period, user_id) - self.given[user_id]
                self.days[user_id] += ceil(len(fresh) / (24 * 60))
                self.given[user_id] |= fresh

    def _lost(self, period: list[Downtime], user_id: int) -> Minutes:
        """Return the minutes in which a person had a key, and all of them were down."""
        down: dict[str, Minutes] = {server_id: set() for server_id in SERVERS}
        keys: list[tuple[datetime, frozenset[str]]] = []
        for downtime in period:
            for minute, servers in self._keys(downtime, user_id):
                if downtime.server_id in servers:
                    down[downtime.server_id].add(minute)
                    keys.append((minute, servers))
        return {minute for minute, servers in keys if all(minute in down[server_id] for server_id in servers)}

    def _keys(self, downtime: Downtime, user_id: int) -> Iterator[tuple[datetime, frozenset[str]]]:
        """Yield each minute of a downtime, with the servers of a person as its last look before has seen them."""
        looks = self.looks[downtime.id]
        for minute in self._minutes(downtime):
            look = max((at for at in looks if at <= minute), default=looks[0])
            yield minute, self.seen[look][user_id]

    def _people(self, downtime: Downtime) -> set[int]:
        """Return who had a key there at a look."""
        looks, until = self.looks[downtime.id], downtime.first_good_at
        assert until is not None
        within = [at for at in looks if at < until] or looks[:1]
        return {who for who in PEOPLE if any(downtime.server_id in self.seen[at][who] for at in within)}

    def _period(self, downtime: Downtime) -> list[Downtime]:
        period, known = [downtime], downtimes_of(self.shop)
        for _ in known:
            for each in known:
                if each not in period and any(self._minutes(each) & self._minutes(other) for other in period):
                    period.append(each)
        return period

    @staticmethod
    def _minutes(downtime: Downtime) -> Minutes:
        assert downtime.first_good_at is not None
        number = (downtime.first_good_at - downtime.first_bad_at) // MINUTE
        return {downtime.first_bad_at + each * MINUTE for each in range(number)}


def key_moves(shop: Shop, user_id: int, chance: random.Random) -> None:
    """Let a person get another key: one of theirs moves to another server, and works on the old one for a day."""
    session = shop.open(user_id)
    moving = [access for access in session.person.living_accesses if access.leaving_at is None]
    with suppress(AllServersFull, ClaimLost, IndexError):
        access = chance.choice(moving)
        moved = lambda person: Decision(  # noqa: E731 - short
            with_successor(person, access, Placing(shop.fleet), shop.fleet, shop.clock())
        )
        apply_fact(session, shop.context, moved)
        provision_pending(session, shop.fleet, shop.context)


def key_goes(shop: Shop, user_id: int, chance: random.Random) -> None:
    """Let a person lose one of several keys."""
    session = shop.open(user_id)
    living = session.person.living_accesses
    if len(living) > 1:
        going: Access = chance.choice(living)
        gone = lambda person: Decision(  # noqa: E731 - short
            person.with_access(going.changed(Wanted.ABSENT, shop.clock()))
        )
        apply_fact(session, shop.context, gone)
        provision_pending(session, shop.fleet, shop.context)


def shop_with_people(chance: random.Random) -> Shop:
    """Return five servers, and people with one to three keys each."""
    shop = with_servers(shop_in_memory(), *SERVERS)
    for user_id in PEOPLE:
        shop.trial = replace(TRIAL, keys=chance.randint(1, 3), duration=timedelta(days=90))
        shop.on_trial(user_id)
    assert {len(shop.look(user_id).living_accesses) for user_id in PEOPLE} == {1, 2, 3}
    return shop


@pytest.mark.parametrize(("seed", "moves"), [(0, 0), (2, 3), (5, 5)])
def test_everybody_gets_what_they_lost_whatever_overlaps_and_whoever_gets_another_key(seed: int, moves: int) -> None:
    chance = random.Random(seed)
    shop = shop_with_people(chance)
    oracle, changed = Oracle(shop), 0
    for _ in range(10):
        server_id = chance.choice(SERVERS)
        if server_id in shop.panel.stopped:
            shop.panel.stopped.discard(server_id)
        else:
            goes_down(shop, server_id)
            oracle.passes(1)
        for _ in range(3):
            oracle.passes(chance.choice((7, 23, 61)))
            for _ in range(moves):
                before = shop.look(who := chance.choice(PEOPLE))
                chance.choice((key_moves, key_goes))(shop, who, chance)
                changed += shop.look(who) != before
    shop.panel.stopped.clear()
    oracle.passes(8)
    assert (changed > 0) == (moves > 0)
    order = downtimes_of(shop)
    chance.shuffle(order)
    for found in order:
        expected = dict(oracle.days)
        oracle.gives(found)
        preview = preview_compensation(found, shop.staff.downtimes, shop.staff.hurt)
        gives(shop, found)
        shop.settles(minutes=2)
        assert {user_id: days_got(shop, user_id) for user_id in PEOPLE} == oracle.days
        new = {shop.person_id(who): oracle.days[who] - expected[who] for who in PEOPLE}
        assert {share.person: share.days for share in preview.getting} == {w: d for w, d in new.items() if d}
    assert any(oracle.days.values())
    told = {user_id: times_told(shop, user_id) for user_id in PEOPLE}
    assert {who for who, times in told.items() if times} == {who for who, days in oracle.days.items() if days}


def test_who_gets_another_key_in_the_middle_has_lost_only_the_time_before() -> None:
    shop = with_servers(shop_in_memory(), "nl")
    shop.trial = replace(TRIAL, keys=1, duration=timedelta(days=90))
    for user_id in PEOPLE:
        shop.on_trial(user_id)
    goes_down(shop, "nl")
    shop.settles(minutes=60)
    add_server(shop, "de")
    key_moves(shop, 100, random.Random(1))
    assert working(shop.look(100)) == {"de", "nl"}
    moved_at = shop.clock()
    shop.settles(minutes=26 * 60)
    shop.panel.stopped.clear()
    shop.settles(minutes=8)
    (found,) = downtimes_of(shop)
    shares = {
        share.person: share for share in preview_compensation(found, shop.staff.downtimes, shop.staff.hurt).shares
    }
    mine, other = shares[shop.person_id(100)], shares[shop.person_id(101)]
    assert (mine.days, other.days) == (1, 2)
    assert moved_at - found.first_bad_at <= mine.hours <= moved_at - found.first_bad_at + 5 * MINUTE
    gives(shop, found)
    shop.settles(minutes=3)
    assert (days_got(shop, 100), days_got(shop, 101)) == (1, 2)
