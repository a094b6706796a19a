"""The reply of the handler that accepts an update, also if the person asks for something too often."""

from aiogram import Bot, Dispatcher
from aiogram.types import Update

from vpnbot.domain.people.limits import TooOften
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Metric


async def handler_reply(dispatcher: Dispatcher, bot: Bot, update: Update, context: UpdateContext) -> Reply:
    """Return the handler's reply. A limit that is reached is no error: the person reads when it is possible again."""
    try:
        reply = await dispatcher.feed_update(bot, update, context=context)
    except TooOften as refused:
        from vpnbot.telegram.customer.limit_screens import limited

        context.metrics.count(Metric.REFUSED)
        return Show(limited(context.view(), refused, context.now))
    return reply if isinstance(reply, Reply.__value__) else Silence()
