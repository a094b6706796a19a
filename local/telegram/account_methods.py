"""Bot API methods about the bot itself, its files, and the answers to callback queries."""

from datetime import timedelta

from local.telegram.arguments import Arguments
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request

ANSWER_LIMIT = 200


class AccountMethods:
    """getMe, getFile, names and descriptions, the menu button, answers to callback queries."""

    def __init__(self, conversations: Conversations, *, answer_window: timedelta) -> None:
        """Use these conversations; a tap can be answered for `answer_window` after it was made."""
        self._conversations = conversations
        self._answer_window = answer_window
        self._texts: dict[tuple[str, str], str] = {}
        self._menu_buttons: dict[int, object] = {}

    def get_me(self, _: Arguments) -> object:
        """Return the bot's account."""
        abilities = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        return self._conversations.bot | abilities

    def get_file(self, arguments: Arguments) -> object:
        """Return a file and the path to download it from."""
        file = self._conversations.file(arguments.text("file_id"))
        return file.as_json() | {"file_path": f"files/{file.file_id}"}

    def answer_callback_query(self, arguments: Arguments) -> object:
        """Answer a tap with a toast, an alert or no text."""
        tap = self._conversations.taps.get(arguments.text("callback_query_id"))
        if tap is None or self._conversations.now() - tap.tapped_at > self._answer_window:
            reason = "query is too old and response timeout expired or query ID is invalid"
            raise bad_request(reason)
        text = arguments.text("text")
        if len(text) > ANSWER_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        if tap.answer is None:
            tap.answer = {"text": text, "alert": arguments.boolean("show_alert"), "url": arguments.text("url")}
            self._conversations.feed.publish("answer", chat_id=tap.chat_id, callback_id=tap.callback_id, **tap.answer)
        return True

    def set_text(self, name: str, limit: int, arguments: Arguments) -> object:
        """Store the bot's name, description or short description in one language."""
        text = arguments.text(name)
        if len(text) > limit:
            raise bad_request(f"{name.upper()}_TOO_LONG")
        self._texts[name, arguments.text("language_code")] = text
        self._conversations.feed.publish("bot")
        return True

    def get_text(self, name: str, arguments: Arguments) -> object:
        """Return the bot's name, description or short description, in the language or the default."""
        return {name: self.shown_text(name, arguments.text("language_code"))}

    def set_chat_menu_button(self, arguments: Arguments) -> object:
        """Store the action of the button beside the input."""
        self._menu_buttons[arguments.integer("chat_id")] = arguments.json("menu_button") or {"type": "default"}
        return True

    def get_chat_menu_button(self, arguments: Arguments) -> object:
        """Return the action of the button beside the input."""
        return self._menu_buttons.get(arguments.integer("chat_id"), {"type": "default"})

    def shown_text(self, name: str, language: str) -> str:
        """Return a text as a person with this language sees it."""
        default = str(self._conversations.bot["first_name"]) if name == "name" else ""
        return self._texts.get((name, language)) or self._texts.get((name, "")) or default
