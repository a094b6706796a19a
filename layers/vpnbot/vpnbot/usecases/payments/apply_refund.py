"""Apply what a provider reports about a refund: ours, or one that was made without us."""

from vpnbot.domain.orders.reports import RefundReport, ReportedState
from vpnbot.domain.payments.outcomes import Outcome
from vpnbot.domain.payments.returning import refund_done
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def apply_refund(report: RefundReport, ports: PaymentPorts, context: Context) -> Session | None:
    """Apply a refund that was made to the order of its payment, and return the session of the person.

    None: the payment is not in our register, so that it is not ours, or nothing of it was applied yet.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    owner = ports.people.owner_of(report.provider, report.account, report.payment_id)
    if owner is None or report.state is not ReportedState.SUCCEEDED:
        return None
    session = ports.people.open(owner.person)
    session.recall(owner.order)
    apply_refund_in(session, report, owner.order, context)
    return session


def apply_refund_in(
    session: Session, report: RefundReport, order_id: str, context: Context, *, actor: str = "provider"
) -> Settlement:
    """Apply a refund that was made to an order of a person who is loaded, with this order recalled."""

    def chosen(person: Person) -> Settlement:
        order = person.order(order_id)
        if order is None:
            return unchanged(Outcome.DONE, person)
        return refund_done(person, order, report, context.clock(), actor=actor)

    return settle(session, context, chosen)
