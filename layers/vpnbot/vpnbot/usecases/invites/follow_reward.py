"""Give the reward of an invitation after the hold, or take it back after a refund: one step after the other.

The reward is an item of the friend, and each of its states is committed with the friend's version before the other
person is touched. What the person who has invited gets has the cause of the reward in the ledger, so that a step that
is repeated after a crash changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from vpnbot.domain.invites.reward import (
    GIVEN,
    NEVER_GIVEN,
    REWARD_PERIOD,
    TAKEN,
    WELCOME_TAKEN,
    WELCOMED,
    Reward,
    RewardState,
    taken_back,
)
from vpnbot.domain.keys.key_ring import Key, KeyRing, PersonId
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.payments.purchase import with_free_time
from vpnbot.domain.payments.refunded_time import without_lot
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import CLAIM, Due
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, People, Session

_AGAIN = timedelta(days=1)
_DAY_SECONDS = 86_400


class _Given(Enum):
    """What became of the reward of the person who has invited."""

    GIVEN = auto()
    TOO_MANY = auto()
    UNKNOWN_INVITER = auto()


@dataclass(frozen=True, slots=True)
class Rewarding:
    """What the use case needs. `most` is the number of rewards of a person within 30 days without the owner."""

    people: People
    ring: Callable[[], KeyRing]
    most: int


def follow_reward(session: Session, ports: Rewarding, context: Context) -> None:
    """Do what is due for the reward of this person, as far as it goes.

    Messages and keys of the person who has invited are left to due work.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    _begin(session, context)
    reward = session.person.reward
    if reward is None:
        return
    if reward.state is RewardState.GRANTING:
        inviter = ports.people.open(PersonId(reward.inviter))
        given = _give(inviter, reward, ports, context)
        _give_friend(session, reward, given, ports, context)
    elif reward.state is RewardState.REVOKED:
        inviter = ports.people.open(PersonId(reward.inviter))
        _take_from_inviter(inviter, reward, context)
        _take_from_friend(session, reward, context)


def _begin(session: Session, context: Context) -> None:
    """Commit that the reward is being given; it waits as long as its payment is being sent back."""
    now = context.clock()

    def begun(person: Person) -> Decision | None:
        reward = person.reward
        if reward is None or reward.state is not RewardState.HELD:
            return None
        if person.refund_of(reward.payment_id) is not None:
            return Decision(replace(person, reward=replace(reward, due=Due(now + _AGAIN))))
        return Decision(replace(person, reward=reward.granting(now)))

    apply_fact(session, context, begun)


def _give(inviter: Session, reward: Reward, ports: Rewarding, context: Context) -> _Given:
    now, key = context.clock(), Key(ports.ring().current, context.new_seed())
    outcome = _Given.GIVEN

    def given(person: Person) -> Decision | None:
        nonlocal outcome
        user, outcome = person.user, _Given.GIVEN
        if not user.known and not user.gone:  # a code that was made up: no such person
            outcome = _Given.UNKNOWN_INVITER
            return None
        recent = tuple(at for at in user.rewarded if at > now - REWARD_PERIOD)
        if len(recent) >= ports.most and not reward.approved:
            outcome = _Given.GIVEN if inviter.decided(reward.cause) else _Given.TOO_MANY
            return None
        if user.gone:
            return Decision(person, (Entry(reward.cause, NEVER_GIVEN, now, actor="clock", seconds=0),))
        counted = replace(
            user,
            rewarded=(*recent, now),
            invited_paid=user.invited_paid + 1,
            invited_seconds=user.invited_seconds + reward.reward_seconds,
        )
        after = _with_days(replace(person, user=counted), reward.cause, reward.reward_seconds, key, context)
        after = _told(after, NotificationKind.REWARD, reward.cause, reward.reward_seconds, context)
        return Decision(after, (_entry(reward.cause, GIVEN, person, after, context),))

    try:
        apply_fact(inviter, context, given)
    except AlreadyDecided:
        return _Given.GIVEN
    return outcome


def _give_friend(session: Session, reward: Reward, given: _Given, ports: Rewarding, context: Context) -> None:
    key, cause = Key(ports.ring().current, context.new_seed()), reward.welcome_cause

    def welcomed(person: Person) -> Decision | None:
        present = person.reward
        if present is None or present.state is not RewardState.GRANTING:
            return None  # the money has gone back meanwhile
        if given is _Given.UNKNOWN_INVITER:
            return Decision(replace(person, reward=None))
        if given is _Given.TOO_MANY:
            return Decision(replace(person, reward=present.waiting()))
        after = replace(person, reward=present.granted())
        if person.user.known:
            after = _with_days(after, cause, reward.welcome_seconds, key, context)
            after = _told(after, NotificationKind.WELCOME, cause, reward.welcome_seconds, context)
        return Decision(after, (_entry(cause, WELCOMED, person, after, context),))

    apply_fact(session, context, welcomed)


def _take_from_inviter(inviter: Session, reward: Reward, context: Context) -> None:
    """Take back what is left of the reward; one that was not given yet can never be given after this commit.

    Raises:
        Conflict: it was given at the same moment; try again later.
    """
    cause, back, now = reward.cause, taken_back(reward.cause), context.clock()

    def taken(person: Person) -> Decision | None:
        if not person.user.known and not person.user.gone:
            return None
        if not inviter.decided(cause):
            never = (Entry(each, NEVER_GIVEN, now, actor="clock", seconds=0) for each in (cause, back))
            return Decision(person, tuple(never))
        after = _without_days(person, cause, context)
        entry = _entry(back, TAKEN, person, after, context)
        if person.user.known and person.user.invited_paid:
            user, gone = after.user, -(entry.seconds or 0)
            left = max(user.invited_seconds - gone, 0)
            after = replace(after, user=replace(user, invited_paid=user.invited_paid - 1, invited_seconds=left))
        return Decision(after, (entry,))

    try:
        apply_fact(inviter, context, taken)
    except AlreadyDecided as error:
        if not inviter.decided(back):
            raise Conflict("the reward was given at the moment at which it was taken back") from error


def _take_from_friend(session: Session, reward: Reward, context: Context) -> None:
    cause = reward.welcome_cause

    def taken(person: Person) -> Decision | None:
        if person.reward is None or person.reward.state is not RewardState.REVOKED:
            return None
        after = replace(_without_days(person, cause, context), reward=None)
        return Decision(after, (_entry(taken_back(cause), WELCOME_TAKEN, person, after, context),))

    apply_fact(session, context, taken)


def _with_days(person: Person, cause: str, seconds: int, key: Key, context: Context) -> Person:
    return person if not seconds else with_free_time(person, cause, seconds, TRIAL, key, context.clock())


def _without_days(person: Person, cause: str, context: Context) -> Person:
    """Return the person without what is left of the days of a cause, and with a message about it if that is any.

    If the message that they were given still waits for the hours of the shop, or until the person can be reached,
    they read of neither; one that may be on its way now counts as read.
    """
    now = context.clock()
    after = without_lot(person, cause, now)
    given = next((message for message in after.outbox if message.id.endswith(_ends_of_ids(cause))), None)
    if given is not None and (given.due is None or given.due.at > now + CLAIM):
        return after.without_notification(given.id)
    seconds = entitlement_seconds(person.subscription, now) - entitlement_seconds(after.subscription, now)
    return _told(after, NotificationKind.REWARD_TAKEN, taken_back(cause), seconds, context) if seconds > 0 else after


def _ends_of_ids(cause: str) -> tuple[str, ...]:
    """Return how the ids of the messages end that tell of the days of a cause, see `notification`."""
    return tuple(f"#{cause}#{kind}" for kind in (NotificationKind.REWARD, NotificationKind.WELCOME))


def _told(person: Person, kind: NotificationKind, cause: str, seconds: int, context: Context) -> Person:
    if not seconds or not person.user.known:
        return person
    return person.with_notifications(notification(kind, cause, context.clock(), seconds=str(seconds)))


def _entry(cause: str, what: str, before: Person, after: Person, context: Context) -> Entry:
    now = context.clock()
    seconds = entitlement_seconds(after.subscription, now) - entitlement_seconds(before.subscription, now)
    return Entry(cause, what, now, actor="clock", seconds=seconds)
