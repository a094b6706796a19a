"""Groups: their members, the bot's rights in them, and the topics of a forum."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type Status = Literal["creator", "administrator", "member", "left", "kicked"]

FIRST_GROUP_ID = 1_001
SUPERGROUP_PREFIX = 1_000_000_000_000
GENERAL_TOPIC_ID = 1
ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
ANONYMOUS_ADMIN: dict[str, object] = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""The sender of an anonymous administrator's messages (Telegram Bot API, Message, sender_chat)."""

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
SUPERGROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
MEMBER_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_invite_users",
)


@dataclass(frozen=True, slots=True)
class Membership:
    """What one account is in a group; `rights` are those of an administrator."""

    status: Status
    rights: frozenset[str] = frozenset()
    anonymous: bool = False

    @property
    def present(self) -> bool:
        """Whether the account is in the group."""
        return self.status in {"creator", "administrator", "member"}

    def may(self, right: str) -> bool:
        """Return whether the account has an administrator's right; the creator has all."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def as_json(self, user: Mapping[str, object], *, supergroup: bool) -> dict[str, object]:
        """Return the Bot API's ChatMember."""
        body: dict[str, object] = {"user": dict(user), "status": self.status}
        if self.status == "creator":
            return body | {"is_anonymous": self.anonymous}
        if self.status == "kicked":
            return body | {"until_date": 0}
        if self.status != "administrator":
            return body
        names = ADMIN_RIGHTS + (SUPERGROUP_RIGHTS if supergroup else ())
        rights = {name: name == "can_manage_chat" or name in self.rights for name in names}
        return body | {"can_be_edited": False, "is_anonymous": self.anonymous} | rights


OUTSIDE = Membership("left")


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is that of the message about its creation."""

    thread_id: int
    name: str
    icon_color: int
    by_bot: bool
    closed: bool = False
    icon_custom_emoji_id: str = ""


@dataclass(slots=True)
class Group:
    """A group or supergroup; `members` has everybody who was ever in it, also the bot.

    `available_reactions` None: all. `upgraded_to` is the supergroup that a basic group has become.
    """

    chat_id: int
    title: str
    supergroup: bool
    forum: bool = False
    members: dict[int, Membership] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    available_reactions: tuple[str, ...] | None = None
    upgraded_to: int | None = None

    def membership(self, user_id: int) -> Membership:
        """Return what an account is in this group."""
        return self.members.get(user_id, OUTSIDE)

    def as_chat(self) -> dict[str, object]:
        """Return the Bot API's Chat."""
        kind = "supergroup" if self.supergroup else "group"
        chat: dict[str, object] = {"id": self.chat_id, "type": kind, "title": self.title}
        return chat | ({"is_forum": True} if self.forum else {})
