"""The account at a provider to which an order, a payment or a refund belongs, and whether we have it."""

from vpnbot.domain.orders.provider_errors import OtherAccount
from vpnbot.errors import Misconfigured
from vpnbot.usecases.ports.payments import PaymentProvider, Providers, Refunds


def refunds_of(providers: Providers, name: str) -> Refunds:
    """Return what a provider can send back; nothing without its credentials: an operator does it in its cabinet."""
    try:
        return providers.get(name).abilities.refunds
    except Misconfigured:
        return Refunds.NONE


def require_account(provider: PaymentProvider, account: str) -> None:
    """Check before a provider is asked about something that it has it in the account that we use now.

    The answer of another account would be that there is no such payment, which must never look like a forgery.

    Raises:
        OtherAccount: it belongs to another account, whose credentials an operator has to restore.
    """
    if account and account != provider.account:
        raise OtherAccount(provider.name, f"restore the credentials of the account {account} until its payments end")
