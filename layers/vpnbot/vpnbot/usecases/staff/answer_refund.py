"""A member of the staff has answered a wish for a refund without sending money: it waits no more."""

from contextlib import suppress

from vpnbot.domain.needs import NeedKind, dealt_with
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import Decision, decide
from vpnbot.usecases.ports import Context, Session


def answer_refund(session: Session, context: Context, cause: str, actor: str, order_id: str) -> None:
    """Commit that the wish was answered; a repetition changes nothing.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    entry = Entry(cause, "refund request answered", context.clock(), actor, order_id)

    def answered(person: Person) -> Decision:
        return Decision(person, effects=(dealt_with(NeedKind.REFUND, person.id, order_id),))

    with suppress(AlreadyDecided):
        decide(session, entry, answered, context.metrics)
