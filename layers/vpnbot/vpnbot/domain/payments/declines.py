"""Why a provider declined a payment, and what helps. The words are in the locale files: `decline-<reason>`."""

from collections.abc import Mapping
from enum import StrEnum


class Remedy(StrEnum):
    """What helps after a decline.

    AGAIN: the same method may work later. METHOD: another card is needed. WAY: another way to pay is needed.
    """

    AGAIN = "again"
    METHOD = "method"
    WAY = "way"


UNKNOWN_REASON = "general_decline"
"""The reason that stands for every reason that this version does not know."""

REMEDIES: Mapping[str, Remedy] = {
    "insufficient_funds": Remedy.AGAIN,
    "issuer_unavailable": Remedy.AGAIN,
    "internal_timeout": Remedy.AGAIN,
    "payment_method_limit_exceeded": Remedy.AGAIN,
    "general_decline": Remedy.AGAIN,
    "call_issuer": Remedy.AGAIN,
    "3d_secure_failed": Remedy.WAY,
    "card_expired": Remedy.METHOD,
    "invalid_card_number": Remedy.METHOD,
    "invalid_csc": Remedy.METHOD,
    "payment_method_restricted": Remedy.METHOD,
    "country_forbidden": Remedy.WAY,
    "fraud_suspected": Remedy.WAY,
    "identification_required": Remedy.WAY,
    "permission_revoked": Remedy.METHOD,
    "expired_on_confirmation": Remedy.WAY,
    "expired_on_capture": Remedy.WAY,
    "canceled_by_merchant": Remedy.WAY,
    "deal_expired": Remedy.WAY,
    "loan_declined": Remedy.WAY,
    "unsupported_mobile_operator": Remedy.WAY,
}
"""YooKassa's reasons (documentation, "Причины отмены платежа"), which the other adapters translate theirs into."""


def known_reason(reason: str) -> str:
    """Return a reason that has words; `UNKNOWN_REASON` for one that this version does not know."""
    return reason if reason in REMEDIES else UNKNOWN_REASON


def remedy_of(reason: str) -> Remedy:
    """Return what helps after a decline for this reason."""
    return REMEDIES[known_reason(reason)]
