"""Remind the operators of money that waits for them: once for each time that it is due."""

from contextlib import suppress

from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.ports import Context, Metric, PaymentPorts


def remind_operators(kind: AlertKind, waits: str, ports: PaymentPorts, context: Context, **about: str) -> None:
    """Alert the operators again, at most once a day for what waits.

    `waits` names it in the cause of the ledger entry; `about` are the arguments of the alert.

    Raises:
        StorageUnavailable, Conflict: due work tries again.
    """
    now = context.clock()
    context.metrics.count(Metric.HELD_PAYMENTS)
    cause = f"{waits}:{now:%Y-%m-%d}"
    with suppress(AlreadyDecided):
        entry = Entry(cause, "operators reminded", now, "clock", about.get("order") or None)
        ports.ledger.record(entry, alerted(kind, cause, now, **about))
