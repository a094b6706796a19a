"""Random lives of 200 people who invite each other, pay, get money back, delete their data and return, at any moment.

Processes end at random steps. Whatever happens: no one is rewarded for themselves, or twice for one person, or more
often than a month allows; a refund takes back exactly what is left of the reward, no bought time, and moves no end
before now.
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
from vpnbot.domain.invites.reward import (
    GIVEN,
    REWARD_PERIOD,
    TAKEN,
    WELCOME_TAKEN,
    WELCOMED,
    RewardState,
    taken_back,
)
from vpnbot.domain.money import Money
from vpnbot.domain.subscriptions.subscription import RUNNING
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
    given_at: dict[tuple[str, str], datetime] = field(default_factory=dict)

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

    def notes(self) -> None:
        """Note when each reward was given."""
        for person, cause, what, _ in self.ledger():
            if what == GIVEN:
                self.given_at.setdefault((person, cause), self.shop.clock())

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
        """Send back all or a part of a payment, as after a refund or a lost dispute, and check what is taken."""
        paid = [(person, each) for person, all_of in self.payments.items() for each in all_of if self.left[each]]
        if not paid:
            return
        person, payment_id = self.random.choice(paid)
        minor = self.random.choice([self.left[payment_id], max(self.left[payment_id] // 2, 1)])
        reward = self.shop.look(person).reward
        about_it = reward is not None and reward.payment_id == payment_id
        inviter = next((each for each in PEOPLE if reward and self.shop.person_id(each) == reward.inviter), None)
        if reward is None or not about_it or inviter is None or reward.state is not RewardState.GRANTED:
            self._sends_back(payment_id, minor)
            return
        before = self._time(inviter, reward.cause)
        self._sends_back(payment_id, minor)
        with self.shop.faults.quiet():
            self.shop.minute()
        after = self._time(inviter, reward.cause)
        if self.left[payment_id] < LEAST:
            assert self.shop.look(person).reward is None
            assert after == (0, *before[1:]), "what is left of the reward is taken, and nothing else"
            known = self.shop.look(inviter)
            if known.subscription.status in RUNNING and known.subscription.ends_at is not None:
                assert known.subscription.ends_at >= self.shop.clock() or before[0] == 0
            taken = [row for row in self.ledger() if row[1] == taken_back(reward.cause)]
            assert [(what, seconds) for _, _, what, seconds in taken if what == TAKEN] in ([], [(TAKEN, -before[0])])
        else:
            assert after == before

    def _sends_back(self, payment_id: str, minor: int) -> None:
        refund_id = card(self.shop).sends_back(payment_id, Money(minor, PRICE.currency))
        self.left[payment_id] -= minor
        refund = card(self.shop).refunds[refund_id]
        with self.shop.faults.quiet():
            apply_refund(refund, self.shop.payments, self.shop.context)

    def _time(self, person: int, cause: str) -> tuple[int, ...]:
        """Return the seconds left of a reward, of all other free time, and of bought time."""
        lots = self.shop.look(person).subscription.lots_left(self.shop.clock())
        of_cause = sum(lot.seconds for lot in lots if lot.id == cause)
        bought = sum(lot.seconds for lot in lots if lot.paid is not None)
        return of_cause, sum(lot.seconds for lot in lots) - of_cause - bought, bought

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
        self.notes()


@pytest.fixture(scope="module", params=range(4))
def world(request: pytest.FixtureRequest) -> World:
    """A world after many steps, and three quiet weeks."""
    shop = shop_in_memory()
    rewards(shop, rewards_a_month=MOST)
    world = World(shop, Random(request.param))
    for _ in range(STEPS):
        world.lives()
    for _ in range(21 * 6):
        shop.clock.advance(timedelta(hours=4))
        shop.minute()
        world.notes()
    assert sum(what == GIVEN for _, _, what, _ in world.ledger()) > 10, "the world is dull"
    assert sum(what == TAKEN for _, _, what, _ in world.ledger()) > 1
    return world


@pytest.fixture(scope="module")
def own(world: World) -> dict[str, int]:
    """The cause of the reward for each person's first payment."""
    ring = world.shop.ring
    return {f"referral:{ring.invite_code(ring.person_id(person))}": person for person in PEOPLE}


def test_each_payer_brings_one_reward_to_who_has_invited_and_none_to_themselves(
    world: World, own: dict[str, int]
) -> None:
    given = [(person, cause) for person, cause, what, _ in world.ledger() if what == GIVEN]
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


def test_nobody_gets_more_than_a_month_allows(world: World) -> None:
    """A reward is noted up to a day after it was given."""
    for person in {person for person, _ in world.given_at}:
        times = sorted(at for (of, _), at in world.given_at.items() if of == person)
        for number, at in enumerate(times):
            within = [each for each in times[number:] if each < at + REWARD_PERIOD - timedelta(days=1, hours=1)]
            assert len(within) <= MOST


def test_rewards_are_of_payments_that_stand_and_others_are_taken_back_once(world: World, own: dict[str, int]) -> None:
    entries = world.ledger()
    given = {cause: seconds for _, cause, what, seconds in entries if what == GIVEN}
    for cause, person in own.items():
        reward = world.shop.look(person).reward
        taken = [seconds for _, of, what, seconds in entries if of == taken_back(cause) and what == TAKEN]
        if reward is not None:
            assert reward.state in {RewardState.GRANTED, RewardState.WAITING}
            assert (world.left[reward.payment_id] >= LEAST, taken) == (True, [])
        elif cause in given:
            assert len(taken) == 1
            assert 0 <= -taken[0] <= given[cause]
    welcomes = Counter((cause, what) for _, cause, what, _ in entries if what in {WELCOMED, WELCOME_TAKEN})
    assert set(welcomes.values()) == {1}


def test_all_time_is_in_the_ledger_and_no_work_has_failed(world: World) -> None:
    for person in PEOPLE:
        if world.shop.look(person).user.known:
            assert ledger_adds_up(world.shop, person)
    assert world.shop.index.dead_lettered() == []
