"""What every use case may need: time, metrics, random seeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from vpnbot.usecases.ports.metrics import Metrics


def random_seed() -> str:
    """Return 128 random bits as 32 hexadecimal digits."""
    return token_hex(16)


@dataclass(frozen=True, slots=True)
class Context:
    """Time, metrics and random seeds.

    `clock` returns the time, aware and in UTC; `new_seed` returns an unguessable seed, see `random_seed`.
    """

    clock: Callable[[], datetime]
    metrics: Metrics
    new_seed: Callable[[], str] = random_seed
