"""The part of the desk's API that is about VPN panels; `desk.py` describes all of it."""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from local.desk_requests import Body, acting
from local.panels import SPARE, STOCKED

if TYPE_CHECKING:
    from local.system import System


class PanelDesk:
    """Breaks panels and mends them, and tells how they are."""

    def __init__(self, system: "System") -> None:
        self._system = system

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve what is under /desk/api/panels, and the panels' faults."""
        router.add_get("/desk/api/panels/spare", acting(self.spare))
        router.add_post("/desk/api/panels/restart", acting(self.restart))
        router.add_post("/desk/api/panels/wipe", acting(self.wipe))
        router.add_post("/desk/api/faults/panel", acting(self.fault))

    async def state(self) -> Body:
        """Return how each panel is; the spare one is among them from the time on when it is in the catalogue."""
        names, panels = await self._names(), self._system.panels
        added = [SPARE] if panels.named(SPARE.server_id).address in names else []
        standing = {}
        for location in (*STOCKED, *added):
            known_as = names.get(panels.named(location.server_id).address)
            standing[location.server_id] = panels.standing(location.server_id) | {"known_as": known_as}
        return standing

    async def spare(self, _: Body) -> Body:
        """Return what whoever adds the spare panel needs to know."""
        panel = self._system.panels.named(SPARE.server_id)
        return {
            "server_id": SPARE.server_id,
            "country": SPARE.country,
            "address": panel.address,
            "token": panel.token,
            "added": panel.address in await self._names(),
        }

    async def fault(self, body: Body) -> Body:
        """Let panels be down, slow or well."""
        down, latency_ms = bool(body.get("down", False)), int(body.get("latency_ms", 0))
        await self._system.panels.set_weather(*_named(body), down=down, latency_ms=latency_ms)
        return {"panels": await self.state()}

    async def restart(self, body: Body) -> Body:
        """Let panels begin anew with all their clients."""
        await self._system.panels.restart(*_named(body))
        return {"panels": await self.state()}

    async def wipe(self, body: Body) -> Body:
        """Let a panel lose all its clients."""
        self._system.panels.wipe(str(body["server_id"]))
        return {"panels": await self.state()}

    async def _names(self) -> dict[str, str]:
        """Return what the catalogue calls panels, by their addresses; whoever adds one chooses its name."""
        return await asyncio.to_thread(self._system.catalogue.names)


def _named(body: Body) -> list[str]:
    return [str(body["server_id"])] if "server_id" in body else []
