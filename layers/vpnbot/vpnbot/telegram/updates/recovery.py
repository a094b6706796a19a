"""What becomes of an update that could not be handled: one table from error to what everybody gets to see."""

from dataclasses import dataclass
from datetime import timedelta

from vpnbot.errors import AlreadyDecided, ClaimLost, ItemExists, Misconfigured, Rejected, Retryable, Unreachable
from vpnbot.usecases.ports import Metric

WORTH_WAITING = timedelta(minutes=10)
"""A message that cannot be handled is asked for again for so long; then it is parked, and its queue runs on."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """`again`: ask Telegram to deliver it once more. `quarantine`: keep it for a replay. `tell`: say that we know."""

    metric: Metric
    again: bool = False
    quarantine: bool = False
    tell: bool = False


RECOVERIES: tuple[tuple[type[BaseException], Recovery], ...] = (
    (Retryable, Recovery(Metric.RETRIED, again=True)),
    (Unreachable, Recovery(Metric.UNDELIVERED)),
    (AlreadyDecided, Recovery(Metric.DUPLICATES)),
    (ClaimLost, Recovery(Metric.DUPLICATES)),
    (Rejected, Recovery(Metric.REFUSED, tell=True)),
    (ItemExists, Recovery(Metric.BUGS, quarantine=True, tell=True)),
    (Misconfigured, Recovery(Metric.BUGS, quarantine=True, tell=True)),
    (Exception, Recovery(Metric.BUGS, quarantine=True, tell=True)),
)


def recovery_from(error: BaseException) -> Recovery:
    """Return what to do about an error: the first line of the table that fits."""
    return next(recovery for kind, recovery in RECOVERIES if isinstance(error, kind))
