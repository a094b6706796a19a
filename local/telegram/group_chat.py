"""A group as tests, the journey and the chat page use it: who joins, who writes, the bot's rights, the topics."""

from collections.abc import Awaitable, Callable, Mapping

from local.telegram.conversation import Conversations
from local.telegram.groups import (
    ADMIN_RIGHTS,
    ICON_COLORS,
    SUPERGROUP_PREFIX,
    SUPERGROUP_RIGHTS,
    Group,
    Membership,
    Topic,
)
from local.telegram.messages import Draft, Placement, Sender, StoredMessage
from local.telegram.person import Person
from local.telegram.screen import SeenMessage, seen
from local.telegram.topic_methods import remove_topic
from local.telegram.writer import AddUpdate, Writer

SUPPORT_RIGHTS = ("can_manage_topics", "can_delete_messages", "can_pin_messages")
"""What the bot needs in a group of operators."""


class GroupChat:
    """One group. People act in it through `by(person)`; changes of the bot's membership reach the bot as updates."""

    def __init__(
        self,
        group: Group,
        conversations: Conversations,
        add_update: AddUpdate,
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """Act in this group; `idle` returns when the bot has answered all updates."""
        self.group = group
        self._conversations = conversations
        self._add_update = add_update
        self._idle = idle

    @property
    def chat_id(self) -> int:
        """Return the id of the chat."""
        return self.group.chat_id

    @property
    def bot(self) -> Membership:
        """Return what the bot is in this group."""
        return self.group.membership(self._conversations.bot_id)

    def messages(self, thread: int | None = None) -> list[SeenMessage]:
        """Return all messages, or those of one topic, oldest first."""
        stored = self._conversations.messages_of(self.chat_id)
        return [seen(message) for message in stored if thread in {None, message.thread_id}]

    def by(self, person: Person, *, anonymous: bool | None = None) -> Writer:
        """Return the person as a writer in this group; anonymous administrators write in the group's name."""
        hidden = self.group.membership(person.user_id).anonymous if anonymous is None else anonymous
        return Writer(
            self._conversations, person.account, self.chat_id, self._add_update, self._idle, anonymous=hidden
        )

    def joins(self, person: Person) -> None:
        """Add a person as a plain member."""
        self._set(person.user_id, Membership("member"))

    def promotes(self, person: Person, *rights: str, anonymous: bool = False) -> None:
        """Make a person an administrator; without rights named the person gets all."""
        self._set(person.user_id, _administrator(rights, anonymous))

    def removes(self, person: Person) -> None:
        """Remove a person from the group."""
        self._set(person.user_id, Membership("left"))

    async def adds_bot(self, by: Person) -> None:
        """Add the bot as a plain member."""
        self._change_bot(by, Membership("member"))
        self._tell_service(by, {"new_chat_members": [self._conversations.bot]})
        await self._idle()

    async def promotes_bot(self, by: Person, *rights: str) -> None:
        """Make the bot an administrator with these rights only; without any named it gets all."""
        self._change_bot(by, _administrator(rights))
        await self._idle()

    async def demotes_bot(self, by: Person) -> None:
        """Make the bot a plain member again."""
        self._change_bot(by, Membership("member"))
        await self._idle()

    async def removes_bot(self, by: Person) -> None:
        """Remove the bot: it was kicked and can no longer write."""
        self._change_bot(by, Membership("kicked"))
        await self._idle()

    async def opens_topic(self, by: Person, name: str) -> int:
        """Open a topic; return its id."""
        created = {"name": name, "icon_color": ICON_COLORS[0]}
        message = self._add_service(by, {"forum_topic_created": created}, opens_topic=True)
        thread_id = message.message_id
        self.group.topics[thread_id] = Topic(thread_id, name, ICON_COLORS[0], by_bot=False)
        await self._tell(message)
        return thread_id

    async def closes_topic(self, by: Person, thread: int, *, closed: bool = True) -> None:
        """Close a topic, or open it again."""
        self.group.topics[thread].closed = closed
        name = "forum_topic_closed" if closed else "forum_topic_reopened"
        await self._tell(self._add_service(by, {name: {}}, thread=thread))

    def deletes_topic(self, thread: int) -> None:
        """Delete a topic with its messages; Telegram does not tell the bot."""
        remove_topic(self._conversations, self.group, self.group.topics[thread])

    async def becomes_forum(self, on: bool = True) -> None:
        """Turn topics on or off; Telegram does not tell the bot."""
        self.group.forum = on
        self._conversations.feed.publish("group", chat_id=self.chat_id)

    async def migrates(self, by: Person) -> "GroupChat":
        """Make a supergroup of this basic group, as Telegram does for example when topics are turned on.

        The bot gets one message in each chat: `migrate_to_chat_id` here, `migrate_from_chat_id` there.
        """
        above = Group(-(SUPERGROUP_PREFIX - self.chat_id), self.group.title, True, members=dict(self.group.members))
        self._conversations.open_group(above)
        self.group.upgraded_to = above.chat_id
        await self._tell(self._add_service(by, {"migrate_to_chat_id": above.chat_id}))
        upgraded = GroupChat(above, self._conversations, self._add_update, self._idle)
        await upgraded._tell(upgraded._add_service(by, {"migrate_from_chat_id": self.chat_id}))
        return upgraded

    def _set(self, user_id: int, membership: Membership) -> None:
        self.group.members[user_id] = membership
        self._conversations.feed.publish("group", chat_id=self.chat_id)

    def _change_bot(self, by: Person, after: Membership) -> None:
        bot, supergroup = self._conversations.bot, self.group.supergroup
        before = self.bot
        self._set(self._conversations.bot_id, after)
        change = {
            "chat": self.group.as_chat(),
            "from": by.account.as_user(),
            "date": int(self._conversations.now().timestamp()),
            "old_chat_member": before.as_json(bot, supergroup=supergroup),
            "new_chat_member": after.as_json(bot, supergroup=supergroup),
        }
        self._add_update("my_chat_member", self.chat_id, change, False)

    def _add_service(
        self, by: Person, service: Mapping[str, object], *, thread: int | None = None, opens_topic: bool = False
    ) -> StoredMessage:
        place = Placement(self.chat_id, thread)
        sender = Sender(by.user_id, self.group.membership(by.user_id).anonymous)
        return self._conversations.add(place, sender, Draft(service=service), opens_topic=opens_topic)

    def _tell_service(self, by: Person, service: Mapping[str, object]) -> None:
        message = self._add_service(by, service)
        self._add_update("message", self.chat_id, self._conversations.message_json(message), False)

    async def _tell(self, message: StoredMessage) -> None:
        if self.bot.present:
            self._add_update("message", self.chat_id, self._conversations.message_json(message), False)
        self._conversations.feed.publish("group", chat_id=self.chat_id)
        await self._idle()


def _administrator(rights: tuple[str, ...], anonymous: bool = False) -> Membership:
    named = frozenset(rights or (*ADMIN_RIGHTS, *SUPERGROUP_RIGHTS))
    return Membership("administrator", named | {"can_manage_chat"}, anonymous)
