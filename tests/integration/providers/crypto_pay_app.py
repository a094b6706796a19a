"""A running fake of Crypto Pay, and the adapter that calls it over HTTP."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from local.background import InBackground
from local.crypto_pay.fake import FakeCryptoPay
from local.crypto_pay.notifications import signature
from vpnbot.domain.money import Money
from vpnbot.domain.orders.offer import ListPrice, Offer
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.localization.messages import Messages
from vpnbot.providers.crypto_pay.provider import CryptoPay
from vpnbot.usecases.ports.payments import NotificationRequest

START = datetime(2026, 11, 28, 12, tzinfo=UTC)
APP = "4242"
TOKEN = f"{APP}:AAtoken"
PERSON = "ab" * 16
ORDER_ID = "01JDRS2S00ABCDEFGHJKMNPQRS"
TITLES = {"en": "Standard", "ru": "Стандарт"}


def order_of(
    order_id: str = ORDER_ID, price: Money | None = None, language: str = "en", return_to: str = ""
) -> Order:
    """Return an order for 30 days."""
    days = timedelta(days=30)
    price = price or Money(29_900, "RUB")
    list_price = ListPrice(29_900, int(days.total_seconds()))
    plan = Plan(id="standard", duration=days, devices=2, titles=TITLES)
    return Order(
        order_id,
        OrderKind.PURCHASE,
        Offer("m1", plan, days, price, list_price, list_price),
        "crypto_pay",
        PERSON,
        START,
        account=APP,
        language=language,
        return_to=return_to,
    )


@dataclass
class CryptoPayApp:
    """The fake, the thread that it runs in, the adapter, and the time of both."""

    fake: FakeCryptoPay
    servers: InBackground
    provider: CryptoPay
    tokens: list[str]
    now: list[datetime] = field(default_factory=lambda: [START])

    def pass_time(self, duration: timedelta) -> None:
        """Move the clock of the fake."""
        self.now[0] += duration

    def pay(self, payment_id: str, asset: str = "USDT", *, after_expiry: bool = False) -> None:
        """Pay an invoice."""
        self.servers.run(self.fake.pay(int(payment_id), asset, after_expiry=after_expiry))

    def called(self, method: str) -> int:
        """Return how many calls of a method the fake has received."""
        return len([call for call in self.fake.calls if call.method == method])


@contextmanager
def running_app() -> Iterator[CryptoPayApp]:
    """Start the fake."""
    now, tokens = [START], [TOKEN]
    fake = FakeCryptoPay(TOKEN, lambda: now[0])
    with InBackground(fake) as servers:

        def token(*, again: bool = False) -> str:
            return tokens[-1] if again else tokens[0]

        with closing(CryptoPay(token, Messages(), fake.api_base)) as provider:
            yield CryptoPayApp(fake, servers, provider, tokens, now)


def signed(body: bytes, token: str = TOKEN) -> NotificationRequest:
    """Return a notification with the signature of a token."""
    return NotificationRequest(body, {"crypto-pay-api-signature": signature(body, token)})
