"""Turn automatic renewal off in one tap, on with a saved method, and remove a saved method."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.orders.stars import can_renew
from vpnbot.domain.payments.renewals import turned_off, without_method
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.renewal import (
    NOTICE_BEFORE_CHARGE,
    NOTICE_BEFORE_END,
    Renewal,
    RenewalState,
)
from vpnbot.domain.subscriptions.subscription import RUNNING
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.ports.payments import PaymentProvider

_AGAIN = timedelta(seconds=1)


class NoRenewalOffered(Rejected):
    """Renewal cannot be turned on without a purchase: there is no saved method, or the end is too near."""


@dataclass(frozen=True, slots=True)
class OfferedRenewal:
    """What would be charged to which saved method; `first_on` None: a day before the end, which is not known yet."""

    offer: Offer
    method: PaymentMethod
    first_on: datetime | None


def renews_already(person: Person, offer: Offer) -> bool:
    """Tell whether the plan of an offer is renewed for this person, so that a purchase need not turn it on."""
    renewal = person.subscription.renewal
    same = renewal is not None and renewal.offer.plan.id == offer.plan.id
    return same and renewal is not None and renewal.state is RenewalState.ON


def renews_with(provider: PaymentProvider, offer: Offer) -> bool:
    """Tell whether a purchase of an offer can be renewed: by the provider itself, or with a method that it saves.

    A charge has to be announced two days before, so that a shorter time than three days is not renewed.
    """
    if provider.abilities.renews_itself:
        return can_renew(offer)
    return provider.abilities.saves_methods and offer.duration >= NOTICE_BEFORE_END


def offered_renewal(person: Person, ports: PaymentPorts, now: datetime) -> OfferedRenewal | None:
    """Return the renewal that can be turned on now with a saved method, at today's price; None: there is none.

    The plan and the time are those that the person has. A consent less than 24 hours before the end, or after it, is
    a purchase.
    """
    subscription = person.subscription
    known = subscription.renewal
    method = None if known is None else person.method(known.provider)
    if known is None or method is None or subscription.plan is None or subscription.status not in RUNNING:
        return None
    if method.provider not in ports.providers.names():
        return None
    if method.account != ports.providers.get(method.provider).account:
        return None
    currency, ends_at = known.offer.price.currency, subscription.ends_at
    offer = ports.sales.plans.load().offer(subscription.plan.id, known.offer.id, currency)
    if offer is None or offer.duration < NOTICE_BEFORE_END:
        return None
    if ends_at is None:
        return OfferedRenewal(offer, method, None)
    if ends_at - now < NOTICE_BEFORE_CHARGE:
        return None
    return OfferedRenewal(offer, method, max(ends_at - NOTICE_BEFORE_CHARGE, now + NOTICE_BEFORE_CHARGE))


def turn_renewal_on(session: Session, ports: PaymentPorts, context: Context, cause: str) -> Person:
    """Commit the consent to charges of the saved method that the person has seen. Return the person.

    Raises:
        NoRenewalOffered: as the class says.
        TooOften: the person has turned it on as often as allowed.
        Conflict, StorageUnavailable: try again later.
    """
    now = context.clock()

    def on(person: Person) -> Person:
        if person.subscription.renews:
            return person
        offered, known = offered_renewal(person, ports, now), person.subscription.renewal
        if offered is None or known is None:
            raise NoRenewalOffered("there is nothing to turn on")
        agreed_at = max(now, known.agreed_at + _AGAIN)
        method = replace(offered.method, agreed_at=agreed_at)
        renewal = Renewal(
            offered.offer, method.provider, method.account, method.title, agreed_at, method.order_id
        ).in_course(person.subscription.course)
        ends_at = person.subscription.ends_at
        if ends_at is not None and offered.first_on is not None and agreed_at > ends_at - NOTICE_BEFORE_END:
            renewal = renewal.delivered(agreed_at, offered.first_on)  # the consent has named the date
        return person.acted(LimitedAct.RENEWAL_ON, now).with_method(method).with_renewal(renewal)

    return _decided(session, context, Entry(cause, "renewal on", now), on)


def turn_renewal_off(session: Session, context: Context, cause: str) -> Person:
    """Commit that nothing more is charged; what Telegram charges automatically is stopped as due work.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    now = context.clock()
    return _decided(session, context, Entry(cause, "renewal off", now), lambda person: turned_off(person, now))


def forget_method(session: Session, context: Context, cause: str, provider: str) -> Person:
    """Delete a saved method: nothing is ever charged to it again, also not by a charge that is under way.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    now = context.clock()
    entry = Entry(cause, "saved method removed", now)
    return _decided(session, context, entry, lambda person: without_method(person, provider, now))


def _decided(session: Session, context: Context, entry: Entry, choose: Callable[[Person], Person]) -> Person:
    try:
        return decide(session, entry, choose, context.metrics)
    except AlreadyDecided:
        return session.person
