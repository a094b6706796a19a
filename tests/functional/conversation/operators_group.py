"""The operators' group with topics: its members write, edit, reply and tap."""

from dataclasses import dataclass
from typing import Any

from tests.functional.conversation.bot_session import BOT_ID, ChatMessage
from tests.functional.conversation.harness import ChatHarness, ChatUser

GROUP = -100_777
OWNER, SUPPORTER, OUTSIDER = 900, 901, 902
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@dataclass
class OperatorsGroup:
    """A group with topics, of which the bot is an administrator."""

    harness: ChatHarness

    @property
    def chat(self) -> dict[str, Any]:
        """The group as a `Chat` of the Bot API."""
        return {"id": GROUP, "type": "supergroup", "title": "Operators", "is_forum": True}

    @property
    def threads(self) -> list[int]:
        """The ids of its topics."""
        return list(self.harness.telegram.topics)

    def messages(self, thread: int | None = None) -> list[ChatMessage]:
        """Return the bot's messages in a topic, in the only one, or in the general one if there is none."""
        wanted = thread if thread is not None else (self.threads[-1] if self.threads else None)
        return [message for message in self.harness.telegram.messages(GROUP) if message.thread == wanted]

    def words(self, thread: int | None = None) -> list[str]:
        """Return the words of the bot's messages in a topic, without the card."""
        return [message.words for message in self.messages(thread) if not message.words.startswith("👤")]

    def card(self, thread: int | None = None) -> ChatMessage:
        """Return the card of a topic."""
        return next(message for message in self.messages(thread) if message.words.startswith("👤"))

    def chosen_by(self, user_id: int = OWNER) -> None:
        """Let an owner choose this group."""
        self.harness.administered_by(OWNER)
        self.writes("/support_here", user_id, thread=None)
        self.taps("Yes, here", user_id)

    def writes(
        self,
        text: str,
        user_id: int = OWNER,
        *,
        thread: int | None = -1,
        reply_to: int | None = None,
        anonymous: bool = False,
        **content: Any,
    ) -> int:
        """Let a member write into a topic, by default the newest; return the id of the message."""
        place = self.threads[-1] if thread == -1 else thread
        extra: dict[str, Any] = {"chat": self.chat}
        if place is not None:
            extra |= {"message_thread_id": place, "is_topic_message": True}
        if reply_to is not None:
            bot = {"id": BOT_ID, "is_bot": True, "first_name": "B"}
            extra["reply_to_message"] = {
                "message_id": reply_to,
                "date": 1,
                "chat": self.chat,
                "from": bot,
                "text": "…",
            }
        if anonymous:
            extra |= {"from": ANONYMOUS, "sender_chat": self.chat}
        if text:
            extra["text"] = text
        update = self.harness.user("en", user_id).message(**extra, **content)
        update["message"]["message_id"] += 500_000
        self.harness.deliver(update)
        return int(update["message"]["message_id"])

    def edits(self, message_id: int, text: str, user_id: int = OWNER, **content: Any) -> None:
        """Let a member edit a message in the newest topic; without a text it has other `content`."""
        place = {"message_thread_id": self.threads[-1], "is_topic_message": True, "chat": self.chat}
        words = {"text": text} if text else {}
        update = self.harness.user("en", user_id).message(**place, **words, **content, edit_date=1_772_366_500)
        message = {**update["message"], "message_id": message_id}
        self.harness.deliver({"update_id": update["update_id"], "edited_message": message})

    def taps(self, label: str, user_id: int = OWNER) -> None:
        """Let a member tap the button with this label in the newest message that has one."""
        for message in reversed(self.harness.telegram.messages(GROUP)):
            for button in (button for row in message.buttons for button in row):
                if label in button.text:
                    self.tap(str(button.callback_data), message, user_id)
                    return
        raise AssertionError(f"no button {label!r}")

    def tap(self, data: str, message: ChatMessage, user_id: int = OWNER) -> None:
        """Let a member tap a button with this callback data."""
        shown: dict[str, Any] = {"message_id": message.id, "date": 1, "chat": self.chat, "text": "…"}
        if message.thread is not None:
            shown |= {"message_thread_id": message.thread, "is_topic_message": True}
        self.harness.deliver(self.harness.user("en", user_id).tap(data, message.id, message=shown))

    def asks(self, user: ChatUser, text: str) -> None:
        """Let a customer write to support."""
        if user.person.topic is None or not user.person.topic.open:
            self.harness.deliver(user.tap("support", user.screen.id))
        user.sends(text)
