"""Start the free trial, at most once for each person."""

from dataclasses import replace

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.shop import Offering, ShopClosed, begins
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.keys.provision_keys import provision_pending
from vpnbot.usecases.ports import Context, Fleet, Metric, Sales, Session


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
        TrialRejected: the person may not start the trial, and this cause has not started it before.
        Conflict: concurrent changes; try again later.
    """
    now, placing, seed = context.clock(), Placing(fleet), context.new_seed()
    worth = sales.trial_price if session.person.trial_available else None

    def granted(person: Person) -> Person:
        if not person.trial_available:
            raise TrialRejected("the free trial is not available")
        if not begins(sales.mode, Offering.TRIAL):
            raise ShopClosed("the shop begins no trial now")
        key = Key(fleet.ring().current, seed)
        started = replace(
            person,
            user=replace(person.user, trial_used=True, accepted_terms=accepted_terms, accepted_at=now),
            subscription=person.subscription.trial_started(trial, key, worth),
        )
        placed = placing(started, trial, key, now)
        if placed.living_accesses:
            return placed
        return replace(placed, subscription=placed.subscription.retry_placement(inline_claim(now)))

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
