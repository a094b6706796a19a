"""Links to the bot in pages of the local run lead to its chat page: at t.me the name may be that of another bot."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from vpnbot.domain.bot_link import bot_address


def chat_links(bot_username: str) -> Middleware:
    """Return a middleware that points links to the bot in HTML at the chat page, with the payload of `start` kept."""
    address = bot_address(bot_username).encode()

    @web.middleware
    async def opens_the_chat_page(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if isinstance(response, web.Response) and response.content_type == "text/html":
            body = response.body
            if isinstance(body, bytes) and address in body:
                response.body = body.replace(address, b"/")
        return response

    return opens_the_chat_page
