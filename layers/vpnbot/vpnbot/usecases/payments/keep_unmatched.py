"""Keep a genuine payment that belongs to no order that we have, until an operator decides."""

from contextlib import suppress

from vpnbot.domain.orders.reports import PaymentReport
from vpnbot.domain.payments.unmatched import kept
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.ports import Context, Metric, PaymentPorts
from vpnbot.usecases.statistics.count_unmatched import statistics_of_unmatched


def keep_unmatched(report: PaymentReport, ports: PaymentPorts, context: Context) -> None:
    """Keep the payment with an entry in the ledger of the shop, once, and alert the operators.

    Raises:
        StorageUnavailable, Conflict: try again later.
    """
    settlement = kept(report, context.clock())
    with suppress(AlreadyDecided):
        ports.unmatched.save(
            settlement.after, settlement.entry, *settlement.effects, *statistics_of_unmatched(settlement)
        )
        context.metrics.count(Metric.HELD_PAYMENTS)
