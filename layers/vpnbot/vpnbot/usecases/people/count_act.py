"""Count a limited act that decides nothing else: it asks panels, or reads much."""

from vpnbot.domain.people.limits import LimitedAct, TooOften, again_at
from vpnbot.domain.people.person import Person
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, Session


def count_act(session: Session, context: Context, act: LimitedAct) -> None:
    """Commit that the person does this now, before it is done: a process that crashes has counted it.

    There is no ledger entry: the act changes nothing, and a second delivery of its update does it once more.

    Raises:
        TooOften: the person has done it as often as allowed.
        Conflict: concurrent changes; try again later.
        UnreadableItem: this version cannot read the profile or the subscription.
    """
    now = context.clock()
    possible_at = None

    def counted(person: Person) -> Decision | None:
        nonlocal possible_at
        possible_at = again_at(person.user.acts, act, now)
        return Decision(person.acted(act, now)) if possible_at is None else None

    apply_fact(session, context, counted)
    if possible_at is not None:
        raise TooOften(act, possible_at)
