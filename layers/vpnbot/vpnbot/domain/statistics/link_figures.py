"""What the people who came by one link have brought, from the sums of the statistics."""

from dataclasses import dataclass

from vpnbot.domain.money import Money
from vpnbot.domain.statistics.flow import SENT_BACK, SOLD, FlowKind, Flows


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """`people`: came by it for the first time; `payers`: have paid, each counted once. Money by currency.

    `revenue` is what arrived less what was sent back, `refunds` what was sent back.
    """

    people: int
    trials: int
    payers: int
    revenue: tuple[Money, ...]
    refunds: tuple[Money, ...]

    @classmethod
    def of(cls, flows: Flows) -> "LinkFigures":
        """Return the figures of the flows of one link."""
        return cls(
            flows.count(FlowKind.MET),
            flows.count(FlowKind.TRIAL),
            flows.count(*SOLD, first=True),
            flows.revenue(),
            tuple(Money(-money.amount_minor, money.currency) for money in flows.amounts_of(SENT_BACK)),
        )

    def cost_per_payer(self, cost: Money | None) -> Money | None:
        """Return what each payer has cost, in whole smallest units; None without a cost or a payer."""
        if cost is None or not self.payers:
            return None
        return Money((2 * cost.amount_minor + self.payers) // (2 * self.payers), cost.currency)
