"""Undo an act of the staff: by lot, so that nothing else is taken, and told if the act was told."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from vpnbot.domain.effects import Effect
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff import person_acts
from vpnbot.domain.staff.acts import UNDO_WITHIN_HOURS, Act, ActKind, written
from vpnbot.domain.staff.given_days import day_of, returned_to
from vpnbot.domain.staff.person_acts import CannotAct, Reason, told_of
from vpnbot.domain.staff.weekly_days import UNDONE
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.keys.make_keys import make_keys
from vpnbot.usecases.ports import Context, People, Session
from vpnbot.usecases.ports.staff import StaffPorts
from vpnbot.usecases.staff.changed_person import Changing
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription

TOLD_AS: Mapping[str, NotificationKind] = {
    ActKind.DAYS: NotificationKind.DAYS_TAKEN,
    ActKind.PLAN: NotificationKind.PLAN_CHANGED,
    ActKind.PAUSE: NotificationKind.RESUMED,
    ActKind.RESUME: NotificationKind.SUSPENDED,
    ActKind.TRIAL: NotificationKind.TRIAL_OVER,
}


def known_act(session: Session, people: People, ports: StaffPorts, cause: str) -> Act | None:
    """Return an act on this person from the log, found through the person's ledger; None if there is none.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    entry = people.decision(session.person.id, cause)
    if entry is None or not entry.get("at"):
        return None
    return ports.acts.act(datetime.fromisoformat(str(entry["at"])), cause)


def undo_act(session: Session, changing: Changing, ports: StaffPorts, context: Context, act: Act, actor: str) -> bool:
    """Undo an act, and return whether this call did it; False: it was undone before.

    Raises:
        CannotAct: it is too late, or what it has changed was changed again.
        Conflict, StorageUnavailable: try again later.
    """
    cause = f"{act.cause}{UNDONE}"
    if session.decided(cause):
        return False
    advance_subscription(session, context)
    now = context.clock()
    if not act.undoable or not session.person.user.known:
        raise CannotAct(Reason.CHANGED)
    if now - act.at > timedelta(hours=UNDO_WITHIN_HOURS):
        raise CannotAct(Reason.LATE)
    returned = tuple(_returned(ports, act)) if act.kind == ActKind.DAYS else ()
    before = session.person
    expected = undone(before, changing, act, now)
    seconds = entitlement_seconds(expected.subscription, now) - entitlement_seconds(before.subscription, now)
    log = written(Act(cause, ActKind.UNDO, actor, before.id, now, value=str(act.kind), told=act.told))

    def back(person: Person) -> Decision:
        if person.user.version != before.user.version:
            raise CannotAct(Reason.CHANGED)
        return Decision(_told(person, expected, act, cause, now), effects=(*returned, log))

    entry = Entry(cause, f"undone: {act.kind}", now, actor, seconds=seconds or None)
    try:
        decide(session, entry, back, context.metrics)
    except AlreadyDecided:
        return False
    make_keys(session, changing.fleet, context)
    return True


def undone(person: Person, changing: Changing, act: Act, now: datetime) -> Person:
    """Return the person without what an act has changed.

    Raises:
        CannotAct: it was changed again.
    """
    match act.kind:
        case ActKind.DAYS:
            return person_acts.without_days(person, act.cause, now)
        case ActKind.PLAN:
            plan, trial = person.subscription.plan, person.subscription.trial_plan
            if plan is None or plan.id != act.value:
                raise CannotAct(Reason.CHANGED)
            if trial is not None and trial.id == act.before:
                return person_acts.on_trial_again(person, trial, now)
            return person_acts.with_other_plan(person, changing.offer(act.before), now)
        case ActKind.PAUSE:
            return person_acts.resumed(person, now)
        case ActKind.RESUME:
            return person_acts.paused(person, now)
        case ActKind.TRIAL:
            return person_acts.without_trial_again(person)
        case _:
            raise CannotAct(Reason.CHANGED)


def _returned(ports: StaffPorts, act: Act) -> Iterator[Effect]:
    """Yield what gives the days back to the allowance of the member who gave them."""
    day = day_of(act.at)
    numbers = [number for number, cause in ports.given.taken(act.actor_id, day) if cause == act.cause]
    yield from returned_to(act.actor_id, day, numbers)


def _told(before: Person, after: Person, act: Act, cause: str, now: datetime) -> Person:
    if not act.told:
        return after
    message = told_of(TOLD_AS[act.kind], cause, now, before, after)
    return after if message is None else after.with_notifications(message)
