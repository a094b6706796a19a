"""Bot API methods about the topics of a forum.

Texts: tdlib, ForumTopicManager.cpp. What a method does to a topic that does not exist, or that is already so, is
answered by Telegram's server: TOPIC_ID_INVALID, TOPIC_NOT_MODIFIED.
"""

from local.telegram.arguments import Arguments
from local.telegram.chats import bot_may, known_group
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request
from local.telegram.groups import ICON_COLORS, Group, Topic
from local.telegram.messages import BOT, Draft, Placement

LONGEST_NAME = 128


class TopicMethods:
    """createForumTopic, editForumTopic, closeForumTopic, reopenForumTopic, deleteForumTopic."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def create_forum_topic(self, arguments: Arguments) -> object:
        """Create a topic; its id is that of the service message about it."""
        group = self._forum(arguments)
        if not bot_may(self._conversations, group, "can_manage_topics"):
            raise bad_request("not enough rights to create a topic")
        name = arguments.text("name").strip()[:LONGEST_NAME]
        if not name:
            raise bad_request("title must be non-empty")
        color = arguments.integer("icon_color", ICON_COLORS[0])
        if color not in ICON_COLORS:
            raise bad_request("invalid icon color specified")
        emoji = arguments.text("icon_custom_emoji_id")
        icon = {"icon_custom_emoji_id": emoji} if emoji else {}
        created = {"name": name, "icon_color": color} | icon
        draft = Draft(service={"forum_topic_created": created})
        message = self._conversations.add(Placement(group.chat_id), BOT, draft, opens_topic=True)
        group.topics[message.message_id] = Topic(message.message_id, name, color, True, False, emoji)
        self._changed(group)
        return {"message_thread_id": message.message_id, **created}

    def edit_forum_topic(self, arguments: Arguments) -> object:
        """Change the name or the icon of a topic; without either nothing happens."""
        group, topic = self._topic(arguments, "not enough rights to edit the topic")
        name = arguments.text("name").strip()[:LONGEST_NAME] or topic.name
        emoji = arguments.text("icon_custom_emoji_id") if arguments.has("icon_custom_emoji_id") else None
        if not arguments.text("name") and emoji is None:
            return True
        if name == topic.name and emoji in {None, topic.icon_custom_emoji_id}:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.name = name
        edited = {"name": name}
        if emoji is not None:
            topic.icon_custom_emoji_id = edited["icon_custom_emoji_id"] = emoji
        self._tell(group, topic, {"forum_topic_edited": edited})
        return True

    def close_forum_topic(self, arguments: Arguments) -> object:
        """Close a topic: only administrators who may manage topics can still write in it."""
        return self._set_closed(arguments, True)

    def reopen_forum_topic(self, arguments: Arguments) -> object:
        """Open a closed topic again."""
        return self._set_closed(arguments, False)

    def delete_forum_topic(self, arguments: Arguments) -> object:
        """Delete a topic with all its messages."""
        group = self._forum(arguments)
        topic = group.topics.get(arguments.integer("message_thread_id"))
        if not bot_may(self._conversations, group, "can_delete_messages") and not (topic and topic.by_bot):
            raise bad_request("not enough rights to delete the topic")
        if topic is None:
            raise bad_request("TOPIC_ID_INVALID")
        remove_topic(self._conversations, group, topic)
        return True

    def _set_closed(self, arguments: Arguments, closed: bool) -> bool:
        group, topic = self._topic(arguments, "not enough rights to close or open the topic")
        if topic.closed == closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.closed = closed
        self._tell(group, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
        return True

    def _forum(self, arguments: Arguments) -> Group:
        group = known_group(self._conversations, arguments)
        if not group.forum:
            raise bad_request("the chat is not a forum")
        return group

    def _topic(self, arguments: Arguments, refusal: str) -> tuple[Group, Topic]:
        group = self._forum(arguments)
        topic = group.topics.get(arguments.integer("message_thread_id"))
        own = topic is not None and topic.by_bot
        if not own and not bot_may(self._conversations, group, "can_manage_topics"):
            raise bad_request(refusal)
        if topic is None:
            raise bad_request("TOPIC_ID_INVALID")
        return group, topic

    def _tell(self, group: Group, topic: Topic, service: dict[str, object]) -> None:
        self._conversations.add(Placement(group.chat_id, topic.thread_id), BOT, Draft(service=service))
        self._changed(group)

    def _changed(self, group: Group) -> None:
        self._conversations.feed.publish("group", chat_id=group.chat_id)


def remove_topic(conversations: Conversations, group: Group, topic: Topic) -> None:
    """Remove a topic and its messages."""
    del group.topics[topic.thread_id]
    for message in conversations.messages_of(group.chat_id):
        if message.thread_id == topic.thread_id:
            conversations.delete(group.chat_id, message.message_id)
    conversations.feed.publish("group", chat_id=group.chat_id)
