"""The currencies in which prices are shown before a provider is chosen are those that its adapter takes."""

from vpnbot.domain.orders.provider_names import CRYPTO_PAY, DEMO, DEMO_PROVIDERS, PRICE_CURRENCIES, STARS, YOOKASSA
from vpnbot.providers.crypto_pay import provider as crypto_pay
from vpnbot.providers.stars import provider as stars
from vpnbot.providers.yookassa.provider import YooKassa


def test_every_provider_takes_the_currencies_in_which_its_prices_are_shown() -> None:
    yookassa = YooKassa("1", lambda *, again=False: "secret", "5eed")
    taken = {
        STARS: stars.ABILITIES.currencies,
        YOOKASSA: yookassa.abilities.currencies,
        CRYPTO_PAY: crypto_pay.ABILITIES.currencies,
    }
    assert set(taken) == set(PRICE_CURRENCIES) - {DEMO}, "the demo provider takes PRICE_CURRENCIES themselves"
    for name, currencies in taken.items():
        assert set(PRICE_CURRENCIES[name]) <= set(currencies), name
    assert set(DEMO_PROVIDERS) <= set(PRICE_CURRENCIES)
