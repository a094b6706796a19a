"""What the acts of the staff do with a person: each returns the changed person, or raises `CannotAct`."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.payments.purchase import with_free_time, with_plan
from vpnbot.domain.payments.refunded_time import as_trial, with_trial_back, without_lot
from vpnbot.domain.payments.renewals import without_charges_there
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import Note
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.staff.given_days import with_given
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.status import HAS_TIME, RUNNING, Status
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.errors import Rejected

MOST_NOTES = 5
LONGEST_NOTE = 300
MOST_DAYS = 3650


class Reason(StrEnum):
    """Why an act is not possible, or cannot be undone."""

    UNKNOWN = "unknown"
    NO_TIME = "no_time"
    SAME_PLAN = "same_plan"
    PLAN_GONE = "plan_gone"
    NOT_PAUSED = "not_paused"
    PAUSED = "paused"
    HAS_TRIAL = "has_trial"
    NO_KEY = "no_key"
    USED = "used"
    CHANGED = "changed"
    LATE = "late"
    NOTES_FULL = "notes_full"
    NO_SERVER = "no_server"
    RETIRING = "retiring"
    MORE_TIME = "more_time"


class CannotAct(Rejected):
    """The state of the person does not allow the act."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"the act is not possible: {reason}")
        self.reason = reason


def with_days(person: Person, days: int, cause: str, trial: Plan, new_key: Key, now: datetime) -> Person:
    """Return the person with free days, as a lot of the act, so that they can be taken back."""
    seconds = days * 86_400
    given = with_free_time(person, cause, seconds, trial, new_key, now)
    return replace(given, user=replace(given.user, given=with_given(given.user.given, days, cause, now)))


def without_days(person: Person, cause: str, now: datetime) -> Person:
    """Return the person without what is left of the days that an act gave.

    Raises:
        CannotAct: they are used up, or the subscription has ended.
    """
    before = person.subscription
    if before.status not in HAS_TIME or not any(lot.id == cause for lot in before.lots_left(now)):
        raise CannotAct(Reason.USED)
    taken = _as_trial(without_lot(person, cause, now))
    given = tuple(each for each in taken.user.given if each.cause != cause)
    return replace(taken, user=replace(taken.user, given=given))


def _as_trial(person: Person) -> Person:
    """Return the person on trial again if only time of the trial is left, so that its own events follow."""
    subscription = person.subscription
    plan, lots = subscription.plan, subscription.lots
    if plan is None or not plan.is_trial or not lots or any(lot.source is not Source.TRIAL for lot in lots):
        return person
    return replace(person, subscription=as_trial(subscription))


def with_other_plan(person: Person, offer: Offer | None, now: datetime) -> Person:
    """Return the person with the time left as time of another plan.

    Raises:
        CannotAct: the plan is not in the catalogue, is the present one, or no time is left.
    """
    subscription = person.subscription
    if offer is None:
        raise CannotAct(Reason.PLAN_GONE)
    if not subscription.lots_left(now):
        raise CannotAct(Reason.NO_TIME)
    if subscription.plan is not None and subscription.plan.id == offer.plan.id:
        raise CannotAct(Reason.SAME_PLAN)
    changed = with_plan(person, offer, now)
    if not changed.subscription.lots:
        raise CannotAct(Reason.NO_TIME)
    return changed


def on_trial_again(person: Person, trial: Plan, now: datetime) -> Person:
    """Return the person with the time that is left as time of the trial, which it was before a change of the plan.

    Raises:
        CannotAct: no time is left, or other time was added since, which is none of the trial.
    """
    left = person.subscription.lots_left(now)
    if not left:
        raise CannotAct(Reason.NO_TIME)
    if any(lot.plan_id != trial.id for lot in left):
        raise CannotAct(Reason.MORE_TIME)
    return with_trial_back(person, trial, now)


def paused(person: Person, now: datetime) -> Person:
    """Return the person paused.

    Raises:
        CannotAct: the person is paused already.
    """
    if person.paused:
        raise CannotAct(Reason.PAUSED)
    return without_charges_there(person, now).paused_at(now).without_notifications(NotificationKind.RESUMED)


def resumed(person: Person, now: datetime) -> Person:
    """Return the person resumed.

    Raises:
        CannotAct: the person is not paused.
    """
    if not person.paused:
        raise CannotAct(Reason.NOT_PAUSED)
    running = person.resumed_at(now).without_notifications(NotificationKind.SUSPENDED)
    return running.with_placement_due(inline_claim(now)) if running.subscription.key is not None else running


def with_trial_again(person: Person) -> Person:
    """Return the person without the mark that the trial was used.

    Raises:
        CannotAct: there is no mark, or there is a subscription, so that the trial could not be started.
    """
    free = person.subscription.status in {Status.NONE, Status.DELETED}
    if not person.user.trial_used or not free:
        raise CannotAct(Reason.HAS_TRIAL)
    return replace(person, user=replace(person.user, trial_used=False))


def without_trial_again(person: Person) -> Person:
    """Return the person with the mark again.

    Raises:
        CannotAct: the trial was started meanwhile.
    """
    if person.user.trial_used or person.subscription.status not in {Status.NONE, Status.DELETED}:
        raise CannotAct(Reason.USED)
    return replace(person, user=replace(person.user, trial_used=True))


def with_note(person: Person, text: str, by: str, now: datetime) -> Person:
    """Return the person with a note of the staff; the oldest one leaves if there are too many."""
    notes = (*person.user.notes, Note(now, by, text[:LONGEST_NOTE]))[-MOST_NOTES:]
    return replace(person, user=replace(person.user, notes=notes))


def told_of(kind: NotificationKind, cause: str, now: datetime, before: Person, after: Person) -> Notification | None:
    """Return the notification of an act; None if there is nothing to say: a person without a link has no access."""
    if kind in {NotificationKind.SUSPENDED, NotificationKind.RESUMED} and after.subscription.key is None:
        return None
    if kind in {NotificationKind.DAYS_GIVEN, NotificationKind.DAYS_TAKEN}:
        days = abs(_left(after, now) - _left(before, now))
        return notification(kind, cause, now, days=str(round(days / timedelta(days=1))))
    return notification(kind, cause, now)


def _left(person: Person, now: datetime) -> timedelta:
    return (
        person.subscription.left(now) if person.subscription.status in {*RUNNING, Status.SUSPENDED} else timedelta()
    )
