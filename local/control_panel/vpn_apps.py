"""The part of the control panel's API for VPN apps on a person's devices; `api.py` describes the whole API.

POST apps                  {"user_id": …, "app": "happ" or "v2raytun", "device": "phone" or "laptop"}: the app loads
     the person's link and says which device it runs on → {servers, connects}: the names in its list of servers,
     and whether one of them is a server; no names before the person has a link that works
"""

import asyncio
import base64
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import unquote

from aiohttp import ClientSession, ClientTimeout, web

from local.control_panel.requests import Body, json_handler
from local.ledger_view import LedgerView
from vpnbot.domain.keys.key_ring import Key, link_url
from vpnbot.storage.conversions import converter

_TIMEOUT = ClientTimeout(total=30)
_USER_AGENTS = {"happ": "Happ/3.13.0", "v2raytun": "v2raytun/android"}
_DEVICES = {"phone": ("Pixel 8", "Android", "15"), "laptop": ("ThinkPad X1", "Windows", "11")}
_NOWHERE = "@127.0.0.1:1?"
"""The address of an entry that only says something (`subscription_page/apps/entries.py`)."""


class LinksInUse(Protocol):
    """What this part of the API uses of the running system."""

    ledger: LedgerView

    @property
    def base(self) -> str:
        """Scheme and host of the system."""
        ...


class VpnAppsApi:
    """Loads links as VPN apps do, each with a hardware id of its own, as apps on one device have."""

    def __init__(self, system: LinksInUse) -> None:
        self._system = system

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the routes below /control/api."""
        router.add_post("/control/api/apps", json_handler(self.load))

    async def load(self, body: Body) -> Body:
        """Let an app on a device load a person's link.

        Raises:
            KeyError: there is no such app or device.
        """
        headers = _headers(str(body["app"]), str(body["device"]))
        link = await asyncio.to_thread(self._link_of, int(body["user_id"]))
        lines = [] if link is None else await _lines(link, headers)
        names = [unquote(line.partition("#")[2]) for line in lines]
        return {"servers": names, "connects": any(_NOWHERE not in line for line in lines)}

    def _link_of(self, user_id: int) -> str | None:
        ledger = self._system.ledger
        subscription = ledger.items(user_id).get("SUB", {}).get("body", {})
        if "key" not in subscription:
            return None
        key = converter.structure(subscription["key"], Key)
        return link_url(self._system.base, ledger.ring.link_token(ledger.ring.person_id(user_id), key))


async def _lines(link: str, headers: Mapping[str, str]) -> list[str]:
    """Return the share links that the link gives; none if it does not work."""
    async with ClientSession(timeout=_TIMEOUT) as session, session.get(link, headers=headers) as response:
        body = await response.text()
    return base64.b64decode(body).decode().splitlines() if response.status == 200 else []


def _headers(app: str, device: str) -> Mapping[str, str]:
    model, system, version = _DEVICES[device]
    return {
        "User-Agent": _USER_AGENTS[app],
        "Accept": "*/*",
        "X-Hwid": f"{app} on the {device}",
        "X-Device-Model": model,
        "X-Device-Os": system,
        "X-Ver-Os": version,
    }
