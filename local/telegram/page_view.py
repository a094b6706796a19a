"""Messages, groups and keyboards as the chat page draws them."""

from collections.abc import Mapping

from local.telegram.conversation import Conversations
from local.telegram.groups import Group
from local.telegram.markup import ReplyKeyboard
from local.telegram.media import Media
from local.telegram.messages import StoredMessage


def message_for_page(message: StoredMessage, conversations: Conversations) -> dict[str, object]:
    """Return a message as the page draws it, without callback data; `reply_to` names the message answered."""
    answered = conversations.message(message.chat_id, message.reply_to) if message.reply_to else None
    return {
        "chat_id": message.chat_id,
        "message_id": message.message_id,
        "thread_id": message.thread_id,
        "from_bot": message.from_bot,
        "sender_id": message.sender.user_id,
        "sender": _sender_name(message, conversations),
        "sent_at": message.sent_at.isoformat(),
        "text": message.content.text,
        "entities": [entity.as_json() for entity in message.content.entities],
        "edited": message.edited_at is not None,
        "buttons": [
            [
                {
                    "text": button.text,
                    "kind": button.kind,
                    "style": button.style,
                    "value": button.value if button.kind != "callback" else None,
                }
                for button in row
            ]
            for row in message.keyboard
        ],
        "media": _media(message.media) if message.media else None,
        "album": message.album,
        "service": _service(message),
        "reactions": list(message.reactions.values()),
        "forwarded_from": _origin_name(message),
        "reply_to": answered and {"message_id": answered.message_id, "text": answered.content.text},
    }


def group_for_page(group: Group, conversations: Conversations) -> dict[str, object]:
    """Return a group as the page shows it: who is in it, the bot's state, its topics."""
    return {
        "id": group.chat_id,
        "title": group.title,
        "forum": group.forum,
        "bot": group.membership(conversations.bot_id).status,
        "members": [user_id for user_id, membership in group.members.items() if membership.present],
        "topics": [
            {"id": topic.thread_id, "name": topic.name, "closed": topic.closed} for topic in group.topics.values()
        ],
    }


def keyboard_for_page(keyboard: ReplyKeyboard | None) -> list[list[dict[str, object]]]:
    """Return the rows of the keyboard below the input; none when there is no keyboard."""
    return [
        [{"text": button.text, "chooses": button.request_users is not None} for button in row]
        for row in (keyboard.rows if keyboard else ())
    ]


def _media(media: Media) -> dict[str, object]:
    return {
        "kind": media.kind,
        "url": f"/chat/api/files/{media.file.file_id}",
        "name": media.file.name,
        "size_bytes": len(media.file.content),
        "width": media.file.width,
        "height": media.file.height,
        "emoji": media.details.get("emoji"),
    }


def _service(message: StoredMessage) -> dict[str, object] | None:
    """Return what the page shows of a message without text: its kind, and a title, a description or an amount."""
    for kind, fields in message.service.items():
        if not isinstance(fields, Mapping):
            return {"kind": kind, "amount": None, "title": "", "description": ""}
        title = fields.get("title") or fields.get("question") or fields.get("name") or fields.get("first_name") or ""
        description = fields.get("description") or fields.get("phone_number") or ""
        return {"kind": kind, "amount": fields.get("total_amount"), "title": title, "description": description}
    return None


def _sender_name(message: StoredMessage, conversations: Conversations) -> str:
    if message.sender.user_id is None:
        return str(conversations.bot["first_name"])
    if message.sender.anonymous:
        return conversations.groups[message.chat_id].title
    return conversations.accounts[message.sender.user_id].first_name


def _origin_name(message: StoredMessage) -> str | None:
    if message.forward_origin is None:
        return None
    user = message.forward_origin.get("sender_user") or message.forward_origin.get("sender_chat")
    if isinstance(user, Mapping):
        return str(user.get("first_name") or user.get("title"))
    return str(message.forward_origin.get("sender_user_name"))
