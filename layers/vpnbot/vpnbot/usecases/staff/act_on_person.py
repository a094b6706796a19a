"""An act of a member of the staff on a person: shown before it is done, done once, and written into the log.

The cause is that of the update that asked the question, so that an act is done once however many members tap. It is
done only with the person as the question has shown them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.effects import Effect
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff.acts import Act, ActKind, written
from vpnbot.domain.staff.given_days import Limit, OverLimit, day_of, left_for, taken_by
from vpnbot.domain.staff.person_acts import told_of
from vpnbot.domain.staff.weekly_days import weekly_alert
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.errors import AlreadyDecided, ItemExists, Rejected
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.keys.make_keys import make_keys
from vpnbot.usecases.ports import Context, Metric, Session
from vpnbot.usecases.ports.staff import StaffPorts
from vpnbot.usecases.staff.changed_person import Changing
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription

_ATTEMPTS = 3
LEDGER_WORDS: Mapping[ActKind, str] = {
    ActKind.DAYS: "days given by the staff",
    ActKind.PLAN: "plan changed by the staff",
    ActKind.LINK: "new link made by the staff",
    ActKind.PAUSE: "suspended",
    ActKind.RESUME: "resumed",
    ActKind.TRIAL: "trial allowed again",
    ActKind.MESSAGE: "message from the staff",
    ActKind.NOTE: "note of the staff",
    ActKind.MOVE: "key moved by the staff",
    ActKind.DELETE: "deleted",
}
TOLD_AS: Mapping[ActKind, NotificationKind] = {
    ActKind.DAYS: NotificationKind.DAYS_GIVEN,
    ActKind.PLAN: NotificationKind.PLAN_CHANGED,
    ActKind.PAUSE: NotificationKind.SUSPENDED,
    ActKind.RESUME: NotificationKind.RESUMED,
    ActKind.TRIAL: NotificationKind.TRIAL_AGAIN,
}
"""The kinds of acts that a person can be told of; a message is always told."""


class PictureChanged(Rejected):
    """The person has changed since the question was shown: show it again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that was asked for.

    `value` is what it is about: days, the id of a plan or of a server, or a text. `version` is that of the person as
    shown, `limited`: the member has limits, `told`: the person is to be notified.
    """

    kind: ActKind
    value: str
    cause: str
    actor: str
    version: int
    told: bool = False
    limited: bool = False


def act_on_person(session: Session, changing: Changing, ports: StaffPorts, context: Context, asked: Asked) -> bool:
    """Do an act, and return whether this call did it; False: it was done before.

    Raises:
        PictureChanged: the person has changed since the question was shown.
        CannotAct, OverLimit: the act is not possible.
        Conflict, StorageUnavailable: try again later; the act is still done once.
    """
    if session.decided(asked.cause):
        context.metrics.count(Metric.DUPLICATES)
        return False
    advance_subscription(session, context)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _commit(session, changing, ports, context, asked)
        except AlreadyDecided:
            return False
        except ItemExists:  # another act of this member has taken the same days of the allowance
            if attempt == _ATTEMPTS:
                raise
            session.reload()
        else:
            break
    if asked.kind is ActKind.DELETE:
        context.metrics.count(Metric.DELETED)
    make_keys(session, changing.fleet, context)
    return True


def preview(person: Person, changing: Changing, ports: StaffPorts, context: Context, asked: Asked) -> Person:
    """Return the person as the act would leave them now.

    Raises:
        CannotAct, OverLimit: the act is not possible.
    """
    now = context.clock()
    if asked.limited:
        list(_allowance(person, ports, asked, now))
    return changing.changed(person.as_of(now), asked.kind, asked.value, asked.cause, asked.actor, now)


def _commit(session: Session, changing: Changing, ports: StaffPorts, context: Context, asked: Asked) -> None:
    now, before = context.clock(), session.person
    _ensure_as_shown(before, asked)
    effects = tuple(_allowance(before, ports, asked, now)) if asked.limited else ()
    after = changing.changed(before, asked.kind, asked.value, asked.cause, asked.actor, now)
    act = _act(before, asked, now)
    seconds = entitlement_seconds(after.subscription, now) - entitlement_seconds(before.subscription, now)
    deletes = asked.kind is ActKind.DELETE
    entry = Entry(
        asked.cause, LEDGER_WORDS[asked.kind], now, asked.actor, seconds=None if deletes else seconds or None
    )

    def acted(person: Person) -> Decision:
        _ensure_as_shown(person, asked)
        return Decision(_told(before, after, asked, now), effects=(*effects, written(act)))

    if deletes:
        session.states.clear()
    decide(session, entry, acted, context.metrics)


def _ensure_as_shown(person: Person, asked: Asked) -> None:
    if person.user.version != asked.version or not person.user.known:
        raise PictureChanged("the person has changed since the question was shown")


def _told(before: Person, after: Person, asked: Asked, now: datetime) -> Person:
    kind = TOLD_AS.get(asked.kind)
    if kind is None or not asked.told:
        return after
    message = told_of(kind, asked.cause, now, before, after)
    return after if message is None else after.with_notifications(message)


def _act(before: Person, asked: Asked, now: datetime) -> Act:
    about_words = asked.kind in {ActKind.NOTE, ActKind.MESSAGE}
    plan = before.subscription.plan
    return Act(
        asked.cause,
        asked.kind,
        asked.actor,
        before.id,
        now,
        value="" if about_words else asked.value,
        before=plan.id if asked.kind is ActKind.PLAN and plan is not None else "",
        told=asked.told,
    )


def _allowance(person: Person, ports: StaffPorts, asked: Asked, now: datetime) -> Iterator[Effect]:
    """Yield what takes the days from the allowance of a member with limits.

    Raises:
        OverLimit: the days are too many, or for the member.
    """
    if asked.kind is not ActKind.DAYS:
        return
    giver, days = asked.actor.partition(":")[2], int(asked.value)
    if giver == person.id:
        raise OverLimit(Limit.ONESELF)
    left = left_for(person.user, now)
    if days > left:
        raise OverLimit(Limit.PERSON, left)
    taken = [number for number, _ in ports.given.taken(giver, day_of(now))]
    yield from taken_by(giver, days, taken, asked.cause, now)
    yield weekly_alert(now)
