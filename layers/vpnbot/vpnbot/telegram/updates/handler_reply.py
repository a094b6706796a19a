"""The reply of the handler that accepts an update, also if the person asks for something too often."""

from collections.abc import Awaitable
from typing import Any

from vpnbot.domain.people.limits import TooOften
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Metric


async def handler_reply(handled: Awaitable[Any], context: UpdateContext) -> Reply:
    """Return the handler's reply. A limit that is reached is no error: the person reads when it is possible again."""
    try:
        reply = await handled
    except TooOften as refused:
        from vpnbot.telegram.customer.limit_screens import limited

        context.metrics.count(Metric.REFUSED)
        return Show(limited(context.view(), refused, context.now))
    return reply if isinstance(reply, Reply.__value__) else Silence()
