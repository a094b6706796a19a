"""Pages of the local run lead to its chat page, and to no bot in the real Telegram."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.chat_links import chat_links

LINK = "https://t.me/vpn_demo_bot?start=s_plans"


async def _bodies() -> list[str]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(
            text=f'<a href="{LINK}">bot</a> <a href="https://t.me/other">ö</a>', content_type="text/html"
        )

    async def data(_: web.Request) -> web.Response:
        return web.json_response({"link": LINK})

    app = web.Application(middlewares=[chat_links("vpn_demo_bot")])
    app.router.add_get("/page", page)
    app.router.add_get("/data", data)
    async with TestClient(TestServer(app)) as client:
        return [await (await client.get(path)).text() for path in ("/page", "/data")]


def test_links_to_the_bot_open_the_chat_page_and_all_else_stays() -> None:
    page, data = asyncio.run(_bodies())
    assert page == '<a href="/?start=s_plans">bot</a> <a href="https://t.me/other">ö</a>'
    assert LINK in data
