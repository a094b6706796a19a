"""The names of the payment providers in settings, causes and routes, and the currencies of their prices."""

from collections.abc import Mapping

from vpnbot.domain.money import STARS as STARS_CURRENCY

STARS = "stars"
YOOKASSA = "yookassa"
CRYPTO_PAY = "crypto_pay"
DEMO = "demo"

PRICE_CURRENCIES: Mapping[str, tuple[str, ...]] = {
    STARS: (STARS_CURRENCY,),
    YOOKASSA: ("RUB",),
    CRYPTO_PAY: ("RUB", "USD"),
    DEMO: ("RUB", "USD", STARS_CURRENCY),
}
"""All providers; the currencies of the prices that each shows, in order of preference."""

DEMO_PROVIDERS = (STARS, YOOKASSA, CRYPTO_PAY, DEMO)
"""The providers that a shop in stage demo offers until an operator changes it; elsewhere it is Stars alone."""
