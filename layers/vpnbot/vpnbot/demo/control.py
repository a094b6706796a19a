"""The client of the demo's control panel, which moves time and plans crashes. Only stage demo uses it."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import urllib3

_TIMEOUT = urllib3.Timeout(connect=1, read=2)
_CRASH_STATUS = 70


class DemoControl:
    """The instructions of the control panel for the current invocation of `function`."""

    def __init__(self, url: str, function: str, crash: Callable[[int], object] = os._exit) -> None:
        self._url = f"{url}?{urlencode({'function': function})}"
        self._http = urllib3.PoolManager()
        self._crash = crash
        self._offset = timedelta()
        self._crash_at: str | None = None

    def begin(self) -> None:
        """Fetch the instructions for this invocation; if the control panel does not answer, keep the last ones."""
        try:
            answer = self._http.request("GET", self._url, timeout=_TIMEOUT, retries=False)
            instructions = json.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError):
            return
        self._offset = timedelta(seconds=float(instructions["offset_seconds"]))
        self._crash_at = instructions.get("crash_at")

    def now(self) -> datetime:
        """Return the time of the demo, aware and in UTC."""
        return datetime.now(UTC) + self._offset

    def reached(self, point: str) -> None:
        """End the process if a crash is planned at this point."""
        if point == self._crash_at:
            self._crash(_CRASH_STATUS)
