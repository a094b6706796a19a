"""A random walk of people, operators and faults; from time to time all faults end, and everything must be right."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.fakes.panel import Client
from tests.functional.usecases.purchases import GB
from tests.functional.walk import checks
from tests.functional.walk.customers import Customers
from tests.functional.walk.episodes import EPISODES, End
from tests.functional.walk.operators import Operators
from tests.functional.walk.simulation import Simulation
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.server import Inbound
from vpnbot.domain.subscriptions.plan import TRIAL

ADMINS = (7, 8)
TEMPORARY = {
    "StorageUnavailable",
    "TelegramUnavailable",
    "TelegramSilent",
    "Conflict",
    "Retryable",
    "CapacityExhausted",
    "OutOfTime",
}
"""The reasons for which a message is quarantined after Telegram has delivered it for ten minutes."""
REFUSED = {"TelegramBadRequest", "MessageRefused"}
"""The errors that a message leads to which Telegram refuses."""
CALM = timedelta(hours=4)
"""How long the faults are over before everything is checked: every wait is tried again within an hour."""


class RandomWalk:
    """One walk; the same seed gives the same walk.

    `calms` times, at equal distances, all faults end, time passes, and everything is checked.
    """

    def __init__(self, seed: int, *, people: int, days: int, taps: int, calms: int = 8) -> None:
        self.sim = Simulation(seed)
        self.seed, self.taps, self.calms = seed, taps, calms
        self.per_tap = timedelta(days=days) / taps
        self.people = [self.sim.harness.user(("en", "ru")[n % 2], 100 + n) for n in range(people)]
        self.admins = [self.sim.harness.user("en", admin) for admin in ADMINS]
        self.backups: dict[str, dict[str, Client]] = {}
        self.planted: set[int] = set()
        self.customers, self.operators = Customers(self), Operators(self)
        self.happened: Counter[str] = Counter()
        self._active: dict[str, End] = {}
        self._trials: set[tuple[str, str]] = set()
        self.problems: list[str] = []

    def run(self) -> None:
        """Make the walk; afterwards `problems` has what was not as it should be."""
        sim, chance = self.sim, self.sim.chance
        if self.seed % 2:
            sim.harness.views = replace(
                sim.harness.views, first=Front(trial=replace(TRIAL, traffic_limit_bytes=10 * GB))
            )
        sim.start(frozenset(ADMINS))
        sim.shop.panel.offered = (Inbound(1, "Reality", "vless", 443), Inbound(2, "XHTTP", "vless", 8443))
        sim.faults.interrupt = self.customers.interrupt
        for _ in range(3):
            self.operators.adds_a_server(self.admins[0])
        try:
            for number in range(self.taps):
                sim.passes(self.per_tap * chance.expovariate(1))
                self._one(number)
                if number % (self.taps // self.calms) == self.taps // self.calms - 1:
                    self._settle()
                if self.problems:
                    return
        finally:
            sim.close()

    def _one(self, number: int) -> None:
        chance, user = self.sim.chance, self.sim.chance.choice(self.people)
        if chance.random() < 0.06:
            user = chance.choice(self.admins)
        self.customers.act(user)
        self._note_trials(user.user_id)
        days = self.per_tap / timedelta(days=1)
        people = len(self.people)
        acts: tuple[tuple[float, Callable[[], None]], ...] = (
            (people * (1 if self.customers.in_need(user) else 1 / 10), lambda: self.customers.pays(user)),
            (people / 40, lambda: self.customers.deletes(user)),
            (people / 20, lambda: self.customers.rotates(user)),
            (1, lambda: self.operators.offers_telegram_only(self.admins[0])),
            (people / 20, lambda: self.operators.pauses_or_resumes(user)),
            (people / 30, lambda: self.customers.blocks(user)),
            (people / 2, lambda: self.customers.loads_link(user)),
            (6, self.customers.use_traffic),
            (4, self.operators.answers),
            (3, self.operators.a_panel_changes),
            (2, lambda: self.operators.keeps_servers(self.admins[1])),
            (5, self._begin_episode),
        )
        for rate, act in acts:
            if chance.random() < rate * days:
                act()

    def _begin_episode(self) -> None:
        name = self.sim.chance.choice(sorted(EPISODES.keys() - self._active.keys()) or [""])
        if not name:
            return
        self.sim.note(f"begins: {name}")
        self.happened[name] += 1
        self._active[name] = EPISODES[name](self)
        self.sim.after(timedelta(minutes=10 * 60 ** self.sim.chance.random()), lambda: self._end_episode(name))

    def _end_episode(self, name: str) -> None:
        if name in self._active:
            self.sim.note(f"ends: {name}")
            self._active.pop(name)()

    def _settle(self) -> None:
        """End all faults, let time pass, and check everything."""
        sim = self.sim
        for name in list(self._active):
            self._end_episode(name)
        sim.faults.end()
        sim.note("calm")
        for user in self.people:
            if user.user_id in sim.telegram.blocked:
                self.customers.unblocks(user)
                sim.send(user.user_id, user.message(text="/start"))
        self._retry_planted()
        while sum(server.state == "open" for server in sim.table.servers.values()) < 3:
            self.operators.adds_a_server(self.admins[0])
        sim.passes(CALM)
        self.problems += [*checks.faults_of(sim, self._everybody()), *sim.sent.wrong, *self._gone_wrong()]

    def _retry_planted(self) -> None:
        index = self.sim.shop.index
        planted = {self.sim.shop.person_id(user_id) for user_id in self.planted}
        for item in checks.dead_lettered(self.sim):
            if item.partition in planted:
                index.retry(item, self.sim.clock())

    def _gone_wrong(self) -> list[str]:
        sim = self.sim
        dead = [f"dead-lettered: {item}" for item in checks.dead_lettered(sim)]
        bugs = [f"bug: {work}" for work in sim.shop.meter.failed_work if self._a_bug(work)]
        updates = [
            f"quarantined: {reason}: {update}"
            for update, reason in sim.harness.quarantine.updates
            if reason not in TEMPORARY and not (self.planted and reason in REFUSED)
        ]
        trials = Counter(person for person, _ in self._trials)
        twice = [f"{person} has had {count} trials" for person, count in trials.items() if count > 1]
        return [*dead, *bugs, *updates, *twice]

    def _a_bug(self, work: tuple[str, str]) -> bool:
        return not (self.planted and work[1] in REFUSED)

    def _note_trials(self, user_id: int) -> None:
        person_id = self.sim.shop.person_id(user_id)
        rows = self.sim.table.ledger.get(person_id, {})
        self._trials |= {(person_id, cause) for cause, row in rows.items() if row.get("what") == "trial started"}

    def _everybody(self) -> list[Person]:
        return [self.sim.shop.look(user.user_id) for user in (*self.people, *self.admins)]

    @property
    def sent(self) -> int:
        """How many notifications reached a chat."""
        return self.sim.sent.total

    def report(self) -> str:
        """Return the problems, and what happened last."""
        return "\n".join((f"seed {self.seed}", *self.problems[:20], "", *self.sim.log))
