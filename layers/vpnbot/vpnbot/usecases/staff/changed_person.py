"""The person as an act of the staff leaves them."""

from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.orders.offer import Offer
from vpnbot.domain.people.limits import LimitedAct, TooOften
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff import person_acts
from vpnbot.domain.staff.acts import ActKind
from vpnbot.domain.staff.person_acts import CannotAct, Reason
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.errors import AllServersFull, ClaimLost
from vpnbot.usecases.keys.move_key import with_successor
from vpnbot.usecases.keys.place_keys import Placing
from vpnbot.usecases.keys.rotate_key import NothingToRotate, ensure_replaceable, with_successors
from vpnbot.usecases.people.delete_data import with_data_deleted
from vpnbot.usecases.ports import Fleet, Sales


@dataclass(frozen=True, slots=True)
class Changing:
    """What the acts use besides the person. `seed` is random, for the key of a person who has none."""

    fleet: Fleet
    sales: Sales
    trial: Plan
    seed: str

    def changed(self, person: Person, kind: ActKind, value: str, cause: str, actor: str, now: datetime) -> Person:
        """Return the person after an act.

        Raises:
            CannotAct: the state of the person, or of the catalogue, does not allow it.
        """
        match kind:
            case ActKind.DAYS:
                return person_acts.with_days(person, int(value), cause, self.trial, self._new_key(), now)
            case ActKind.PLAN:
                return person_acts.with_other_plan(person, self.offer(value), now)
            case ActKind.LINK:
                return self._with_new_link(person, now)
            case ActKind.NOTE:
                return person_acts.with_note(person, value, actor.partition(":")[2], now)
            case ActKind.MESSAGE:
                return _with_message(person, value, cause, now)
            case ActKind.MOVE:
                return self._with_key_moved(person, value, now)
            case _:
                return _with_other_state(person, kind, now)

    def offer(self, plan_id: str) -> Offer | None:
        """Return an offer of a plan that is sold now, for its prices of conversion; None if it is not sold."""
        catalogue = self.sales.plans.load()
        plan = catalogue.plan(plan_id)
        offers = () if plan is None else catalogue.offers(plan, catalogue.base_currency)
        return offers[0] if offers else None

    def _new_key(self) -> Key:
        return Key(self.fleet.ring().current, self.seed)

    def _with_new_link(self, person: Person, now: datetime) -> Person:
        key = person.subscription.key
        if key is None:
            raise CannotAct(Reason.NO_KEY)
        try:
            ensure_replaceable(person, key.tag, now)
        except NothingToRotate as error:
            raise CannotAct(Reason.NO_KEY) from error
        except TooOften as error:
            raise CannotAct(Reason.RETIRING) from error
        return with_successors(person, self.fleet, now)

    def _with_key_moved(self, person: Person, server_id: str, now: datetime) -> Person:
        access = movable_key(person, server_id)
        if access is None:
            raise CannotAct(Reason.NO_KEY)
        try:
            return with_successor(person, access, Placing(self.fleet), self.fleet, now)
        except (AllServersFull, ClaimLost) as error:
            raise CannotAct(Reason.NO_SERVER) from error


def _with_other_state(person: Person, kind: ActKind, now: datetime) -> Person:
    match kind:
        case ActKind.PAUSE:
            return person_acts.paused(person, now)
        case ActKind.RESUME:
            return person_acts.resumed(person, now)
        case ActKind.TRIAL:
            return person_acts.with_trial_again(person)
        case ActKind.DELETE:
            return with_data_deleted(person, now)
        case _:
            raise CannotAct(Reason.UNKNOWN)


def _with_message(person: Person, text: str, cause: str, now: datetime) -> Person:
    """Return the person with a message to be sent; the limit of questions begins again, as after every answer."""
    words = notification(NotificationKind.SUPPORT_ANSWER, cause, now, text=text)
    topic = person.topic.answered() if person.topic is not None else None
    answered = replace(person, user=person.user.without_acts(LimitedAct.QUESTION), topic=topic)
    return answered.with_notifications(words)


def movable_key(person: Person, server_id: str) -> Access | None:
    """Return the key of a person on a server that can be moved; None if there is none."""
    staying = (access for access in person.living_accesses if access.leaving_at is None)
    return next((each for each in staying if each.server_id == server_id and each.wanted is not Wanted.ABSENT), None)
