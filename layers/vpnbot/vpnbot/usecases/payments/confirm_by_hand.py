"""An operator has sent money back by hand, because its provider cannot."""

from vpnbot.domain.orders.refund import RefundState
from vpnbot.domain.orders.reports import RefundReport, ReportedState
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.domain.payments.returning import BY_HAND, refund_done
from vpnbot.domain.payments.settlement import Settlement, unchanged
from vpnbot.domain.people.person import Person
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, PaymentPorts, Session
from vpnbot.usecases.read_gifts import gift_of


def confirm_by_hand(
    session: Session, ports: PaymentPorts, context: Context, actor: str, order_id: str, payment_id: str
) -> Settlement:
    """Commit that an operator has sent the money of a refund; the person is notified, once for each refund.

    Raises:
        NothingToSendBack: no refund of this payment waits to be sent by hand; perhaps it was confirmed before.
        Conflict, StorageUnavailable: try again later.
    """
    session.recall(order_id)

    def chosen(person: Person) -> Settlement:
        order, refund = person.order(order_id), person.refund_of(payment_id)
        if order is None or refund is None or refund.state is not RefundState.BY_HAND:
            return unchanged(Outcome.NONE, person)
        now = context.clock()
        report = RefundReport(
            refund.provider,
            refund.account,
            f"{BY_HAND}{refund.order_id}-{refund.number}",
            payment_id,
            ReportedState.SUCCEEDED,
            refund.money,
            made_at=now,
        )
        gift = gift_of(ports.gifts, order, payment_id)
        return refund_done(person, order, report, now, actor=actor, gift=gift)

    settlement = settle(session, context, chosen)
    if settlement.outcome is Outcome.NONE:
        raise NothingToSendBack("no refund of this payment waits to be sent by hand")
    return settlement
