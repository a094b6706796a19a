"""Bot API methods about the bot, the chat and callback queries: all that concern neither messages nor updates."""

from datetime import timedelta

from local.telegram.arguments import Arguments
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request
from local.telegram.message_methods import known_chat, recipient

ANSWER_LIMIT = 200
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


class AccountMethods:
    """getMe, getChat, getFile, commands, names, the menu button, chat actions, answers to callback queries."""

    def __init__(self, conversations: Conversations, *, answer_window: timedelta) -> None:
        """Use these conversations; a tap can be answered for `answer_window` after it was made."""
        self._conversations = conversations
        self._answer_window = answer_window
        self._texts: dict[tuple[str, str], str] = {}
        self._commands: dict[tuple[str, str], list[dict[str, str]]] = {}
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

    def get_chat(self, arguments: Arguments) -> object:
        """Return a private chat."""
        account = known_chat(self._conversations, arguments)
        details = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}
        return account.as_chat() | details

    def get_file(self, arguments: Arguments) -> object:
        """Return a file and the path to download it from."""
        file = self._conversations.file(arguments.text("file_id"))
        return file.as_json() | {"file_path": f"files/{file.file_id}"}

    def send_chat_action(self, arguments: Arguments) -> object:
        """Show "typing…" for five seconds."""
        account = recipient(self._conversations, arguments)
        action = arguments.text("action").lower()
        if action not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._conversations.feed.publish("action", chat_id=account.user_id, action=action)
        return True

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
            chat_id = tap.account.user_id
            self._conversations.feed.publish("answer", chat_id=chat_id, callback_id=tap.callback_id, **tap.answer)
        return True

    def set_my_commands(self, arguments: Arguments) -> object:
        """Store the commands that the phone shows for "/"."""
        given = arguments.json("commands")
        if not isinstance(given, list):
            raise bad_request('can\'t parse commands: Field "commands" must be of type Array')
        commands = []
        for command in given:
            name, description = str(command.get("command", "")).lstrip("/"), str(command.get("description", ""))
            if not name.isidentifier() or not 1 <= len(name) <= 32 or not name.isascii() or name != name.lower():
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
            commands.append({"command": name, "description": description})
        self._commands[self._scope(arguments)] = commands
        self._conversations.feed.publish("bot")
        return True

    def get_my_commands(self, arguments: Arguments) -> object:
        """Return the commands of exactly this scope and language."""
        return self._commands.get(self._scope(arguments), [])

    def delete_my_commands(self, arguments: Arguments) -> object:
        """Delete the commands of exactly this scope and language."""
        self._commands.pop(self._scope(arguments), None)
        self._conversations.feed.publish("bot")
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

    def shown_commands(self, language: str) -> list[dict[str, str]]:
        """Return the commands as a person with this language sees them in a private chat."""
        scopes = [(scope, code) for scope in ("all_private_chats", "default") for code in (language, "")]
        return next((self._commands[key] for key in scopes if self._commands.get(key)), [])

    def _scope(self, arguments: Arguments) -> tuple[str, str]:
        scope = arguments.json("scope")
        kind = str(scope.get("type")) if isinstance(scope, dict) else "default"
        return kind, arguments.text("language_code")
