"""What fails in a random walk: a clock, a storage, a Telegram and a token store with chances of failure."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aiogram.methods.base import TelegramMethod

from tests.fakes.clock import Clock
from tests.fakes.faults import Crash, Faults
from tests.fakes.servers import Servers
from tests.fakes.tokens import Tokens
from tests.functional.conversation.bot_session import BotSession, Refusal
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import Listing, Server
from vpnbot.errors import Retryable, StorageUnavailable

QUEUE_POINTS = ("queue.",)
PANEL_POINTS = ("panel.",)


class SkewedClock(Clock):
    """A clock that each process reads with its own small error, `skew`."""

    skew = timedelta()

    def __call__(self) -> datetime:
        """Return the time as the running process reads it."""
        return self.now + self.skew


class RandomFaults(Faults):
    """Crashes, failures of the storage and of the queue, and acts of other processes, each with a chance at a point.

    `fired` counts the failures. `interrupt` is called at a point with the chance `interrupts`, but not during another
    one.
    """

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance
        self.crashes = 0.0
        self.throttled = 0.0
        self.queue_down = False
        self.interrupts = 0.0
        self.interrupt: Callable[[], None] = lambda: None
        self.fired = 0
        self.interrupted = 0
        self._interrupting = False

    def end(self) -> None:
        """Let nothing fail any more."""
        self.crashes = self.throttled = self.interrupts = 0.0
        self.queue_down = False

    def reached(self, point: str) -> None:
        """Fail here, or let another process act here, if chance wants it."""
        if self._quiet:
            return
        self._interrupted()
        self._fail(point)

    def _fail(self, point: str) -> None:
        if point.startswith(QUEUE_POINTS):
            if self.queue_down:
                self._fire(StorageUnavailable("the queue is down"))
        elif not point.startswith(PANEL_POINTS) and self._happens(self.throttled):
            self._fire(StorageUnavailable(f"throttled at {point}"))
        if self._happens(self.crashes):
            self._fire(Crash(point))

    def _fire(self, error: BaseException) -> None:
        self.fired += 1
        raise error

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self.chance.random() < probability

    def _interrupted(self) -> None:
        if self._interrupting or not self._happens(self.interrupts):
            return
        self._interrupting = True
        self.interrupted += 1
        try:
            self.interrupt()
        finally:
            self._interrupting = False


class FaultyTelegram(BotSession):
    """A Bot API that fails with the chance `failing`, and rejects each message to the chats in `rejected`."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance
        self.failing = 0.0
        self.rejected: Mapping[int, str] = {}
        self.answers_lost = 0

    def _next_refusal(self, method: TelegramMethod[Any]) -> Refusal | None:
        words = self.rejected.get(getattr(method, "chat_id", 0))
        if words is not None and method.__api_method__ == "sendMessage":
            return Refusal(400, words)
        if not self.failing or self.chance.random() >= self.failing or self._refused(method):
            return None
        refusal = self.chance.choice(
            (
                Refusal(502),
                Refusal(429, "Too Many Requests", retry_after=self.chance.choice((3, 40))),
                Refusal(0),
                Refusal(0, acted=True),
            )
        )
        self.answers_lost += refusal.acted
        return refusal


class FaultyTokens(Tokens):
    """A token store that can be down."""

    down = False

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return the stored token of a server, unless the store is down."""
        self._ask()
        return super().get(server_id, again=again)

    def put(self, server_id: str, token: str) -> None:
        """Store a token, unless the store is down."""
        self._ask()
        super().put(server_id, token)

    def remove(self, server_id: str) -> None:
        """Remove a token, unless the store is down."""
        self._ask()
        super().remove(server_id)

    def last_changes(self) -> Mapping[str, datetime]:
        """Return the names of all tokens, unless the store is down."""
        self._ask()
        return super().last_changes()

    def _ask(self) -> None:
        if self.down:
            raise Retryable("Parameter Store does not answer")


class FaultyServers(Servers):
    """The catalogue, whose calls are fault points, too."""

    faults: Faults

    def get(self, server_id: str) -> Server:
        """Return a server."""
        self.faults.reached("catalogue.get")
        return super().get(server_id)

    def listings(self, *, fresh: bool = False) -> tuple[Listing, ...]:
        """Return all servers."""
        self.faults.reached("catalogue.list")
        return tuple(super().listings(fresh=fresh))

    def save_breaker(self, server_id: str, before: Breaker | None, after: Breaker | None) -> bool:
        """Replace a circuit breaker."""
        self.faults.reached("catalogue.breaker")
        return super().save_breaker(server_id, before, after)

    def expected(self, server_id: str, *, after: str = "", limit: int = 500) -> list[ExpectedClient]:
        """Return the next clients that vpnbot expects on a server."""
        self.faults.reached("catalogue.expected")
        return list(super().expected(server_id, after=after, limit=limit))

    def save_run(self, before: ReconciliationRun, after: ReconciliationRun) -> None:
        """Store the progress of a reconciliation run."""
        self.faults.reached("catalogue.run")
        super().save_run(before, after)

    def make_run_due(self, server_id: str, now: datetime) -> None:
        """Make the next reconciliation run due."""
        self.faults.reached("catalogue.run")
        super().make_run_due(server_id, now)

    def tokens_in_use(self) -> Collection[str]:
        """Return the names of the tokens of all servers."""
        self.faults.reached("catalogue.list")
        return super().tokens_in_use()
