"""The desk's hand in a demo: it moves the clock and orders crashes. Only stage demo ever asks it."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import urllib3

_TIMEOUT = urllib3.Timeout(connect=1, read=2)
_CRASH_STATUS = 70


class DemoControl:
    """What the desk has ordered for the invocation at hand."""

    def __init__(self, url: str, function: str, crash: Callable[[int], object] = os._exit) -> None:
        self._url = f"{url}?{urlencode({'function': function})}"
        self._http = urllib3.PoolManager()
        self._crash = crash
        self._offset = timedelta()
        self._crash_at: str | None = None

    def begin(self) -> None:
        """Fetch the orders for this invocation; a desk that is gone leaves the last ones."""
        try:
            answer = self._http.request("GET", self._url, timeout=_TIMEOUT, retries=False)
            orders = json.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError):
            return
        self._offset = timedelta(seconds=float(orders["offset_seconds"]))
        self._crash_at = orders.get("crash_at")

    def now(self) -> datetime:
        """Return the demo's time."""
        return datetime.now(UTC) + self._offset

    def reached(self, point: str) -> None:
        """Exit for real, as an environment that dies, if a crash is ordered at this point."""
        if point == self._crash_at:
            self._crash(_CRASH_STATUS)
