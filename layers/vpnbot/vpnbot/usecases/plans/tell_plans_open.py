"""Notify the people who asked when plans can be bought, each once, in slices."""

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
from vpnbot.domain.subscriptions.subscription import RUNNING
from vpnbot.errors import AlreadyDecided, ClaimLost, UnreadableItem
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.waiting_people import waiting_for
from vpnbot.usecases.audience.walk import BulkJob, Calls, End
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
    """Notify one slice of the people who wait for plans; the opening ends when each of them was notified.

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
    price = _lowest_price(sales)
    if price is None:
        sales.plans.end_opening(opening)
        return
    claim = JobClaim(item, index, context.clock)
    visits = _PlansOpen(opening.id, price, people, context, sender)
    rank = rank_of(BulkUrgency.TELL, opening.at, opening.key)
    source = waiting_for(PLANS_WAITERS, bulk.waiters, EARLIER_PLANS_WAITLIST)
    job = BulkJob(item.prefix, rank, source, visits.visit, goes_on=lambda: _lowest_price(sales) is not None)
    walked = do_slice(job, claim, bulk, context)
    if walked is None:
        return
    if walked.end is not End.ALL:
        claim.go_on_after(walked)
    elif walked.bug is not None:
        claim.give_back(item)
        raise walked.bug
    elif walked.left:
        claim.postpone(context.clock() + LEFT_AGAIN_AFTER)
    else:
        sales.plans.end_opening(replace(opening, due=replace(opening.due, at=claim.item.due_at)))


def _lowest_price(sales: Sales) -> Money | None:
    """Return the lowest price that can be paid now; None if nothing is sold."""
    catalogue = sales.plans.load(fresh=True)
    currency = sales.settings.load().offered_currency(catalogue)
    return catalogue.cheapest(currency) if currency else None


@dataclass(frozen=True)
class _PlansOpen:
    """Visits the people who wait for plans."""

    opening_id: str
    price: Money
    people: People
    context: Context
    sender: NotificationSender

    def visit(self, person_id: PersonId, calls: Calls) -> None:
        """Notify one person, who waits no more then."""
        session = self.people.open(person_id)
        if session.person.paused:
            return  # can buy nothing now: waits for the next opening
        if session.person.user.wants_plans:
            calls.wait()
        try:
            apply_fact(session, self.context, self._notified)
        except AlreadyDecided:
            return  # asked again after this opening: waits for the next one
        deliver_notifications(session, self.people, self.context, self.sender)

    def _notified(self, person: Person) -> Decision:
        """Return the person without the wait, with the notification unless they have bought a plan already."""
        if not person.readable:
            raise UnreadableItem("this person cannot be read")
        if not person.user.wants_plans:
            return Decision(person, effects=tuple(plans_rows_removed(person.id)))
        now = self.context.clock()
        cause = f"event:plans_open:{self.opening_id}/{person.id}"
        entry = Entry(cause, "notified that plans are open", now, "clock")
        asked = replace(person, user=replace(person.user, wants_plans=False))
        if _has_bought(person):
            return Decision(asked, (entry,))
        price = f"{self.price.amount_minor} {self.price.currency}"
        message = notification(NotificationKind.PLANS_OPEN, cause, now, price=price)
        return Decision(asked.with_notifications(message), (entry,))


def _has_bought(person: Person) -> bool:
    subscription = person.subscription
    return subscription.status in RUNNING and not subscription.is_trial
