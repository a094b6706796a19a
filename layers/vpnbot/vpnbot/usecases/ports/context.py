"""What every use case may need: time, metrics, random seeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.sending_window import SendingWindow
from vpnbot.usecases.ports.metrics import Metrics

type Hours = Callable[[str | None], SendingWindow | None]


def random_seed() -> str:
    """Return 128 random bits as 32 hexadecimal digits."""
    return token_hex(16)


def no_news() -> WantedNews:
    """Return that the staff want no news: the default where no settings of the shop can be read."""
    return WantedNews.OFF


def any_time(_: str | None) -> None:
    """Return that messages are sent at any time: the default where no settings of the shop can be read."""


def no_winback() -> None:
    """Return that no discount is offered to people whose time has ended: the default, as for `no_news`."""


@dataclass(frozen=True, slots=True)
class Context:
    """Time, metrics, random seeds, what the staff want to hear of, and when messages are sent that can wait.

    `clock` returns the time, aware and in UTC; `new_seed` returns an unguessable seed, see `random_seed`. `news`,
    `hours` and `winback_after` may read the settings of the shop; `hours` returns the window for people of a
    language, None: any time, and `winback_after` how long after the end of paid time a discount is offered, None: it
    is not.
    """

    clock: Callable[[], datetime]
    metrics: Metrics
    new_seed: Callable[[], str] = random_seed
    news: Callable[[], WantedNews] = no_news
    hours: Hours = any_time
    winback_after: Callable[[], timedelta | None] = no_winback
