"""A payment provider that does not answer: operators read of it once, and due work probes it until it answers again.

Only due work trips this, after the tap of a customer has failed as well; notifications from outside never do.
"""

from contextlib import suppress
from datetime import timedelta

from vpnbot.domain.effects import Delete, PutIfAbsent
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import PROBE_PROVIDER, Due, DueItem
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.usecases.ports import Context, PaymentPorts

PROBED_AFTER = timedelta(minutes=1)


def provider_failed(provider: str, ports: PaymentPorts, context: Context) -> None:
    """Alert the operators that a provider does not answer, and probe it from now on; nothing if it is probed already.

    Raises:
        StorageUnavailable: the storage did not answer; the next failure calls this again.
    """
    now = context.clock()
    cause = f"provider:{provider}:down:{now:%Y-%m-%dT%H:%M:%S}"
    probe = PutIfAbsent(SHOP, probe_key(provider), due=Due(now + PROBED_AFTER))
    alert = alerted(AlertKind.PROVIDER_DOWN, cause, now, provider=provider)
    with suppress(AlreadyDecided, Conflict):  # it is probed already
        ports.ledger.record(Entry(cause, "provider does not answer", now, "clock"), probe, alert)


def probe_provider(item: DueItem, ports: PaymentPorts, context: Context) -> None:
    """Probe a provider; when it answers, tell the operators, and end the probing.

    Orders that wait for the provider are due themselves, and their persons are notified when it has made the payment.

    Raises:
        ProviderUnavailable, WrongAccount, Misconfigured: it does not answer; due work probes it again.
        Conflict, StorageUnavailable: due work tries again.
    """
    name = item.sort_key.removeprefix(probe_key(""))
    ports.providers.get(name).probe()
    now = context.clock()
    cause = f"provider:{name}:up:{now:%Y-%m-%dT%H:%M:%S}"
    alert = alerted(AlertKind.PROVIDER_UP, cause, now, provider=name)
    ports.ledger.record(Entry(cause, "provider answers again", now, "clock"), Delete(SHOP, item.sort_key), alert)


def probe_key(provider: str) -> str:
    """Return the sort key of the probing of a provider."""
    return f"{PROBE_PROVIDER.prefix}#{provider}"
