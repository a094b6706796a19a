"""What members of the staff tap and type about servers."""

from collections.abc import Awaitable

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.errors import UnknownServer
from vpnbot.telegram.admin import add_server as adding
from vpnbot.telegram.admin import change_server as changing
from vpnbot.telegram.admin import dead_letters
from vpnbot.telegram.admin import servers as overview
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.states import Changing
from vpnbot.telegram.messages.callbacks import action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext


async def show(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the servers and end any conversation."""
    await leave(context, state)
    return overview.everything(context)


async def tap(query: CallbackQuery, context: UpdateContext, state: FSMContext) -> Reply:
    """Handle the action of a button; an unknown action shows the servers."""
    name, *arguments = action_arguments(query.data) or [""]
    action = ServerAction(name) if name in set(ServerAction) else ServerAction.LIST
    acts = {**overview.ACTIONS, **dead_letters.ACTIONS}
    if action in acts:
        await leave(context, state)
        return await _unless_removed(context, state, acts[action](context, arguments))
    conversations = {**adding.ACTIONS, **changing.ACTIONS}
    return await _unless_removed(context, state, conversations[action](context, state, arguments))


async def typed(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take a typed answer; its message was deleted from the chat, because it may be a token at the wrong step."""
    answered = changing.typed if await state.get_state() in Changing else adding.typed
    text = context.secret.text if context.secret else ""
    return _with_warning(context, await _unless_removed(context, state, answered(context, state, text)))


async def token(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take a token; if its message could not be deleted from the chat, warn the administrator."""
    answered = changing.token if await state.get_state() in Changing else adding.token
    text = context.secret.text if context.secret else ""
    return _with_warning(context, await _unless_removed(context, state, answered(context, state, text)))


def _with_warning(context: UpdateContext, reply: Reply) -> Reply:
    """Return a reply that also says if the message before could not be deleted from the chat."""
    if context.secret is None or context.secret.removed or not isinstance(reply, Show):
        return reply
    return Show(reply.screen.headed(phrase("secret-stays")))


async def _unless_removed(context: UpdateContext, state: FSMContext, answer: Awaitable[Reply]) -> Reply:
    """Return the answer. If another administrator removed the server meanwhile, end the conversation and say so."""
    try:
        return await answer
    except UnknownServer:
        await leave(context, state)
        return overview.everything(context, phrase("server-unknown"))
