"""Keep a genuine payment that belongs to no order that we have, until an operator decides."""

from contextlib import suppress

from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.arrival import paid_cause
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.ports import Context, Metric, PaymentPorts


def keep_unmatched(report: PaymentReport, ports: PaymentPorts, context: Context) -> None:
    """Record the payment in the ledger of the shop, once, and alert the operators.

    Raises:
        StorageUnavailable, Conflict: try again later.
    """
    now, cause = context.clock(), paid_cause(report)
    entry = Entry(cause, RULES[Outcome.ORPH].entry or "", now, "provider", report.order, report.money, 0)
    alert = alerted(
        AlertKind.NO_ORDER,
        cause,
        now,
        provider=report.provider,
        payment=report.payment_id,
        order=report.order or "",
        person=report.person or "",
        paid=f"{report.money.amount_minor} {report.money.currency}",
    )
    with suppress(AlreadyDecided):
        ports.ledger.record(entry, alert)
        context.metrics.count(Metric.HELD_PAYMENTS)
