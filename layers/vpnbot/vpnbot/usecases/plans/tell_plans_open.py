"""Notify the people who wait until plans can be bought, or the trial can be started, each once, in slices."""

from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.implied_effects import EARLIER_PLANS_WAITLIST, PLANS_WAITERS, plans_rows_removed
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.shop import Offering, ShopMode, begins, offerings, order_of
from vpnbot.domain.subscriptions.subscription import RUNNING
from vpnbot.errors import AlreadyDecided, ClaimLost, UnreadableItem
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.waiting_people import waiting_for
from vpnbot.usecases.audience.walk import BulkJob, Calls
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import BulkPorts, Context, DueIndex, NotificationSender, People, Sales

LEFT_AGAIN_AFTER = timedelta(hours=1)
"""People who could not be notified are tried again after this time."""


def tell_plans_open(
    item: DueItem,
    people: People,
    sales: Sales,
    bulk: BulkPorts,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
) -> None:
    """Notify one slice of the people who wait; the opening ends when each of them was notified whom it is for.

    If the shop has closed again meanwhile, the people wait for the next opening.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent: Telegram did not answer; the next slice follows later.
        StorageUnavailable: the storage did not answer; due work tries again.
        Exception: a bug with one person, who waits on; all others were notified.
    """
    opening = sales.plans.opening(item.sort_key.partition("#")[2])
    if opening is None or opening.due is None or opening.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    offer = _offer(sales)
    if not offer.anything:
        sales.plans.end_opening(opening)
        return
    claim = JobClaim(item, index, context.clock)
    visits = _PlansOpen(opening.id, offer, people, context, sender)
    rank = rank_of(BulkUrgency.TELL, opening.at, opening.key)
    source = waiting_for(PLANS_WAITERS, bulk.waiters, EARLIER_PLANS_WAITLIST)
    job = BulkJob(item.prefix, rank, source, visits.visit, goes_on=lambda: _offer(sales) == offer)
    walked = do_slice(job, claim, bulk, context)
    if walked is None or not claim.reached_end(walked, item):
        return
    if walked.left:
        claim.postpone(context.clock() + LEFT_AGAIN_AFTER)
    else:
        sales.plans.end_opening(replace(opening, due=replace(opening.due, at=claim.item.due_at)))


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the shop begins now. `price` is the lowest price that can be paid; None: nothing is sold."""

    mode: ShopMode
    price: Money | None

    @property
    def anything(self) -> bool:
        """Whether there are people for whom it is."""
        return bool(offerings(self.mode, selling=self.price is not None))

    def trial_for(self, person: Person) -> bool:
        """Tell whether the person waits for the trial, and can start it."""
        return person.user.wants_trial and begins(self.mode, Offering.TRIAL)

    def plans_for(self, person: Person) -> bool:
        """Tell whether the person waits for plans, and can buy one."""
        return person.user.wants_plans and self.price is not None and begins(self.mode, order_of(person))


def _offer(sales: Sales) -> _Offer:
    catalogue, settings = sales.plans.load(fresh=True), sales.settings.load(fresh=True)
    currency = settings.offered_currency(catalogue)
    return _Offer(settings.mode, catalogue.cheapest(currency) if currency else None)


@dataclass(frozen=True)
class _PlansOpen:
    """Visits the people who wait."""

    opening_id: str
    offer: _Offer
    people: People
    context: Context
    sender: NotificationSender

    def visit(self, person_id: PersonId, calls: Calls) -> None:
        """Notify one person, who waits no more then."""
        session = self.people.open(person_id)
        if session.person.paused:
            return  # can buy nothing now: waits for the next opening
        if session.person.user.waits_for_opening:
            if not (self.offer.trial_for(session.person) or self.offer.plans_for(session.person)):
                return  # waits for the opening that is for them
            calls.wait()
        try:
            apply_fact(session, self.context, self._notified)
        except AlreadyDecided:
            return  # asked again after this opening: waits for the next one
        deliver_notifications(session, self.people, self.context, self.sender)

    def _notified(self, person: Person) -> Decision | None:
        """Return the person without the wait, with one notification unless they need it no more."""
        if not person.readable:
            raise UnreadableItem("this person cannot be read")
        user = person.user
        if not user.waits_for_opening:
            return Decision(person, effects=tuple(plans_rows_removed(person.id)))
        trial, plans = self.offer.trial_for(person), self.offer.plans_for(person)
        if not (trial or plans):
            return None
        now = self.context.clock()
        cause = f"event:plans_open:{self.opening_id}/{person.id}"
        entry = Entry(cause, "notified that plans are open", now, "clock")
        still = replace(user, wants_trial=user.wants_trial and not trial, wants_plans=user.wants_plans and not plans)
        asked = replace(person, user=still)
        if trial and person.trial_available:
            message = notification(NotificationKind.TRIAL_OPEN, cause, now)
        elif plans and self.offer.price is not None and not _has_bought(person):
            price = f"{self.offer.price.amount_minor} {self.offer.price.currency}"
            message = notification(NotificationKind.PLANS_OPEN, cause, now, price=price)
        else:
            return Decision(asked, (entry,))
        return Decision(asked.with_notifications(message), (entry,))


def _has_bought(person: Person) -> bool:
    subscription = person.subscription
    return subscription.status in RUNNING and not subscription.is_trial
