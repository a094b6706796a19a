"""The part of the control panel's API for messages to many people; `api.py` describes the whole API.

POST people                {"count": n} adds people who have met the bot before, of all standings, some of whom
     have blocked it → {added, people}: how many were added, and how many Telegram has now
POST faults/kill           {"function"?: "due_worker", "during"?: method} ends the processes of a function that
     work now, with SIGKILL. If none works, or with `during`, one ends while its next call to Telegram, or its
     next call of this method, is in flight → {killed, kills}
"""

from typing import Protocol

from aiohttp import web

from local.bot_api_calls import KillOrders
from local.clock import VirtualClock
from local.control_panel.requests import Body, json_handler
from local.crowd import Crowd
from local.telegram.fake_telegram import FakeTelegram

_WORKER = "due_worker"


class PeopleInUse(Protocol):
    """What this part of the API uses of the running system."""

    clock: VirtualClock
    telegram: FakeTelegram
    crowd: Crowd
    kills: KillOrders


class ManyPeopleApi:
    """Adds people, and ends the processes that send them messages."""

    def __init__(self, system: PeopleInUse) -> None:
        self._system = system

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the routes below /control/api."""
        router.add_post("/control/api/people", json_handler(self.add))
        router.add_post("/control/api/faults/kill", json_handler(self.kill))

    async def add(self, body: Body) -> Body:
        """Add people."""
        count = int(body["count"])
        await self._system.crowd.add(count, self._system.clock.now())
        return {"added": count, "people": len(self._system.telegram.conversations.accounts)}

    async def kill(self, body: Body) -> Body:
        """End processes."""
        during = body.get("during")
        killed = self._system.kills.order(str(body.get("function", _WORKER)), during and str(during))
        return {"killed": killed, "kills": self._system.kills.waiting}
