"""EventBridge Scheduler on one machine: starts a function at the rate of its schedule."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from local.invocation import Outcome
from local.runtime import Runtime
from local.stack import ACCOUNT_ID, REGION, Schedule


class ScheduleTimer:
    """One schedule. `run` starts the function at its rate in real time; `fire` starts it once."""

    def __init__(self, schedule: Schedule, runtime: Runtime, now: Callable[[], datetime]) -> None:
        self._schedule = schedule
        self._runtime = runtime
        self._now = now

    @property
    def function(self) -> str:
        """The name of the function."""
        return self._schedule.function

    async def run(self) -> None:
        """Start the function at the schedule's rate until cancelled. The next run does the work of a failed one."""
        while True:
            await asyncio.sleep(self._schedule.every.total_seconds())
            await self.fire()

    async def fire(self) -> Outcome:
        """Start the function now."""
        return await self._runtime.invoke(self._schedule.function, self._event())

    def _event(self) -> dict[str, Any]:
        """Return the event that EventBridge Scheduler sends to a Lambda target without a configured input."""
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": ACCOUNT_ID,
            "time": self._now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT_ID}:schedule/default/{self._schedule.function}"],
            "detail": "{}",
        }
