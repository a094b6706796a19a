"""Give days for a downtime to everybody who had no working key in it: a bulk job, each person once.

Whom, and for which time, follows from the frozen list of the downtime. The days are a decision with the cause
`compensation:<downtime>` in the person's own ledger, so that no repetition gives them again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from vpnbot.domain.audience.turn import BulkUrgency, rank_of
from vpnbot.domain.keys.key_ring import Key, PersonId
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.payments.purchase import with_free_time
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import CompensatedTime
from vpnbot.domain.servers.downtime import HURT_SHARDS, Downtime
from vpnbot.domain.servers.hurt import Hurt
from vpnbot.domain.servers.lost_time import days_for, uncompensated
from vpnbot.domain.servers.spans import Span, Spans, total
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.status import Status
from vpnbot.errors import AlreadyDecided, ClaimLost, UnreadableItem
from vpnbot.usecases.audience.bulk_job import JobClaim, do_slice
from vpnbot.usecases.audience.walk import BulkJob, Calls, Page
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports.downtimes import HurtPeople
from vpnbot.usecases.servers.downtime_work import DowntimeWork
from vpnbot.usecases.servers.record_hurt import everybody_hurt
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription

_PAGE = 100
_DAY_SECONDS = 86_400
_LEFT_AGAIN_AFTER = timedelta(hours=1)
"""People who could not be visited are tried again after this time."""
_GETS_DAYS = frozenset({Status.TRIAL, Status.ACTIVE, Status.EXPIRED, Status.SUSPENDED})
"""Who has deleted their data, or has got all money back before any time began, has nothing to add days to."""


@dataclass(frozen=True)
class _StillToGive:
    """Implements `Source`: the people of the list to whom the job has not come yet."""

    hurt: HurtPeople
    downtime_id: str
    shards: int = HURT_SHARDS

    def page(self, shard: int, after: str) -> Page[Hurt]:
        """Return those of the next people of a shard who are left; there may be none of them."""
        found = self.hurt.page(self.downtime_id, shard, after=after, limit=_PAGE)
        left = [(each.person, each) for each in found if each.days is None]
        return Page(left, found[-1].person if len(found) == _PAGE else None)


def give_slice(downtime: Downtime, work: DowntimeWork) -> None:
    """Give days to one slice of people; the compensation ends when everybody was visited.

    Raises:
        ClaimLost: another worker has the claim.
        TelegramSilent, StorageUnavailable: not answered; the next slice follows later.
        Exception: a bug with one person, whom the next slice visits again.
    """
    giving, claim = _Giving(downtime, work), JobClaim(work.item, work.index, work.context.clock)
    rank = rank_of(BulkUrgency.GRANT, downtime.compensated_at or work.context.clock(), downtime.id)
    source = _StillToGive(work.hurt, downtime.id)
    walked = do_slice(
        BulkJob(work.item.prefix, rank, source, giving.visit, lambda: True), claim, work.bulk, work.context
    )
    if walked is None or not claim.reached_end(walked, work.item):
        return
    if walked.left:
        claim.postpone(work.context.clock() + _LEFT_AGAIN_AFTER)
    else:
        _end(downtime, work)


def _end(downtime: Downtime, work: DowntimeWork) -> None:
    given = [hurt.days for hurt in everybody_hurt(work.hurt, downtime.id) if hurt.days]
    if not work.downtimes.observe(downtime, downtime.compensation_ended(len(given), sum(given))):
        raise ClaimLost(f"downtime {downtime.id} was changed meanwhile")


@dataclass(frozen=True, slots=True)
class _Giving:
    """One slice; its threads share it."""

    downtime: Downtime
    work: DowntimeWork

    @property
    def cause(self) -> str:
        """The cause of the decision about each person, and the id of the lot of their days."""
        return f"compensation:{self.downtime.id}"

    def visit(self, hurt: Hurt, calls: Calls) -> None:
        """Give one person their days once, tell them, and write into the list what they got."""
        session = self.work.people.open(PersonId(hurt.person))
        if not session.person.readable:
            raise UnreadableItem("this person cannot be read")
        rows = self._rows(hurt)
        if self._due_to(session.person, rows):
            calls.wait()
            advance_subscription(session, self.work.context)
            with suppress(AlreadyDecided):  # the answer to an earlier commit was lost
                apply_fact(session, self.work.context, lambda person: self._decided(person, rows))
        got = self._got(session.person)
        self.work.hurt.put(self.downtime, hurt.given(got.days, _spans_of(got)) if got else hurt.given(0, ()))
        deliver_notifications(session, self.work.people, self.work.context, self.work.sender)

    def _rows(self, hurt: Hurt) -> Sequence[tuple[str, Hurt]]:
        """Return what the lists of the period say about the person, each with its server."""
        rows = [(self.downtime.server_id, hurt)]
        for downtime_id in self.downtime.period:
            other = self.work.hurt.get(downtime_id, hurt.person) if downtime_id != self.downtime.id else None
            if other is not None:
                rows.append((downtime_id.rpartition("#")[0], other))
        return rows

    def _got(self, person: Person) -> CompensatedTime | None:
        """Return what the person has got for this downtime."""
        return next((each for each in person.user.compensated if each.downtime == self.downtime.id), None)

    def _due_to(self, person: Person, rows: Sequence[tuple[str, Hurt]]) -> Spans:
        """Return the lost time for which the person is to get days now."""
        subscription = person.subscription
        if subscription.status not in _GETS_DAYS or subscription.plan is None or self._got(person):
            return ()
        return uncompensated(rows, (span for each in person.user.compensated for span in _spans_of(each)))

    def _decided(self, person: Person, rows: Sequence[tuple[str, Hurt]]) -> Decision | None:
        now, lost, before = self.work.context.clock(), self._due_to(person, rows), person.subscription
        if not lost or before.plan is None:
            return None
        days = self.downtime.days_each or days_for(lost)
        new_key = Key(self.work.fleet.ring().current, self.work.context.new_seed())
        given = with_free_time(person, self.cause, days * _DAY_SECONDS, before.plan, new_key, now)
        seconds = entitlement_seconds(given.subscription, now) - entitlement_seconds(before, now)
        got = CompensatedTime(
            self.downtime.id, now, days, tuple(span.since for span in lost), tuple(span.until for span in lost)
        )
        message = notification(
            NotificationKind.COMPENSATED,
            self.cause,
            now,
            began=self.downtime.first_bad_at.isoformat(),
            seconds=str(round(total(lost).total_seconds())),
            days=str(days),
        )
        after = replace(given, user=given.user.compensated_with(got)).with_notifications(message)
        return Decision(
            after,
            (Entry(self.cause, "compensation for an outage", now, self.downtime.compensated_by, seconds=seconds),),
        )


def _spans_of(got: CompensatedTime) -> Spans:
    return tuple(Span(since, until) for since, until in zip(got.begins, got.ends, strict=True))
