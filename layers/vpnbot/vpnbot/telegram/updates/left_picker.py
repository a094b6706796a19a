"""The buttons of Telegram's own list of people, when a member of the staff goes elsewhere instead of using them."""

from vpnbot.telegram.admin.states import Finding
from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.telegram.messages.reply import AskForPerson, EndAsking, Hide, React, Reply, Silence
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.telegram.updates.fsm_storage import conversation_of, set_conversation_state

_STAYS = AskForPerson | EndAsking | Hide | React | Silence
"""Replies that show or remove the buttons themselves, or show nothing else."""


def is_picking(context: UpdateContext, bot_id: int, incoming: Incoming) -> bool:
    """Tell whether the buttons are shown, as far as the conversation knows; nothing is read."""
    if context.role is None or not incoming.private:
        return False
    state, _ = conversation_of(context.session, bot_id, incoming.chat_id, incoming.user_id)
    return state == Finding.picking.state


def leaves_picker(reply: Reply, context: UpdateContext, bot_id: int, incoming: Incoming) -> bool:
    """Tell whether a reply to a person who was picking leaves the list; typed words still find a person then."""
    if isinstance(reply, _STAYS):
        return False
    if is_picking(context, bot_id, incoming):
        set_conversation_state(context.session, bot_id, incoming.chat_id, incoming.user_id, Finding.typing.state)
    return True
