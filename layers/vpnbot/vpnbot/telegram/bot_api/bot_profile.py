"""What Telegram shows about the bot: its name, its description, the text in its profile, and the menus of commands.

They are texts of the locale files, in each language; the default language is also that of everybody else. A shop with
a name of its own is named in them, and the bot has that name. Limits: Telegram Bot API, setMyName (0-64 characters),
setMyDescription (0-512), setMyShortDescription (0-120), BotCommand (command 1-32 of a-z, 0-9 and _, description
1-256), setMyCommands (at most 100).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vpnbot.domain.bot_profile import Menu
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages
from vpnbot.telegram.bot_api.webhook_registration import Api

COMMANDS = ("start", "connect", "plans", "help", "support", "settings", "terms", "privacy", "paysupport")
"""The menu of customers, in this order."""
_TEAM, _OWNERS, _GROUP = ("admin", "find"), ("servers", "shop"), ("close", "id", "support_here")
MENUS: Mapping[Menu, tuple[str, ...]] = {
    Menu.SUPPORT: (*_TEAM, *COMMANDS),
    Menu.ADMIN: (*_TEAM, *COMMANDS),
    Menu.OWNER: (*_TEAM, *_OWNERS, *COMMANDS),
    Menu.GROUP: _GROUP,
}
"""The menus of single chats: what the role may use, before what customers have."""
_NAMED = {"profile-description": "profile-description-named", "profile-short": "profile-short-named"}
"""The texts of a shop with a name."""
_CUSTOMERS = {"type": "all_private_chats"}
"""Other groups have no menu: the bot answers nothing there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the profile in one language.

    `name` is for people, `method` the Bot API's without `set` or `get`, `parameters` select the language and the
    scope, `field` names the value in a call; `getMy…` returns the value in that
    field, or alone if it is the commands.
    """

    api: Api
    name: str
    method: str
    parameters: Mapping[str, object]
    field: str
    value: object

    def shown(self) -> bool:
        """Tell whether Telegram shows this already.

        Raises:
            Retryable, Rejected, Misconfigured: as `BotApi.call`.
        """
        result = self.api.call(f"get{self.method}", **self.parameters)
        shown = result.get(self.field) if isinstance(result, dict) else result
        return shown == self.value

    def show(self) -> None:
        """Give it to Telegram.

        Raises:
            Retryable, Rejected, Misconfigured: as `BotApi.call`.
        """
        self.api.call(f"set{self.method}", **self.parameters, **{self.field: self.value})


class TelegramProfile:
    """Implements the port `BotProfile`. The name of the bot stays as it is while the shop has none of its own."""

    def __init__(self, api: Api, messages: Messages) -> None:
        self._api = api
        self._messages = messages

    def parts(self, shop_name: str, menus: Mapping[int, Menu]) -> Iterator[Part]:
        """Yield the parts of the profile in every language, then the menu of each chat."""
        if shop_name:
            yield Part(self._api, "name", "MyName", {"language_code": ""}, "name", shop_name)
        for language in self._messages.languages:
            yield self._menu(language, "commands", _CUSTOMERS, COMMANDS)
            yield self._text(language, "description", "profile-description", "description", shop_name)
            yield self._text(language, "text in the profile", "profile-short", "short_description", shop_name)
        for chat_id, menu in menus.items():
            for language in self._messages.languages:
                yield self._menu(language, f"menu of the chat {chat_id}", _chat(chat_id), MENUS[menu])

    def remove_menu(self, chat_id: int) -> None:
        """Remove the own menu of a chat.

        Raises:
            Retryable, Rejected, Misconfigured: as `BotApi.call`.
        """
        for language in self._messages.languages:
            self._api.call("deleteMyCommands", scope=_chat(chat_id), language_code=_code(language))

    def _menu(self, language: str, name: str, scope: Mapping[str, object], commands: tuple[str, ...]) -> Part:
        shown = [
            {"command": each, "description": self._messages.text(language, f"command-{each}")} for each in commands
        ]
        chosen = {"language_code": _code(language), "scope": scope}
        return Part(self._api, f"{name} ({language})", "MyCommands", chosen, "commands", shown)

    def _text(self, language: str, name: str, message: str, field: str, shop_name: str) -> Part:
        named, arguments = (_NAMED[message], {"name": shop_name}) if shop_name else (message, {})
        text = self._messages.text(language, named, arguments)
        method = "My" + field.title().replace("_", "")
        return Part(self._api, f"{name} ({language})", method, {"language_code": _code(language)}, field, text)


def set_profile(profile: TelegramProfile, shop_name: str) -> tuple[str, ...]:
    """Give Telegram each part that differs, without the menus of single chats, and return the names of these parts.

    Raises:
        Retryable, Rejected, Misconfigured: as `BotApi.call`; the parts before are set.
    """
    changed = []
    for part in profile.parts(shop_name, {}):
        if not part.shown():
            part.show()
            changed.append(part.name)
    return tuple(changed)


def differing_parts(profile: TelegramProfile, shop_name: str) -> tuple[str, ...]:
    """Return the names of the parts that differ at Telegram, without the menus of single chats.

    Raises:
        Retryable, Rejected, Misconfigured: as `BotApi.call`.
    """
    return tuple(part.name for part in profile.parts(shop_name, {}) if not part.shown())


def _chat(chat_id: int) -> Mapping[str, object]:
    return {"type": "chat", "chat_id": chat_id}


def _code(language: str) -> str:
    return "" if language == DEFAULT_LANGUAGE else language
