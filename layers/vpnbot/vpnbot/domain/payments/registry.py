"""The register of all payments: one item for each, so that a payment is applied to one order only."""

import re
from dataclasses import dataclass

from vpnbot.domain.effects import PutIfAbsent
from vpnbot.domain.keys.key_ring import PersonId

PAYMENT_KEY = "PAY"
"""The sort key of every item of the register."""


_PAID = re.compile(r"payment:([^:]+):([^:]*):(.+):succeeded")


@dataclass(frozen=True, slots=True)
class PaymentOwner:
    """The person and the order to which a payment was applied."""

    person: PersonId
    order: str


def payment_partition(provider: str, account: str, payment_id: str) -> str:
    """Return the partition of a payment's item."""
    return f"PAY#{provider}#{account}#{payment_id}"


def paid_cause(provider: str, account: str, payment_id: str) -> str:
    """Return the cause of a payment in the ledger, the same for every source of its report."""
    return f"payment:{provider}:{account}:{payment_id}:succeeded"


def paid_by(cause: str) -> tuple[str, str, str] | None:
    """Return provider, account and id of the payment that a cause in the ledger names; None if it names none."""
    found = _PAID.fullmatch(cause)
    return None if found is None else (found[1], found[2], found[3])


def registered(provider: str, account: str, payment_id: str, owner: PaymentOwner) -> PutIfAbsent:
    """Return the effect that registers a payment; the commit fails if it is registered already."""
    body = {"person": owner.person, "order": owner.order}
    return PutIfAbsent(payment_partition(provider, account, payment_id), PAYMENT_KEY, body)
