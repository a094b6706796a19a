"""The payment providers of this deployment, each built when it is first asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock

from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.errors import Misconfigured
from vpnbot.providers.circuit_breaker import CircuitBreaker
from vpnbot.usecases.ports.money import ProviderBreakers
from vpnbot.usecases.ports.payments import PaymentProvider
from vpnbot.usecases.ports.plans import ShopSettingsStore

type Factory = Callable[[ShopSettings], PaymentProvider | None]
"""Builds a provider for these settings of the shop; None: the deployment has no credentials for it."""


class ProviderRegistry:
    """Implements the port `Providers`. A provider is built again when the settings of the shop have changed.

    With `breakers` None there are no circuit breakers: the calls of this process must not open one.
    """

    def __init__(
        self,
        factories: Mapping[str, Factory],
        settings: ShopSettingsStore,
        clock: Callable[[], datetime],
        breakers: ProviderBreakers | None,
    ) -> None:
        self._factories = factories
        self._settings = settings
        self._clock = clock
        self._breakers = breakers
        self._lock = Lock()
        self._built: dict[str, tuple[int, PaymentProvider]] = {}

    def get(self, name: str) -> PaymentProvider:
        """Return a provider behind its circuit breaker, whether or not it is offered to customers.

        Raises:
            Misconfigured, StorageUnavailable, UnreadableItem: as `without_breaker`.
        """
        provider = self.without_breaker(name)
        return provider if self._breakers is None else CircuitBreaker(provider, self._breakers, self._clock)

    def without_breaker(self, name: str) -> PaymentProvider:
        """Return a provider as `get`, whose calls are neither held back nor counted.

        Raises:
            Misconfigured: this deployment has no provider of this name, or no credentials for it.
            StorageUnavailable, UnreadableItem: the settings of the shop could not be read.
        """
        found = self._find(name)
        if found is None:
            raise Misconfigured(name, "this deployment has no such payment provider, or no credentials for it")
        return found

    def is_down(self, name: str) -> bool:
        """Tell whether the circuit breaker of a provider is open, as known up to 30 seconds ago.

        Raises:
            StorageUnavailable: the storage did not answer.
        """
        breaker = None if self._breakers is None else self._breakers.known(name)
        return breaker is not None and breaker.open

    def names(self) -> Sequence[str]:
        """Return the names of all providers with credentials.

        Raises:
            StorageUnavailable, UnreadableItem: the settings of the shop could not be read.
        """
        return tuple(name for name in self._factories if self._find(name) is not None)

    def _find(self, name: str) -> PaymentProvider | None:
        factory = self._factories.get(name)
        if factory is None:  # nothing is read for a name that no provider has
            return None
        settings = self._settings.load()
        with self._lock:
            version, provider = self._built.get(name, (-1, None))
            if provider is None or version != settings.version:
                provider = factory(settings)
                if provider is None:
                    return None
                self._built[name] = (settings.version, provider)
            return provider
