"""Watch whether the notifications of a provider arrive; operators read of it once when they do not.

The counter is an observation: it is written after the payment was committed, by due work and by notifications, never
by a tap. So it costs a customer nothing, and holds back no payment. Each payment is counted once, by the process that
commits it; a crash in between leaves one out.
"""

from contextlib import suppress

from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.notices import WITHOUT_NOTICE
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided, Retryable
from vpnbot.usecases.ports import Context, PaymentPorts

_WORK = "NOTICES"


def payment_noticed(provider: str, source: Source, ports: PaymentPorts, context: Context) -> None:
    """Count by which way a payment has become known first; a storage that does not answer is only counted."""
    try:
        if source is Source.NOTIFICATION:
            ports.notices.arrived(provider)
        elif source in WITHOUT_NOTICE and ports.providers.get(provider).abilities.notifies:
            _missed(provider, ports, context)
    except Retryable as error:
        context.metrics.deferred(_WORK, error)


def _missed(provider: str, ports: PaymentPorts, context: Context) -> None:
    notices = ports.notices.missed(provider)
    if not notices.are_missing:
        return
    now, cause = context.clock(), f"notices:{provider}:missing:{notices.run}"
    alert = alerted(AlertKind.NOT_NOTIFIED, cause, now, provider=provider, count=str(notices.missed))
    with suppress(AlreadyDecided):  # operators have read of this row
        ports.ledger.record(Entry(cause, "notifications are missing", now, "clock"), alert)
