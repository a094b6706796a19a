"""What every use case may need: time, metrics, random seeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from vpnbot.domain.feed import WantedNews
from vpnbot.usecases.ports.metrics import Metrics


def random_seed() -> str:
    """Return 128 random bits as 32 hexadecimal digits."""
    return token_hex(16)


def no_news() -> WantedNews:
    """Return that the staff want no news: the default where no settings of the shop can be read."""
    return WantedNews.OFF


@dataclass(frozen=True, slots=True)
class Context:
    """Time, metrics, random seeds, and what the staff want to hear of.

    `clock` returns the time, aware and in UTC; `new_seed` returns an unguessable seed, see `random_seed`. `news` may
    read the settings of the shop.
    """

    clock: Callable[[], datetime]
    metrics: Metrics
    new_seed: Callable[[], str] = random_seed
    news: Callable[[], WantedNews] = no_news
