"""Start the free trial: one tap, one key, once in a life."""

from dataclasses import replace

from vpnbot.domain.access import Access, Wanted
from vpnbot.domain.due import inline
from vpnbot.domain.keys import Key
from vpnbot.domain.ledger import Entry
from vpnbot.domain.person import Person
from vpnbot.domain.plan import TRIAL
from vpnbot.domain.subscription import Subscription
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Metric, Session, Shop
from vpnbot.usecases.provision import provision_now


class TrialRefused(Rejected):
    """The trial has been used, or the operator has paused this person."""


def start_trial(session: Session, shop: Shop, cause: str) -> Person:
    """Commit the trial, then try to make its key at once; if the panel lags, the key comes by itself.

    Raises:
        TrialRefused: it is not theirs to take, and this very tap has not taken it either.
        Conflict: too much happens at once; come back.
    """
    now, ring, servers = shop.clock(), shop.ring(), shop.servers.placed()

    def granted(person: Person) -> Person:
        if not person.may_try:
            raise TrialRefused("the free trial is not available")
        key = Key(ring.current, shop.new_seed())
        accesses = tuple(
            Access(server.id, key, Wanted.ENABLED, devices=TRIAL.devices, due=inline(now)) for server in servers
        )
        return replace(
            person,
            user=replace(person.user, trial_used=True),
            subscription=Subscription().trial_started(TRIAL, key),
            accesses=(*person.accesses, *accesses),
        )

    try:
        decide(session, Entry(cause, "trial started", now), granted, shop.meter)
        shop.meter.count(Metric.TRIALS)
    except AlreadyDecided:
        pass
    return provision_now(session, shop)
