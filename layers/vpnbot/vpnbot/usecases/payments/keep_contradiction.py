"""Tell operators what a provider reports and what cannot be true, once."""

from contextlib import suppress

from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.ports import Context, PaymentPorts


def keep_contradiction(cause: str, ports: PaymentPorts, context: Context, **about: str) -> None:
    """Record a contradiction in the ledger of the shop, and alert the operators.

    `cause` names what was reported; `about` are the arguments of the alert, such as `provider` and `payment`.

    Raises:
        StorageUnavailable, Conflict: try again later.
    """
    now, named = context.clock(), f"{cause}:contradiction"
    entry = Entry(named, RULES[Outcome.ODD].entry or "", now, "provider", about.get("order") or None)
    with suppress(AlreadyDecided):
        ports.ledger.record(entry, alerted(AlertKind.CONTRADICTION, named, now, **about))
