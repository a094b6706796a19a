"""Whether the notifications of a provider arrive: by which way its payments became known first."""

from dataclasses import dataclass

from vpnbot.domain.orders.reports import Source

MISSED_IN_A_ROW = 5
"""So many payments in a row without a notification mean that the provider has a wrong address for notifications."""

WITHOUT_NOTICE = frozenset({Source.POLL, Source.RECONCILIATION})
"""The ways by which a payment becomes known because no notification has told of it.

A tap of the buyer and the answer to a charge may come before the notification: they say nothing about it.
"""


@dataclass(frozen=True, slots=True)
class Notices:
    """How many payments of a provider became known in a row without its notification.

    `run` is the number of this row: it grows each time that a notification ends one.
    """

    missed: int = 0
    run: int = 0

    @property
    def are_missing(self) -> bool:
        """Whether the address for notifications is probably wrong."""
        return self.missed >= MISSED_IN_A_ROW
