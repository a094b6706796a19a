"""The rate of calls to Telegram, which the threads of one process share, in real time."""

from datetime import timedelta
from threading import Lock

from vpnbot.domain.payments.settings_checks import LARGEST_BROADCAST_RATE
from vpnbot.domain.payments.shop_settings import DEFAULT_BROADCAST_RATE
from vpnbot.usecases.ports import Pace

HIGHEST_RATE = LARGEST_BROADCAST_RATE
_LOWEST_AFTER_429 = 3
_FASTER_AFTER = 200
_LONGEST_PAUSE = timedelta(seconds=1)
RATE_WHILE_OTHERS_WAIT = 5
"""Calls a second while the dispatcher is behind, so that notifications that are due have Telegram's allowance."""


class CallRate:
    """A token bucket with one token. It is slower after Telegram has asked to wait, and recovers with further calls.

    All times are those of `Pace.elapsed`. Safe to use from several threads.
    """

    def __init__(
        self,
        pace: Pace,
        most: int = DEFAULT_BROADCAST_RATE,
        last: int | None = None,
        *,
        highest: int = HIGHEST_RATE,
    ) -> None:
        """`most` is the highest rate, in calls a second; `last` the rate with which the last job ended, if known.

        `highest` is what Telegram allows; a fake one of a test may allow more.
        """
        self._pace = pace
        self._most = min(max(most, 1), highest)
        self._rate = min(max(last or self._most, 1), self._most)
        self._lock = Lock()
        self._next_at = self._closed_until = pace.elapsed()
        self._calls = 0
        self._others_wait = False

    @property
    def rate(self) -> int:
        """The calls a second that Telegram takes, as far as is known; fewer are made while other work waits."""
        return self._rate

    def give_way(self, *, others_wait: bool) -> None:
        """Allow at most `RATE_WHILE_OTHERS_WAIT` calls a second from now on, or again as many as Telegram takes."""
        self._others_wait = others_wait

    def next_call(self) -> bool:
        """Return True if a call is allowed now, which takes the token; otherwise pause up to a second."""
        with self._lock:
            rate = min(self._rate, RATE_WHILE_OTHERS_WAIT) if self._others_wait else self._rate
            now, gap = self._pace.elapsed(), timedelta(seconds=1) / rate
            left = self._next_at - now
            if left <= timedelta():
                self._next_at = max(self._next_at, now - gap) + gap
                self._count()
                return True
        self._pace.pause(min(left, _LONGEST_PAUSE))
        return False

    def asked_to_wait(self, after: timedelta) -> None:
        """Allow no call before `after` from now has passed, and fewer calls then: Telegram answered one with 429.

        Calls that were in flight together are answered together, and make it slower once.
        """
        with self._lock:
            if self._pace.elapsed() >= self._closed_until:
                self._rate = max(int(self._rate * 0.7), min(_LOWEST_AFTER_429, self._most))
                self._calls = 0
        self.no_call_before(after)

    def no_call_before(self, after: timedelta) -> None:
        """Allow no call before `after` from now has passed."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._pace.elapsed() + after)
            self._next_at = max(self._next_at, self._closed_until)

    def pause_left(self) -> timedelta:
        """Return how long no call is allowed from now on."""
        with self._lock:
            return max(self._next_at - self._pace.elapsed(), timedelta())

    def _count(self) -> None:
        self._calls += 1
        if self._calls >= _FASTER_AFTER and self._rate < self._most:
            self._rate, self._calls = self._rate + 1, 0
