"""Bot API methods about chats and their members: getChat, getChatMember, getChatAdministrators, leaveChat."""

from local.telegram.accounts import Account
from local.telegram.arguments import Arguments
from local.telegram.chats import known_chat, writable_chat
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request
from local.telegram.groups import MEMBER_PERMISSIONS, Group, Membership

CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


class ChatMethods:
    """getChat, getChatMember, getChatMemberCount, getChatAdministrators, leaveChat, sendChatAction."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def get_chat(self, arguments: Arguments) -> object:
        """Return the Bot API's ChatFullInfo."""
        chat = known_chat(self._conversations, arguments)
        details = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
        if isinstance(chat, Account):
            return chat.as_chat() | details
        permissions = {name: name in MEMBER_PERMISSIONS for name in (*MEMBER_PERMISSIONS, "can_manage_topics")}
        body = chat.as_chat() | details | {"permissions": permissions}
        if chat.available_reactions is not None:
            body["available_reactions"] = [{"type": "emoji", "emoji": emoji} for emoji in chat.available_reactions]
        return body

    def get_chat_member(self, arguments: Arguments) -> object:
        """Return the Bot API's ChatMember; an account that was never in a group has left it."""
        chat, user_id = known_chat(self._conversations, arguments), arguments.integer("user_id")
        if user_id <= 0:
            raise bad_request("invalid user_id specified")
        account = self._conversations.accounts.get(user_id)
        if account is None and user_id != self._conversations.bot_id:
            raise bad_request("PARTICIPANT_ID_INVALID")
        user = account.as_user() if account else self._conversations.bot
        if isinstance(chat, Account):
            return Membership("member").as_json(user, supergroup=False)
        return chat.membership(user_id).as_json(user, supergroup=chat.supergroup)

    def get_chat_member_count(self, arguments: Arguments) -> object:
        """Return the number of members, with the bot."""
        chat = known_chat(self._conversations, arguments)
        if isinstance(chat, Account):
            return 2
        return sum(membership.present for membership in chat.members.values())

    def get_chat_administrators(self, arguments: Arguments) -> object:
        """Return the administrators that are no bots, and this bot if it is one."""
        chat = known_chat(self._conversations, arguments)
        if isinstance(chat, Account):
            raise bad_request("there are no administrators in the private chat")
        return [
            membership.as_json(self._user(user_id), supergroup=chat.supergroup)
            for user_id, membership in chat.members.items()
            if membership.status in {"creator", "administrator"}
        ]

    def leave_chat(self, arguments: Arguments) -> object:
        """Leave a group."""
        chat = writable_chat(self._conversations, arguments)
        if not isinstance(chat, Group):
            raise bad_request("chat member status can't be changed in private chats")
        chat.members[self._conversations.bot_id] = Membership("left")
        self._conversations.feed.publish("group", chat_id=chat.chat_id)
        return True

    def send_chat_action(self, arguments: Arguments) -> object:
        """Show "typing…" for five seconds."""
        chat = writable_chat(self._conversations, arguments)
        action = arguments.text("action").lower()
        if action not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._conversations.feed.publish("action", chat_id=chat.chat_id, action=action)
        return True

    def _user(self, user_id: int) -> dict[str, object]:
        account = self._conversations.accounts.get(user_id)
        return account.as_user() if account else self._conversations.bot
