"""An owner decides about a reward above the number of a month: it is given, or never."""

from dataclasses import replace

from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff import acts
from vpnbot.domain.staff.acts import Act, RewardAct
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Session


class NothingToDecide(Rejected):
    """The reward does not wait any more: it was decided, or its payment has gone back."""


def decide_reward(session: Session, context: Context, cause: str, actor: str, *, give: bool) -> None:
    """Commit the decision about the reward for the first payment of this person; a repetition changes nothing.

    One that is given is then due work, as every other.

    Raises:
        NothingToDecide: it does not wait for a decision.
        Conflict, StorageUnavailable: try again later.
    """
    now = context.clock()
    kind = RewardAct.GIVE_REWARD if give else RewardAct.REFUSE_REWARD
    entry = Entry(cause, "reward approved" if give else "reward refused", now, actor)

    def decided(person: Person) -> Decision:
        reward = person.reward
        if reward is None or reward.state is not RewardState.WAITING:
            raise NothingToDecide(person.id)
        after = replace(person, reward=reward.granting(now, approved=True) if give else None)
        return Decision(after, effects=(acts.written(Act(cause, kind, actor, person.id, now)),))

    try:
        decide(session, entry, decided, context.metrics)
    except AlreadyDecided:
        return
