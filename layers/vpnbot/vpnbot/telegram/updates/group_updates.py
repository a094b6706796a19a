"""Which updates from groups are handled: what the staff do. All others are answered with silence."""

from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.telegram.messages.callbacks import Action, action_of
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.ports import Operators
from vpnbot.usecases.support.support_chat import is_support_chat

_SETTING = ("/support_here", "/id")


def heard_in_group(incoming: Incoming, context: UpdateContext) -> bool:
    """Tell whether an update from a group reaches the handlers.

    Buttons about money have checks of their own. An anonymous administrator may send `/support_here`: the button
    below the answer names who confirms it.
    """
    if incoming.callback_query_id is not None:
        action, by_staff = action_of(incoming.callback_data), context.role is not None
        in_chat = {Action.MONEY: context.in_support_chat, Action.ADMIN: context.in_support_chat and by_staff}
        return in_chat.get(Action(action), action == Action.DESK and by_staff) if action else False
    if incoming.blocked is not None:
        return context.role is not None
    if context.in_support_chat:
        return True
    text = context.content.get("text")
    words = text.split(maxsplit=1)[0].partition("@")[0] if isinstance(text, str) and text.strip() else ""
    if words not in _SETTING or incoming.queue != "message":
        return False
    return context.role is not None or (words == _SETTING[0] and _in_the_groups_name(incoming))


def in_support_chat(incoming: Incoming, operators: Operators) -> bool:
    """Tell whether this is a message in the operators' chat, or a tap there on a button of the staff.

    Raises:
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
    """
    tapped = not incoming.private and action_of(incoming.callback_data) in {Action.MONEY, Action.ADMIN}
    if not tapped and incoming.queue not in {"message", "edited_message"}:
        return False
    return is_support_chat(operators, incoming.chat_id, may_have_moved=not incoming.private)


def _in_the_groups_name(incoming: Incoming) -> bool:
    sender = incoming.raw[incoming.queue].get("sender_chat")
    return isinstance(sender, dict) and sender.get("id") == incoming.chat_id
