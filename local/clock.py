"""Virtual time and planned crashes: what functions fetch from `DEMO_CONTROL_URL`."""

import math
from datetime import UTC, datetime, timedelta

from aiohttp import web

from vpnbot.demo.crash_points import AFTER_COMMIT, BEFORE_COMMIT

CRASH_POINTS = (BEFORE_COMMIT, AFTER_COMMIT)


class VirtualClock:
    """Real time plus an offset that only grows. It runs on; `advance` and `move_to` make it jump."""

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
        """Jump ahead.

        Raises:
            ValueError: time does not run backwards.
        """
        if by < timedelta():
            raise ValueError("virtual time does not run backwards")
        self._offset += by

    def move_to(self, moment: datetime) -> None:
        """Jump to a moment; one that has passed is no jump."""
        self._offset += max(moment - self.now(), timedelta())


class CrashOrders:
    """Orders to end the process at a named point. Each is given to one invocation."""

    def __init__(self) -> None:
        self._orders: dict[str, str] = {}

    def order(self, function: str, point: str) -> None:
        """Tell the next invocation of a function (by its folder's name) to crash at this point.

        Raises:
            ValueError: there is no such point.
        """
        if point not in CRASH_POINTS:
            raise ValueError(f"no such crash point: {point}; there are {', '.join(CRASH_POINTS)}")
        self._orders[function] = point

    def take(self, function: str) -> str | None:
        """Return a function's order and forget it."""
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
