"""Commit what an event about money leads to: the loop that all of these use cases share."""

from collections.abc import Callable

from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.settlement import Settlement
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, Metric, Session


def settle(session: Session, context: Context, choose: Callable[[Person], Settlement]) -> Settlement:
    """Commit the settlement that `choose` returns, at most once for its cause, and return it.

    The settlement of a cause that was decided before has the outcome DONE, and the person as stored now.

    Raises:
        ItemExists: the payment is registered for another order.
        Conflict: three attempts failed because of concurrent changes; try again later.
    """
    chosen = Settlement(Outcome.DONE, session.person)

    def decided(person: Person) -> Decision | None:
        nonlocal chosen
        chosen = choose(person)
        if chosen.entry is None and chosen.after == person:
            return None
        entries = () if chosen.entry is None else (chosen.entry,)
        return Decision(chosen.after, entries, chosen.effects)

    try:
        after = apply_fact(session, context, decided)
    except AlreadyDecided:
        return Settlement(Outcome.DONE, session.person)
    if chosen.entry is not None and chosen.entry.money is not None and chosen.entry.money.amount_minor < 0:
        context.metrics.count(Metric.REFUNDS)
    return Settlement(chosen.outcome, after, chosen.entry, chosen.effects)
