"""Random lives of 200 people who invite each other, pay, get money back, delete their data and return, at any moment.

Processes end at random steps. Whatever happens: no one is rewarded for themselves, or twice for one person, or more
often than a month allows; a refund takes back exactly what is left of the reward, no bought time, and moves no end
before now, whether it is handled at once or much later (`watched_rewards.py`).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from tests.fakes.faults import Crash
from tests.fakes.people import People
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.usecases.inviting import buys, comes, leaves, ledger_adds_up, rewards
from tests.functional.usecases.ordering import PRICE, card
from tests.functional.usecases.watched_rewards import Step, Watched, WatchedPeople
from vpnbot.domain.invites.reward import (
    GIVEN,
    REWARD_PERIOD,
    TAKEN,
    WELCOME_TAKEN,
    WELCOMED,
    RewardState,
    taken_back,
)
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.errors import VpnbotError
from vpnbot.usecases.payments.apply_refund import apply_refund

PEOPLE = range(1000, 1200)
MOST = 3
STEPS = 1200
LEAST = PRICE.amount_minor // 3


@dataclass
class World:
    """The people, and what a model knows about them."""

    shop: Shop
    random: Random
    edges: dict[int, int] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    here: set[int] = field(default_factory=set)
    payments: dict[int, list[str]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    watched: Watched = field(default_factory=Watched)
    sent_at: dict[str, datetime] = field(default_factory=dict)

    def does(self, do: Callable[[], object]) -> bool:
        """Do something that may end the process; tell whether it came to its end."""
        try:
            do()
        except Crash:
            self.shop.queue.claims.clear()
            return False
        except VpnbotError:
            return False
        return True

    def ledger(self) -> list[tuple[str, str, str, int]]:
        """Return all entries about rewards: person, cause, what, seconds."""
        assert isinstance(self.shop.people, People)
        return [
            (person, cause, str(row["what"]), int(str(row.get("seconds") or 0)))
            for person, rows in self.shop.people.table.ledger.items()
            for cause, row in rows.items()
            if cause.startswith("referral:")
        ]

    def given(self) -> dict[tuple[str, str], Step]:
        """Return the days that were given for inviting, by person and cause."""
        return {key: step for key, step in self.watched.given.items() if not key[1].endswith("/welcome")}

    def comes(self) -> None:
        """Let a person open the bot, perhaps by the link of another person, or of their own."""
        friend = self.random.choice(PEOPLE)
        known = sorted(self.met)
        inviter = self.random.choice([*known, friend]) if self.random.random() < 0.9 else None
        before = self.shop.look(friend).user
        self.does(lambda: comes(self.shop, friend, inviter))
        after = self.shop.look(friend).user
        if after.known and not before.known:
            self.here.add(friend)
            if friend not in self.met and inviter is not None and after.invited_by is not None:
                assert after.invited_by == self.shop.person_id(inviter)
                self.edges[friend] = inviter
            elif friend in self.met:
                assert after.invited_by is None, "who returns has come by no invitation"
            self.met.add(friend)

    def leaves(self) -> None:
        """Let a person delete their data."""
        if self.here:
            person = self.random.choice(sorted(self.here))
            self.does(lambda: leaves(self.shop, person))
            if not self.shop.look(person).user.known:
                self.here.discard(person)

    def buys(self) -> None:
        """Let a person pay."""
        if not self.here:
            return
        person = self.random.choice(sorted(self.here))
        known = set(card(self.shop).payments)
        self.does(lambda: buys(self.shop, person))
        for payment_id in card(self.shop).payments.keys() - known:
            if self.shop.people.owner_of("card", "shop-1", payment_id) is not None:
                self.payments.setdefault(person, []).append(payment_id)
                self.left[payment_id] = PRICE.amount_minor

    def gets_back(self) -> None:
        """Send back all or a part of a payment, as after a refund or a lost dispute.

        What it leads to is done at once, or later, by workers that may end at any step.
        """
        paid = [each for all_of in self.payments.values() for each in all_of if self.left[each]]
        if not paid:
            return
        payment_id = self.random.choice(paid)
        minor = self.random.choice([self.left[payment_id], max(self.left[payment_id] // 2, 1)])
        self._sends_back(payment_id, minor)
        if self.random.random() < 0.5:
            with self.shop.faults.quiet():
                self.shop.minute()

    def _sends_back(self, payment_id: str, minor: int) -> None:
        refund_id = card(self.shop).sends_back(payment_id, Money(minor, PRICE.currency))
        self.left[payment_id] -= minor
        if self.left[payment_id] < LEAST:
            self.sent_at.setdefault(payment_id, self.shop.clock())
        refund = card(self.shop).refunds[refund_id]
        with self.shop.faults.quiet():
            apply_refund(refund, self.shop.payments, self.shop.context)

    def waits(self) -> None:
        """Let time pass; a worker may end at any step."""
        self.shop.clock.advance(timedelta(minutes=self.random.choice([5, 120, 1440])))
        if self.random.random() < 0.5:
            self.shop.faults.crash_at_step(self.random.randrange(40))
        self.does(self.shop.minute)
        self.shop.faults.clear()

    def lives(self) -> None:
        """Let something happen."""
        ways = (self.comes, self.comes, self.comes, self.buys, self.buys, self.gets_back, self.leaves)
        self.random.choice((*ways, self.waits, self.waits, self.waits))()


@pytest.fixture(scope="module", params=range(4))
def world(request: pytest.FixtureRequest) -> World:
    """A world after many steps, and three quiet weeks."""
    shop = shop_in_memory()
    assert isinstance(shop.people, People)
    people = WatchedPeople(shop.clock, shop.people.table, shop.faults)
    shop.people = people
    rewards(shop, rewards_a_month=MOST)
    world = World(shop, Random(request.param))
    people.watch(world.watched)
    for _ in range(STEPS):
        world.lives()
    for _ in range(21 * 6):
        shop.clock.advance(timedelta(hours=4))
        shop.minute()
    taken = [step for (_, cause), step in world.watched.taken.items() if not cause.endswith("/welcome")]
    assert len(world.given()) > 10, "the world is dull"
    assert len(taken) > 2
    assert any(step.left for step in taken)
    assert any(step.at not in world.sent_at.values() for step in taken), "a refund is handled late, too"
    return world


@pytest.fixture(scope="module")
def own(world: World) -> dict[str, int]:
    """The cause of the reward for each person's first payment."""
    ring = world.shop.ring
    return {f"referral:{ring.invite_code(ring.person_id(person))}": person for person in PEOPLE}


def test_each_payer_brings_one_reward_to_who_has_invited_and_none_to_themselves(
    world: World, own: dict[str, int]
) -> None:
    given = world.given()
    assert len({cause for _, cause in given}) == len(given)
    for person, cause in given:
        assert person == world.shop.person_id(world.edges[own[cause]])
        assert person != world.shop.person_id(own[cause])


def test_invitations_have_no_loops(world: World) -> None:
    for start in world.edges:
        seen, each = {start}, start
        while (each := world.edges.get(each, 0)) != 0:
            assert each not in seen
            seen.add(each)


def test_a_person_gets_no_more_than_a_month_allows(world: World) -> None:
    given = world.given()
    for person in {person for person, _ in given}:
        times = sorted(step.at for (of, _), step in given.items() if of == person)
        for number, at in enumerate(times):
            assert len([each for each in times[number:] if each < at + REWARD_PERIOD]) <= MOST


def test_what_was_given_less_what_was_taken_is_the_rewards_of_payments_that_stand(
    world: World, own: dict[str, int]
) -> None:
    """Exactly, for both people; of a payment that does not stand only what was used before stays.

    Used days cannot be taken back without other time, which is never touched, see `Watched.sees`. So the sum of all
    rewards without their payments is what had been used of each at the commit that took the rest, and what a person
    has lost who has deleted their data.
    """
    watched = world.watched
    standing = used = lost = 0
    for (person, cause), given in watched.given.items():
        reward = world.shop.look(own[cause.removesuffix("/welcome")]).reward
        taken = watched.taken.get((person, cause))
        if reward is not None:
            assert reward.state in {RewardState.GRANTED, RewardState.WAITING}
            assert world.left[reward.payment_id] >= LEAST
            assert taken is None
            promised = reward.welcome_seconds if cause.endswith("/welcome") else reward.reward_seconds
            assert given.seconds in {promised, 0}, "nothing is given to a person who has deleted their data"
            standing += given.seconds
        else:
            assert taken is not None, "the days of a payment that was sent back are taken"
            used += watched.used((person, cause))
            lost += watched.lost[person, cause].left if (person, cause) in watched.lost else 0
    assert not any(step.seconds for key, step in watched.taken.items() if key not in watched.given)
    given_in_all = sum(step.seconds for step in watched.given.values())
    assert given_in_all + sum(step.seconds for step in watched.taken.values()) == standing + used + lost


def test_the_ledger_says_the_same(world: World) -> None:
    kinds = {GIVEN: 1, WELCOMED: 1, TAKEN: -1, WELCOME_TAKEN: -1}
    listed = Counter({(person, cause): seconds for person, cause, what, seconds in world.ledger() if what in kinds})
    seen = Counter({key: step.seconds for key, step in world.watched.given.items()})
    seen.update({(person, taken_back(cause)): step.seconds for (person, cause), step in world.watched.taken.items()})
    assert {key: seconds for key, seconds in listed.items() if seconds} == {
        key: seconds for key, seconds in seen.items() if seconds
    }


def test_rewards_stand_with_their_payments(world: World, own: dict[str, int]) -> None:
    for cause, person in own.items():
        reward = world.shop.look(person).reward
        if reward is None:
            continue
        assert reward.state in {RewardState.GRANTED, RewardState.WAITING}
        assert world.left[reward.payment_id] >= LEAST
        given = (PersonId(reward.inviter), cause) in world.watched.given
        gone = world.shop.people.decision(PersonId(reward.inviter), cause)
        assert given or reward.state is RewardState.WAITING or gone is not None


def test_all_time_is_in_the_ledger_and_no_work_has_failed(world: World) -> None:
    for person in PEOPLE:
        if world.shop.look(person).user.known:
            assert ledger_adds_up(world.shop, person)
    assert world.shop.index.dead_lettered() == []
