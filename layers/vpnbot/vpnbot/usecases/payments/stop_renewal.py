"""Due work: stop the charges that a provider makes without us."""

from dataclasses import replace

from vpnbot.domain.orders.followups import RenewalStop
from vpnbot.domain.orders.provider_errors import ProviderRejected
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.errors import AlreadyDecided
from vpnbot.usecases.decide import decide
from vpnbot.usecases.ports import Context, PaymentPorts, Session


def stop_renewal(stop: RenewalStop, session: Session, ports: PaymentPorts, context: Context) -> None:
    """Stop the charges of a subscription at its provider; the item stays due until that is confirmed.

    Raises:
        ProviderUnavailable, WrongAccount: the provider did not answer; due work tries again.
        Conflict, StorageUnavailable: due work tries again.
    """
    try:
        ports.providers.get(stop.provider).stop_renewal(stop.payer, stop.first_payment_id)
    except ProviderRejected as rejection:
        context.metrics.deferred("STOP", rejection)  # the provider has no such subscription any more

    def stopped(person: Person) -> Person:
        return replace(person, stops=tuple(known for known in person.stops if known != stop))

    cause = f"stop:{stop.provider}:{stop.account}:{stop.first_payment_id}:{stop.asked_at:%Y-%m-%dT%H:%M:%SZ}"
    try:
        decide(
            session, Entry(cause, "renewal stopped at provider", context.clock(), "clock"), stopped, context.metrics
        )
    except AlreadyDecided:
        session.reload()
