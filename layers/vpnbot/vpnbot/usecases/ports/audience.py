"""The ports for work that goes through many people."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vpnbot.domain.audience.segment import Criteria
from vpnbot.domain.audience.turn import Turn
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.shop_settings import DEFAULT_BROADCAST_RATE
from vpnbot.usecases.concurrency import run_concurrently
from vpnbot.usecases.ports.scheduling import Concurrently, Pace


class BulkTurn(Protocol):
    """The turn to call Telegram for many people: one job at a time has it.

    Raises:
        StorageUnavailable: the storage did not answer. A turn that was taken ends by its time.
    """

    def take(self, rank: str, now: datetime, until: datetime) -> Turn | None:
        """Take the turn for a job until then, and return it; None, and the rank is held, if it is not this job's."""
        ...

    def end(
        self, rank: str, until: datetime, now: datetime, *, rate: int | None = None, goes_on: bool = False
    ) -> None:
        """Give back the turn that was taken until then, and keep the rate; nothing happens if it has ended.

        It is held for a job that `goes_on` at once.
        """
        ...

    def pause(self, until: datetime, now: datetime) -> None:
        """Record that Telegram has asked to wait until then; an earlier time than the recorded one is ignored."""
        ...

    def current(self) -> Turn:
        """Return the turn as it is stored now."""
        ...


class WaiterRows(Protocol):
    """The rows that find the people who wait for something. Each call may raise StorageUnavailable."""

    def page(self, partition: str, *, after: str = "", limit: int = 50) -> Sequence[PersonId]:
        """Return at most `limit` people of a partition with ids greater than `after`, in order."""
        ...


class Audience(Protocol):
    """The index of all known people. It lags a little, and says what the last commit of each person wrote.

    Raises:
        StorageUnavailable: the storage did not answer.
    """

    def count(self, criteria: Criteria) -> int:
        """Return how many people's facts meet these criteria."""
        ...

    def page(self, shard: int, *, after: str = "", limit: int = 100) -> Sequence[tuple[PersonId, str]]:
        """Return at most `limit` people of a shard with ids greater than `after`, in order, each with their facts."""
        ...

    def found(self, criteria: Criteria) -> Iterator[str]:
        """Yield the facts of the people who meet the criteria."""
        ...

    def complete(self) -> bool:
        """Tell whether people whom earlier releases have stored, and who were not seen since, are listed too."""
        ...


@dataclass(frozen=True, slots=True)
class BulkPorts:
    """What a bulk job needs: the turn, the people who wait, all people, real time, and threads.

    `concurrently` runs the threads of a walk; tests pass a sequential implementation. `demo_rate` are the calls a
    second of every job in stage demo, where Telegram is a fake; None: no more than `most`, a setting of the shop.
    """

    turn: BulkTurn
    waiters: WaiterRows
    audience: Audience
    pace: Pace
    concurrently: Concurrently = run_concurrently
    demo_rate: int | None = None
    most: Callable[[], int] = lambda: DEFAULT_BROADCAST_RATE
