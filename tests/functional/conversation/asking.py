"""Steps of a customer who asks the support, and of the operators who answer."""

from typing import Any

from tests.functional.conversation.bot_session import ChatMessage
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser

OPERATOR = 900


def asks(user: ChatUser, text: str) -> None:
    """Send a question to support."""
    user.taps("Write to us")
    user.sends(text)


def heard(harness: ChatHarness, chat_id: int = OPERATORS) -> list[str]:
    """Return the words of the bot's messages in the operators' chat, without the lines that name who asked."""
    return [message.words for message in harness.telegram.messages(chat_id) if "#id_" not in message.words]


def questions(harness: ChatHarness) -> list[ChatMessage]:
    """Return the lines below the questions, to which the operators reply."""
    return [message for message in harness.telegram.messages(OPERATORS) if "#id_" in message.words]


def replies(harness: ChatHarness, asked: str, *, chat_id: int = OPERATORS, **content: Any) -> None:
    """Let a member of the staff reply to a message of the bot."""
    operator = harness.user("en", OPERATOR)
    harness.administered_by(OPERATOR)
    chat = {"id": chat_id, "type": "supergroup", "title": "Operators"}
    bot = {"id": 4242, "is_bot": True, "first_name": "B"}
    original = {"message_id": 5, "date": 1, "chat": chat, "from": bot, "text": asked}
    harness.deliver(operator.message(chat=chat, reply_to_message=original, **content))
