"""How the payment providers are built that need no Bot API. Modules are imported when a provider is first used."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vpnbot.aws.secrets import Secrets
from vpnbot.domain.orders.provider_names import CRYPTO_PAY, DEMO, YOOKASSA
from vpnbot.domain.payments.shop_settings import Receipts, ShopSettings
from vpnbot.errors import Misconfigured
from vpnbot.settings import Settings, Stage

if TYPE_CHECKING:
    from vpnbot.demo.payment_actions import DemoPaymentActions
    from vpnbot.providers.demo.provider import DemoProvider
    from vpnbot.providers.registry import Factory
    from vpnbot.usecases.ports import PaymentProvider


def provider_factories(
    settings: Settings, secrets: Secrets, clock: Callable[[], datetime], own_url: Callable[[], str | None]
) -> "dict[str, Factory]":
    """Return how each provider is built, by name; the demo provider exists in stage demo only."""
    factories = _Factories(settings, secrets, clock)
    found: dict[str, Factory] = {YOOKASSA: factories.yookassa, CRYPTO_PAY: factories.crypto_pay}
    if settings.stage is Stage.DEMO:
        found[DEMO] = lambda _: demo_provider(settings, secrets, clock, own_url)
    return found


def demo_provider(
    settings: Settings, secrets: Secrets, clock: Callable[[], datetime], own_url: Callable[[], str | None]
) -> "DemoProvider":
    """Return the demo provider.

    Raises:
        Misconfigured: this is not stage demo, so it would give away VPN.
    """
    if settings.stage is not Stage.DEMO:
        raise Misconfigured("STAGE", "only stage demo has the demo provider")
    from vpnbot.demo.key_value_store import KeyValueStore
    from vpnbot.providers.demo.payments import DemoPayments
    from vpnbot.providers.demo.provider import DemoProvider

    return DemoProvider(DemoPayments(KeyValueStore()), secrets.key_ring, own_url, clock)


def demo_payment_actions(clock: Callable[[], datetime]) -> "DemoPaymentActions":
    """Return what the page of the demo provider does."""
    from vpnbot.demo.key_value_store import KeyValueStore
    from vpnbot.demo.payment_actions import DemoPaymentActions
    from vpnbot.providers.demo.payments import DemoPayments

    return DemoPaymentActions(DemoPayments(KeyValueStore()), clock)


@dataclass(frozen=True, slots=True)
class _Factories:
    """Builds the providers that have credentials; None without them."""

    settings: Settings
    secrets: Secrets
    clock: Callable[[], datetime]

    def yookassa(self, shop: ShopSettings) -> "PaymentProvider | None":
        shop_id = self.secrets.find("yookassa_shop_id")
        if shop_id is None or self.secrets.find("yookassa_secret_key") is None:
            return None
        from vpnbot.domain.payments.receipts import ReceiptSettings
        from vpnbot.providers.yookassa.provider import YooKassa

        return YooKassa(
            shop_id,
            lambda *, again=False: self.secrets.get("yookassa_secret_key", again=again),
            shop.mark,
            receipts=ReceiptSettings(shop.receipts is not Receipts.OFF, shop.vat_code, shop.payment_mode),
            base_url=self.settings.yookassa_api_base,
            clock=self.clock,
        )

    def crypto_pay(self, _: ShopSettings) -> "PaymentProvider | None":
        if self.secrets.find("cryptopay_token") is None:
            return None
        from vpnbot.localization.messages import Messages
        from vpnbot.providers.crypto_pay.provider import CryptoPay

        return CryptoPay(
            lambda *, again=False: self.secrets.get("cryptopay_token", again=again),
            Messages(),
            self.settings.crypto_pay_api_base,
        )
