"""The one loop in which people are changed: look, choose, commit; look again if the picture was stale.

Three outcomes are kept apart:

- A request may be refused for business reasons (`Rejected`). If its cause is in the ledger, it was granted before and
  has only come again: then `decide` raises AlreadyDecided.
- A fact has happened whatever the person's state: money, the end of a period, what a panel has done. It cannot be
  refused: when the domain raises `Rejected` while a fact is applied, `apply_fact` raises FactRejected, a bug.
- Any other error of a choice is a bug or a temporary failure, and passes through untouched.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.implied_effects import implied_effects
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided, Conflict, Rejected
from vpnbot.usecases.ports import Context, Metric, Metrics, Session

ATTEMPTS = 3
_JITTER_SECONDS = 0.05


class FactRejected(RuntimeError):
    """A bug: the domain refused a fact, which it must accept in every state. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one look at a person led to: the person after it, its ledger entries, and its effects on other items.

    What follows from the change of the person alone (`implied_effects`) is added by the loop.
    """

    after: Person
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()


def decide(session: Session, entry: Entry, choose: Callable[[Person], Person | Decision], metrics: Metrics) -> Person:
    """Commit what `choose` makes of the person, once for this cause, however many decide at the same time.

    `choose` may be called up to three times. A `Decision` of its own adds effects and further entries.

    Raises:
        AlreadyDecided: this cause was decided before; the session shows the state it led to.
        Rejected: `choose` refuses, and not because this very cause has already been granted.
        ItemExists: an effect was to put an item that another decision has put.
        Conflict: three pictures in a row were stale; the sender should come back.
    """

    def chosen(person: Person) -> Decision:
        try:
            choice = choose(person)
        except Rejected as refusal:
            if session.decided(entry.cause):
                metrics.count(Metric.DUPLICATES)
                raise AlreadyDecided(entry.cause) from refusal
            raise
        decision = choice if isinstance(choice, Decision) else Decision(choice)
        return replace(decision, entries=(entry, *decision.entries))

    return _commit(session, chosen, metrics, entry.at)


def apply_fact(session: Session, context: Context, choose: Callable[[Person], Decision | None]) -> Person:
    """Commit what a fact makes of the person, in whatever state they are; None: there is nothing to commit.

    `choose` may be called up to three times; entries are computed from the picture it is given.

    Raises:
        AlreadyDecided: one of the causes was decided before, and nothing was committed; the session is reloaded.
        FactRejected: a bug: the domain refuses something that has happened.
        ItemExists: an effect was to put an item that another decision has put.
        Conflict: three pictures in a row were stale; the sender should come back.
    """

    def chosen(person: Person) -> Decision | None:
        try:
            return choose(person)
        except Rejected as refusal:
            raise FactRejected(f"{type(refusal).__name__}: {refusal}") from refusal

    return _commit(session, chosen, context.metrics, context.clock())


def _commit(session: Session, choose: Callable[[Person], Decision | None], metrics: Metrics, now: datetime) -> Person:
    for attempt in range(1, ATTEMPTS + 1):
        before = session.person
        decision = choose(before)
        if decision is None:
            return before
        effects = (*implied_effects(before, decision.after, now), *decision.effects)
        try:
            return session.commit(decision.after, *decision.entries, effects=effects)
        except AlreadyDecided:
            metrics.count(Metric.DUPLICATES)
            session.reload()
            raise
        except Conflict:
            metrics.count(Metric.CONFLICTS)
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, _JITTER_SECONDS) * attempt)  # noqa: S311 - jitter, not a secret
            session.reload()
    raise AssertionError("the loop above returns or raises")
