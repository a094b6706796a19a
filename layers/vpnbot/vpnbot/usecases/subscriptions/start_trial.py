"""Start the free trial, at most once for each person."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.effects import Effect
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.shop import Offering, ShopClosed, begins
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, Fleet, Metric, Sales, Session


class TrialsTaken(Rejected):
    """All trials that the shop begins today are taken."""


class TrialRejected(Rejected):
    """The trial is not available: it was used, the person has a subscription or is paused, or cannot be read."""


def start_trial(
    session: Session,
    fleet: Fleet,
    sales: Sales,
    context: Context,
    trial: Plan,
    cause: str,
    *,
    accepted_terms: str = "",
) -> Person:
    """Commit the trial, then try to make its keys at once; due work makes the keys that fail.

    If no server has capacity, the trial is granted all the same and waits for a server. A second request while the
    first key is still being made tries to make it as well: its answer may be the last that the customer sees.

    The lot of the trial gets the list price of today, so that what is left of it becomes less time of a dearer plan.
    Without a readable catalogue it gets none, and is valued at the price of the plan that is bought first.

    `accepted_terms` is the version of the texts that the person accepts with it (`terms_version`).

    Raises:
        ShopClosed: the shop begins no trial now.
        TrialsTaken: the shop has begun as many trials as it begins in a day.
        TrialRejected: the person may not start the trial, and this cause has not started it before.
        Conflict: concurrent changes; try again later.
    """
    now, placing, seed = context.clock(), Placing(fleet), context.new_seed()
    worth = sales.trial_price if session.person.trial_available else None
    place = _Place(sales, context, seed)

    def granted(person: Person) -> Decision:
        if not person.trial_available:
            raise TrialRejected("the free trial is not available")
        if not begins(sales.mode, Offering.TRIAL):
            raise ShopClosed("the shop begins no trial now")
        key = Key(fleet.ring().current, seed)
        started = replace(
            person,
            user=_started(person.user, accepted_terms, now),
            subscription=person.subscription.trial_started(trial, key, worth),
        )
        taken = place.taken()
        placed = placing(started, trial, key, now)
        if not placed.living_accesses:
            placed = replace(placed, subscription=placed.subscription.retry_placement(inline_claim(now)))
        return Decision(placed, effects=taken)

    waited = session.person.subscription.waits_for_key
    try:
        seconds = int(trial.duration.total_seconds())
        entry = Entry(cause, "trial started", now, seconds=seconds)
        person = decide(session, entry, granted, context.metrics, context.news)
        context.metrics.count(Metric.TRIALS)
        if not person.living_accesses:
            context.metrics.count(Metric.UNPLACED)
    except AlreadyDecided:
        pass
    except TrialRejected:
        if not session.person.subscription.waits_for_key:
            raise
    return provision_pending(session, fleet, context, again=waited)


def _started(user: User, accepted_terms: str, now: datetime) -> User:
    """Return the profile of a person who starts the trial, and so waits for none."""
    accepted = replace(user, trial_used=True, accepted_terms=accepted_terms, accepted_at=now)
    return replace(accepted, waits_for_trial_since=None, told_of_trials_at=None)


class _Place:
    """The place among the trials of today that one trial takes, in its own transaction.

    At first a counter is chosen by what this process knows; only after a conflict the counters are read. So a tap
    reads no more than the person, as long as a place is found at once, or the process knows that there is none.
    """

    def __init__(self, sales: Sales, context: Context, seed: str) -> None:
        self._today = sales.trial_day(context.clock())
        self._sales, self._seed, self._tried = sales, seed, False

    def taken(self) -> tuple[Effect, ...]:
        """Return what takes a place; nothing without a limit.

        Raises:
            TrialsTaken: there is none.
        """
        today = self._today
        if today is None:
            return ()
        places = self._sales.places()
        known = places.taken(today.day) if self._tried else places.known(today.day)
        self._tried = True
        move = today.place(known, self._seed)
        if move is None:
            raise TrialsTaken("all trials of today are taken")
        return (move,)
