"""Notify the people who asked when plans can be bought, each once, in slices."""

from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.effects import Delete
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.implied_effects import PLANS_WAITLIST
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.subscriptions.subscription import RUNNING
from vpnbot.errors import (
    AlreadyDecided,
    ClaimLost,
    StorageUnavailable,
    TelegramUnavailable,
    UnreadableItem,
    VpnbotError,
)
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import Context, DueIndex, NotificationSender, People, Sales

SLICE = 25
"""The people of one slice: with a read, a write and a message each it ends well before the worker's time-out."""
LONGEST_SLICE = timedelta(seconds=40)
"""A slice that is slow ends after this time, and the next one goes on."""
LEFT_AGAIN_AFTER = timedelta(hours=1)
"""People who could not be notified are tried again after this time."""


def tell_plans_open(
    item: DueItem, people: People, sales: Sales, context: Context, sender: NotificationSender, index: DueIndex
) -> None:
    """Notify one slice of the people on the waitlist; the opening ends when each of them was notified.

    If the shop has closed again meanwhile, the people stay on the list for the next opening.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramUnavailable: Telegram asked to wait; the next slice follows after that time.
        StorageUnavailable: the storage did not answer; due work tries again.
        Exception: a bug with one person, who stays on the list; all others were notified.
    """
    opening = sales.plans.opening(item.sort_key.partition("#")[2])
    if opening is None or opening.due is None or opening.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    price = _lowest_price(sales)
    if price is None:
        sales.plans.end_opening(opening)
        return
    work = _Slice(opening.id, price, people, context, sender)
    ends_at, last = context.clock() + LONGEST_SLICE, ""
    while found := sales.plans.waiting(after=last, limit=SLICE):
        for person_id in found:
            if work.notified >= SLICE or context.clock() >= ends_at:
                index.postpone(item, context.clock(), attempts=0)
                return
            work.notify(person_id)
        last = found[-1]
    if work.bug is not None:
        raise work.bug
    if work.left:
        index.postpone(item, context.clock() + LEFT_AGAIN_AFTER, attempts=0)
    else:
        sales.plans.end_opening(opening)


def _lowest_price(sales: Sales) -> Money | None:
    """Return the lowest price that can be paid now; None if nothing is sold."""
    catalogue = sales.plans.load(fresh=True)
    currency = sales.settings.load().offered_currency(catalogue)
    return catalogue.cheapest(currency) if currency else None


@dataclass
class _Slice:
    """One slice. `notified` counts the people taken off the list, `left` those who could not be notified."""

    opening_id: str
    price: Money
    people: People
    context: Context
    sender: NotificationSender
    notified: int = 0
    left: int = 0
    bug: Exception | None = None

    def notify(self, person_id: PersonId) -> None:
        """Notify one person. An error keeps this person on the list, and does not stop the slice."""
        try:
            session = self.people.open(person_id)
            if session.person.paused:
                return  # can buy nothing now: stays on the list for the next opening
            apply_fact(session, self.context, self._notified)
            self.notified += 1
            deliver_notifications(session, self.people, self.context, self.sender)
        except AlreadyDecided:
            return  # asked again after this opening: stays on the list for the next one
        except (TelegramUnavailable, StorageUnavailable):
            raise
        except VpnbotError as error:
            self.left += 1
            self.context.metrics.deferred("OPENING", error)
        except Exception as error:  # noqa: BLE001 - a bug in one person's data must not keep the others waiting
            self.left += 1
            self.bug = self.bug or error

    def _notified(self, person: Person) -> Decision:
        """Return the person taken off the list, with the notification unless they have bought a plan already."""
        if not person.readable:
            raise UnreadableItem("this person cannot be read")
        if not person.user.wants_plans:
            return Decision(person, effects=(Delete(PLANS_WAITLIST, person.id),))
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
