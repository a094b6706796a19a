"""Count the money of payments that belong to no order, which no commit of a person writes."""

from secrets import token_hex

from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.unmatched import UnmatchedSettlement
from vpnbot.domain.statistics.entry import entry_effects
from vpnbot.domain.statistics.sale import counted_sale, sale_effects, unmatched_sale


def statistics_of_unmatched(settlement: UnmatchedSettlement) -> tuple[Effect, ...]:
    """Return what a decision about such a payment adds to the statistics; nothing if it moves no money."""
    entry = settlement.entry
    sale = unmatched_sale(entry, settlement.after.provider) if entry is not None else None
    if entry is None or sale is None:
        return ()
    mark = token_hex(8)
    return (*entry_effects([counted_sale(sale)], entry.at, mark), *sale_effects([sale], "", mark))
