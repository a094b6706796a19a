"""The errors of calls to payment providers."""

from datetime import timedelta

from vpnbot.errors import Misconfigured, Rejected, Retryable

SAVING_FORBIDDEN = "saving_forbidden"
"""The reason of a provider that saves no payment methods for this account; it makes the payment without saving."""


class ProviderUnavailable(Retryable):
    """The provider throttled the call, failed or did not answer in time.

    `unknown`: the request may have had an effect. Otherwise it had none, for example because no connection was made.
    `down`: other requests would fail as well, so that the circuit breaker counts it. Otherwise the provider works.
    """

    def __init__(
        self, message: str, *, after: timedelta = timedelta(seconds=1), unknown: bool = True, down: bool = True
    ) -> None:
        super().__init__(message, after=after)
        self.unknown = unknown
        self.down = down


class ProviderNotCalled(ProviderUnavailable):
    """The circuit breaker of the provider is open: no request was sent. One may be sent after the time `after`."""

    def __init__(self, provider: str, after: timedelta) -> None:
        super().__init__(
            f"{provider} is not called: its circuit breaker is open", after=after, unknown=False, down=False
        )


class ProviderRejected(Rejected):
    """The provider rejected the request for good; it had no effect. `reason` is one of `declines.py`, or its own."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


class UnknownPayment(Rejected):
    """The provider knows no payment, or no refund, of this id in this account."""


class WrongAccount(Misconfigured):
    """The credentials are refused, or belong to another account than the payment: an operator has to correct them."""


class OtherAccount(WrongAccount):
    """One order or payment is of another account than ours is now; the provider works for all others."""
