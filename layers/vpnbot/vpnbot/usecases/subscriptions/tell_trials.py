"""Each day, notify the people who wait for a trial: as many as there are places, who wait longest first.

The work is due when the day has begun and messages are sent, and when the limit was changed. Whom a run notifies is
stored before the first message: after a crash the next slice goes on with the same people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.implied_effects import trial_row_removed
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.domain.shop import Offering, begins
from vpnbot.domain.subscriptions.trial_places import Telling, TrialDay, Waiter
from vpnbot.domain.waiters import WAITER_SHARDS
from vpnbot.errors import AlreadyDecided, ClaimLost, UnreadableItem
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.walk import BulkJob, Calls, Page
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import BulkPorts, Context, DueIndex, NotificationSender, People, Sales
from vpnbot.usecases.ports.trials import TrialPlaces

_LAST_PERSON = PersonId("~")
"""Sorts after every person."""


def tell_trials(
    item: DueItem,
    people: People,
    sales: Sales,
    bulk: BulkPorts,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
) -> None:
    """Notify one slice of the people of this run; after the last one the work is due on the next day.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent: Telegram did not answer; the next slice follows later.
        StorageUnavailable: the storage did not answer; due work tries again.
        Exception: a bug with one person, who waits on; all others were notified.
    """
    telling = sales.places().telling()
    if telling is None or telling.due is None or telling.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    now, settings = context.clock(), sales.settings.load(fresh=True)
    today = TrialDay.at(now, settings.trials_a_day, settings.zone)
    opens_at = _opens_at(context, now)
    if opens_at > now:
        index.postpone(item, opens_at, attempts=0)
        return
    if telling.day != str(today.day):
        telling = _begun(telling, item, today, settings, sales.places(), now)
    if telling.last is None:
        _end(item, settings, today, context, index)
        return
    claim = JobClaim(item, index, context.clock)
    visits = _Visits(telling, people, context, sender)
    rank = rank_of(BulkUrgency.TELL, telling.begun_at or now, item.sort_key)
    source = _Waiting(sales.places(), telling.last)
    job = BulkJob(item.prefix, rank, source, visits.visit, goes_on=lambda: _begins_trials(sales, settings))
    walked = do_slice(job, claim, bulk, context)
    if walked is not None and claim.reached_end(walked, item):
        _end(claim.item, settings, today, context, index)


def _begun(
    telling: Telling, item: DueItem, today: TrialDay, settings: ShopSettings, places: TrialPlaces, now: datetime
) -> Telling:
    """Choose whom the run of this day notifies, and store it: the people who wait longest, as many as have places."""
    last: Waiter | None = None
    if begins(settings.mode, Offering.TRIAL):
        if not today.limit:
            last = Waiter(now, _LAST_PERSON)
        elif left := today.left(places.taken(today.day)):
            last = next(reversed(places.oldest(left)), None)
    begun = Telling(str(today.day), now, last, Due(item.due_at, item.attempts))
    places.begin(item, begun)
    return begun


def _begins_trials(sales: Sales, chosen_by: ShopSettings) -> bool:
    """Tell whether it is still true that there are trials: the limit is the one by which people were chosen."""
    settings = sales.settings.load(fresh=True)
    return begins(settings.mode, Offering.TRIAL) and settings.trials_a_day == chosen_by.trials_a_day


def _end(item: DueItem, settings: ShopSettings, today: TrialDay, context: Context, index: DueIndex) -> None:
    """End the run: without a limit no one waits any more, and a limit makes the work due again."""
    if not settings.trials_a_day and begins(settings.mode, Offering.TRIAL):
        index.done(item)
    else:
        index.postpone(item, _opens_at(context, today.end), attempts=0)


def _opens_at(context: Context, moment: datetime) -> datetime:
    """Return the first time from a moment on at which messages are sent."""
    window = context.hours(None)
    return moment if window is None else window.following(moment)


@dataclass(frozen=True)
class _Waiting:
    """Implements `Source`: the people who wait as long as the last one, or longer."""

    places: TrialPlaces
    last: Waiter

    @property
    def shards(self) -> int:
        """The number of shards."""
        return WAITER_SHARDS

    def page(self, shard: int, after: str) -> Page[PersonId]:
        """Return the people of a shard: no more than there were places when they were chosen."""
        found: Sequence[PersonId] = [person for person in self.places.page(shard, self.last) if person > after]
        return Page([(person, person) for person in found], None)


@dataclass(frozen=True)
class _Visits:
    """Visits the people of one run."""

    telling: Telling
    people: People
    context: Context
    sender: NotificationSender

    def visit(self, person_id: PersonId, calls: Calls) -> None:
        """Notify one person once, who is out of the list then."""
        session = self.people.open(person_id)
        if self._has_turn(session.person):
            calls.wait()
        try:
            apply_fact(session, self.context, self._told)
        except AlreadyDecided:
            return  # was notified in this run, came too late, and waits for the next one
        deliver_notifications(session, self.people, self.context, self.sender)

    def _has_turn(self, person: Person) -> bool:
        since = person.user.waits_for_trial_since
        waits = since is not None and person.user.in_trial_list
        return since is not None and waits and self.telling.includes(Waiter(since, person.id))

    def _told(self, person: Person) -> Decision | None:
        """Return the person with the notification; one who can start no trial any more only leaves the list."""
        if not person.readable:
            raise UnreadableItem("this person cannot be read")
        user, now = person.user, self.context.clock()
        if not user.in_trial_list:
            return Decision(person, effects=(trial_row_removed(person.id),))
        if not self._has_turn(person):
            return None
        cause = f"event:trials:{self.telling.begun_at:%Y-%m-%dT%H:%M:%S.%fZ}/{person.id}"
        if not person.trial_available:
            gone = replace(user, waits_for_trial_since=None, told_of_trials_at=None)
            return Decision(replace(person, user=gone), (Entry(cause, "stopped waiting", now, "clock"),))
        told = replace(person, user=replace(user, told_of_trials_at=now))
        message = notification(NotificationKind.TRIALS_AGAIN, cause, now)
        entry = Entry(cause, "notified that there are trials", now, "clock")
        return Decision(told.with_notifications(message), (entry,))
