"""Who is offered a discount to come back: people whose paid time has ended, who want news and have no time now."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.gifts.gift import LOT_MARK
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.status import Status
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.domain.winback import AGAIN_AFTER, Winback, WinbackState

_DEPENDS_ON = frozenset({"USER", "SUB", "ORDER", "REFUND"})
"""The kinds of items that decide about an offer, as their sort keys begin."""


def with_winback_waiting(person: Person, after: timedelta, now: datetime) -> Person:
    """Return a person, whose time has just ended, with an offer due `after` that; unchanged if it was not paid.

    A person who had an offer within half a year before gets none.
    """
    due, last = now + after, person.user.winback_at
    if not was_paid(person.subscription) or (last is not None and due < last + AGAIN_AFTER):
        return person
    return replace(person, winback=Winback(now, due=Due(due)))


def was_paid(subscription: Subscription) -> bool:
    """Tell whether the person has paid for time that has ended: free time is used first, so bought time is last.

    What another person has paid for, a gift, was given.
    """
    lots = subscription.lots
    return any(lot.source is Source.BOUGHT and not lot.id.startswith(LOT_MARK) for lot in lots)


def known_well_enough(person: Person) -> bool:
    """Tell whether this version can read what an offer depends on: profile, subscription, orders and refunds."""
    return not any(key.partition("#")[0] in _DEPENDS_ON for key in person.unreadable)


def may_be_won_back(person: Person, now: datetime) -> bool:
    """Tell whether a person may be offered something now: they want news, can be reached, and have no time."""
    user = person.user
    wants = user.known and user.news and user.reachable
    over = person.as_of(now).subscription.status is Status.EXPIRED
    return wants and over and not person.paused


def money_on_its_way(person: Person) -> bool:
    """Tell whether money of the person is held, goes back or may arrive soon: then an offer comes too early."""
    unsettled = {PaymentState.HELD, PaymentState.PENDING}
    payments = (payment for order in person.orders for payment in order.payments)
    return bool(person.refunds) or any(payment.state in unsettled for payment in payments)


def without_waiting_winback(person: Person) -> Person:
    """Return a person who gets money for time back without the offer that waits; one that was made counts."""
    waits = person.winback is not None and person.winback.state is WinbackState.WAITING
    return replace(person, winback=None) if waits else person
