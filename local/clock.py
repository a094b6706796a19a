"""Virtual time and planned crashes: the answer that functions fetch from `DEMO_CONTROL_URL`."""

import math
from datetime import UTC, datetime, timedelta

from aiohttp import web

from vpnbot.demo.crash_points import AFTER_COMMIT, BEFORE_COMMIT

CRASH_POINTS = (BEFORE_COMMIT, AFTER_COMMIT)


class VirtualClock:
    """Real time plus an offset that only grows. `advance` and `move_to` increase the offset."""

    def __init__(self) -> None:
        self._offset = timedelta()

    @property
    def offset(self) -> timedelta:
        """How far virtual time is ahead of real time."""
        return self._offset

    def now(self) -> datetime:
        """Return virtual time, aware, UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move time forward by a duration.

        Raises:
            ValueError: the duration is negative.
        """
        if by < timedelta():
            raise ValueError("virtual time does not run backwards")
        self._offset += by

    def move_to(self, moment: datetime) -> None:
        """Move time forward to a moment; do nothing if it has passed."""
        self._offset += max(moment - self.now(), timedelta())


class CrashOrders:
    """Orders to end a function's process at a named point. Each order applies to one invocation."""

    def __init__(self) -> None:
        self._orders: dict[str, str] = {}

    def order(self, function: str, point: str) -> None:
        """Make the next invocation of a function (by its folder's name) crash at this point.

        Raises:
            ValueError: there is no such point.
        """
        if point not in CRASH_POINTS:
            raise ValueError(f"no such crash point: {point}; there are {', '.join(CRASH_POINTS)}")
        self._orders[function] = point

    def take(self, function: str) -> str | None:
        """Return and remove a function's order; None when there is none."""
        return self._orders.pop(function, None)

    @property
    def waiting(self) -> dict[str, str]:
        """Orders that no function has fetched yet."""
        return dict(self._orders)


class Control:
    """`GET /control/orders?function=<name>` → `{"offset_seconds": float, "crash_at": str | null}`."""

    PATH = "/control/orders"

    def __init__(self, clock: VirtualClock, crashes: CrashOrders) -> None:
        self._clock = clock
        self._crashes = crashes

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve the control under `PATH`."""
        router.add_get(self.PATH, self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        offset_seconds = self._clock.offset.total_seconds()
        crash_at = self._crashes.take(request.query.get("function", ""))
        return web.json_response({"offset_seconds": math.floor(offset_seconds * 1e6) / 1e6, "crash_at": crash_at})
