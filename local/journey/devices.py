"""Devices: two apps on one phone have the two places of the trial, and a laptop is told what to do."""

import base64
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import unquote

from local.journey.harness import Harness

HAPP = ("Happ/3.9.1/android", "happ on the phone", "Pixel 8", "Android")
V2RAYTUN = ("v2raytun/android", "v2raytun on the phone", "Pixel 8", "Android")
LAPTOP = ("Happ/2.0.0/Windows", "happ on the laptop", "ThinkPad", "Windows")


async def a_device_too_many(harness: Harness) -> None:
    """Zoe connects two apps on one phone, and then a laptop."""
    say, zoe = harness.transcript, await harness.customer("Zoe")
    link = await zoe.copies_link()
    for app in (HAPP, V2RAYTUN):
        say.promise(f"{app[1]} gets keys", len(await _loads(harness, link, app)) == 3)
    refused = await _loads(harness, link, LAPTOP)
    say.promise("the laptop reads why it gets none", refused == ["📱 Device limit · remove one in bot"], refused)
    say.promise("an app that names no device gets keys", len(await harness.share_links(link)) == 3)
    await zoe.says("/start")
    await zoe.taps("VPN doesn't work")
    say.promise("the bot knows", "places for devices are taken" in zoe.person.screen.text, zoe.person.screen.text)
    await zoe.taps("My devices")
    listed = zoe.person.screen.labels
    say.promise("both apps are listed", {"📱 Pixel 8 · Happ", "📱 Pixel 8 · v2RayTun"} <= set(listed), listed)
    await zoe.taps("Pixel 8 · v2RayTun")
    await zoe.taps("Remove")
    say.promise("one place is free", "Devices: 1 of 2" in zoe.person.screen.text, zoe.person.screen.text)
    say.promise("and the laptop gets it", len(await _loads(harness, link, LAPTOP)) == 3)
    say.promise("the app that was removed is a device too many now", len(await _loads(harness, link, V2RAYTUN)) == 1)
    await zoe.taps("Home")
    await zoe.taps("Settings")
    await zoe.taps("My devices")
    say.promise("the list says so", "📱 ThinkPad · Happ" in zoe.person.screen.labels, zoe.person.screen.labels)


async def _loads(harness: Harness, link: str, app: tuple[str, str, str, str]) -> list[str]:
    """Let an app load the link, and return the names in its list of servers."""
    user_agent, hwid, model, system = app
    headers = {"X-Hwid": hwid, "X-Device-Model": model, "X-Device-Os": system, "X-Ver-Os": "15"}
    _, body, _ = await harness.app_loads(link, user_agent, headers)
    return [unquote(line.partition("#")[2]) for line in base64.b64decode(body).decode().splitlines()]


DEVICE_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (a_device_too_many,)
