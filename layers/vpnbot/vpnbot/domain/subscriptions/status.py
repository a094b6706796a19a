"""The states of a subscription, and the states in which each transition is possible.

none ──▶ trial ──▶ active ⟲ ──▶ expired ──▶ active
           └──────────┴───▶ suspended ──▶ the state before
and from every state ──▶ deleted

Bought time is accepted in every state: a payment must never be rejected because of the person's state. A refund may
lead back: to the trial, or to none if no time had begun.
"""

from collections.abc import Mapping
from enum import StrEnum

from vpnbot.errors import IllegalTransition


class Status(StrEnum):
    """The state of a subscription."""

    NONE = "none"
    TRIAL = "trial"
    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    DELETED = "deleted"


RUNNING = frozenset({Status.TRIAL, Status.ACTIVE})
HAS_TIME = RUNNING | {Status.SUSPENDED}
_FROM: Mapping[str, frozenset[Status]] = {
    "start a trial": frozenset({Status.NONE, Status.DELETED}),
    "begin": RUNNING,
    "suspend": RUNNING,
    "resume": frozenset({Status.SUSPENDED}),
    "change the time": HAS_TIME,
    "delete": frozenset(Status) - {Status.DELETED},
}


def allow(verb: str, status: Status) -> None:
    """Check a transition.

    Raises:
        IllegalTransition: it is not possible from this state.
    """
    if status not in _FROM[verb]:
        raise IllegalTransition(f"cannot {verb} a subscription that is {status}")
