"""Bot API methods about the commands that a phone shows for "/", by scope and language.

Scopes and their order: Telegram Bot API, BotCommandScope, "Determining list of commands".
"""

from local.telegram.accounts import Account
from local.telegram.arguments import Arguments
from local.telegram.chats import known_chat
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request
from local.telegram.groups import Group

MOST_COMMANDS = 100
_WIDE_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}

type Scope = tuple[str, int, int]
"""The type of a scope, and the chat and the member it is about, or 0."""


class CommandMethods:
    """setMyCommands, getMyCommands, deleteMyCommands."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations
        self._commands: dict[tuple[Scope, str], list[dict[str, str]]] = {}

    def set_my_commands(self, arguments: Arguments) -> object:
        """Store the commands of one scope and language; an empty list deletes them."""
        given = arguments.json("commands")
        if not isinstance(given, list):
            raise bad_request('can\'t parse commands: Field "commands" must be of type Array')
        if len(given) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        key = self._key(arguments)
        commands = [_checked(command) for command in given]
        if commands:
            self._commands[key] = commands
        else:
            self._commands.pop(key, None)
        self._conversations.feed.publish("bot")
        return True

    def get_my_commands(self, arguments: Arguments) -> object:
        """Return the commands of exactly this scope and language."""
        return self._commands.get(self._key(arguments), [])

    def delete_my_commands(self, arguments: Arguments) -> object:
        """Delete the commands of exactly this scope and language."""
        self._commands.pop(self._key(arguments), None)
        self._conversations.feed.publish("bot")
        return True

    @property
    def chats_with_own(self) -> set[int]:
        """The private chats that have commands of their own."""
        return {chat_id for (kind, chat_id, _), _ in self._commands if kind == "chat" and chat_id > 0}

    def shown(self, language: str, user_id: int = 0) -> list[dict[str, str]]:
        """Return the commands as a person with this language sees them in the private chat with the bot."""
        own: list[Scope] = [("chat", user_id, 0)] if user_id else []
        return self._first([*own, ("all_private_chats", 0, 0), ("default", 0, 0)], language)

    def shown_in_group(self, language: str, group: Group, user_id: int) -> list[dict[str, str]]:
        """Return the commands as a member sees them in a group."""
        administrator = group.membership(user_id).status in {"creator", "administrator"}
        scopes: list[Scope] = [("chat_member", group.chat_id, user_id)]
        scopes += [("chat_administrators", group.chat_id, 0)] if administrator else []
        scopes += [("chat", group.chat_id, 0)]
        scopes += [("all_chat_administrators", 0, 0)] if administrator else []
        return self._first([*scopes, ("all_group_chats", 0, 0), ("default", 0, 0)], language)

    def _first(self, scopes: list[Scope], language: str) -> list[dict[str, str]]:
        keys = [(scope, code) for scope in scopes for code in (language, "")]
        return next((self._commands[key] for key in keys if self._commands.get(key)), [])

    def _key(self, arguments: Arguments) -> tuple[Scope, str]:
        scope, code = arguments.json("scope"), arguments.text("language_code")
        if scope is None:
            return ("default", 0, 0), code
        if not isinstance(scope, dict):
            raise bad_request("object expected as command scope")
        kind = str(scope.get("type"))
        if kind in _WIDE_SCOPES:
            return (kind, 0, 0), code
        if kind not in {"chat", "chat_administrators", "chat_member"}:
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        chat = known_chat(self._conversations, Arguments(scope))
        if isinstance(chat, Account) and kind != "chat":
            raise bad_request("can't change commands of members in private chats")
        member = int(scope.get("user_id") or 0) if kind == "chat_member" else 0
        return (kind, chat.chat_id, member), code


def _checked(command: object) -> dict[str, str]:
    given = command if isinstance(command, dict) else {}
    name, description = str(given.get("command", "")).lstrip("/"), str(given.get("description", ""))
    if not name.isidentifier() or not 1 <= len(name) <= 32 or not name.isascii() or name != name.lower():
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
