"""The part of the control panel's API that is about VPN panels; `api.py` describes the whole API."""

import asyncio
from typing import Protocol

from aiohttp import web

from local.catalogue import CatalogueWriter
from local.control_panel.requests import Body, json_handler
from local.panels import INITIAL_LOCATIONS, SPARE, DemoPanels


class PanelsInUse(Protocol):
    """What the panels' part of the API uses of the running system."""

    @property
    def panels(self) -> DemoPanels:
        """The fake panels."""
        ...

    @property
    def catalogue(self) -> CatalogueWriter:
        """The servers that the bot knows."""
        ...


class VpnPanelsApi:
    """Injects faults into panels, removes them, and reports the state of each panel."""

    def __init__(self, system: PanelsInUse) -> None:
        self._system = system

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the routes below /control/api/panels, and the one of the panels' faults."""
        router.add_get("/control/api/panels/spare", json_handler(self.spare))
        router.add_post("/control/api/panels/restart", json_handler(self.restart))
        router.add_post("/control/api/panels/wipe", json_handler(self.wipe))
        router.add_post("/control/api/faults/panel", json_handler(self.fault))

    async def state(self) -> Body:
        """Return the state of each panel; the spare one is included once it is in the catalogue."""
        names, panels = await self._names(), self._system.panels
        added = [SPARE] if panels.named(SPARE.server_id).address in names else []
        states = {}
        for location in (*INITIAL_LOCATIONS, *added):
            known_as = names.get(panels.named(location.server_id).address)
            states[location.server_id] = panels.standing(location.server_id) | {"known_as": known_as}
        return states

    async def spare(self, _: Body) -> Body:
        """Return the address and the token with which an operator adds the spare panel."""
        panel = self._system.panels.named(SPARE.server_id)
        return {
            "server_id": SPARE.server_id,
            "country": SPARE.country,
            "address": panel.address,
            "token": panel.token,
            "added": panel.address in await self._names(),
        }

    async def fault(self, body: Body) -> Body:
        """Make panels down, slow or healthy."""
        down, latency_ms = bool(body.get("down", False)), int(body.get("latency_ms", 0))
        await self._system.panels.set_faults(*_named(body), down=down, latency_ms=latency_ms)
        return {"panels": await self.state()}

    async def restart(self, body: Body) -> Body:
        """Restart panels; they keep all their clients."""
        await self._system.panels.restart(*_named(body))
        return {"panels": await self.state()}

    async def wipe(self, body: Body) -> Body:
        """Remove all clients of a panel."""
        self._system.panels.wipe(str(body["server_id"]))
        return {"panels": await self.state()}

    async def _names(self) -> dict[str, str]:
        """Return the name of each panel in the catalogue, by address; operators choose the names."""
        return await asyncio.to_thread(self._system.catalogue.names)


def _named(body: Body) -> list[str]:
    return [str(body["server_id"])] if "server_id" in body else []
