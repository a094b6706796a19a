"""Start the free trial: one tap, once per person."""

from dataclasses import replace

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, Fleet, Metric, Session


class TrialRejected(Rejected):
    """The trial has been used, or the operator has paused this person."""


def start_trial(session: Session, fleet: Fleet, context: Context, trial: Plan, cause: str) -> Person:
    """Commit the trial, then try to make its keys at once; due work makes the keys that fail.

    If no server has capacity, the trial is granted all the same and waits for a server.

    Raises:
        TrialRefused: the person may not take it, and this tap has not taken it before either.
        Conflict: too much happens at once; come back.
    """
    now, placing, seed = context.clock(), Placing(fleet), context.new_seed()

    def granted(person: Person) -> Person:
        if not person.trial_available:
            raise TrialRejected("the free trial is not available")
        key = Key(fleet.ring().current, seed)
        started = replace(
            person,
            user=replace(person.user, trial_used=True),
            subscription=Subscription().trial_started(trial, key),
        )
        placed = placing(started, trial, key, now)
        if placed.living_accesses:
            return placed
        return replace(placed, subscription=placed.subscription.retry_placement(inline_claim(now)))

    try:
        person = decide(session, Entry(cause, "trial started", now), granted, context.metrics)
        context.metrics.count(Metric.TRIALS)
        if not person.living_accesses:
            context.metrics.count(Metric.UNPLACED)
    except AlreadyDecided:
        pass
    return provision_pending(session, fleet, context)
