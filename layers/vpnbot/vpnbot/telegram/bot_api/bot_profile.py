"""What Telegram shows about the bot: its description, the text in its profile, and the menu of commands.

They are texts of the locale files, in each language; the default language is also that of everybody else. Limits:
Telegram Bot API, setMyDescription (0-512 characters), setMyShortDescription (0-120), BotCommand (command 1-32 of a-z,
0-9 and _, description 1-256), setMyCommands (at most 100).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from vpnbot.errors import OutOfTime
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages
from vpnbot.telegram.bot_api.webhook_registration import Api

COMMANDS = ("start", "connect", "plans", "help", "support", "settings", "terms", "privacy", "paysupport")
"""The menu of customers, in this order."""
_SCOPE = {"type": "all_private_chats"}
"""In groups the bot has no menu: only members of the staff use it there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the profile in one language.

    `name` is for people, `method` the Bot API's without `set` or `get`, `parameters` select the language and the
    scope, `field` names the value in a call; `getMy…` returns the value in that
    field, or alone if it is the commands.
    """

    name: str
    method: str
    parameters: Mapping[str, object]
    field: str
    value: object

    def stored_in(self, api: Api) -> bool:
        """Tell whether Telegram shows this already.

        Raises:
            Retryable, Rejected, Misconfigured: as `BotApi.call`.
        """
        result = api.call(f"get{self.method}", **self.parameters)
        shown = result.get(self.field) if isinstance(result, dict) else result
        return shown == self.value

    def store_in(self, api: Api) -> None:
        """Give it to Telegram.

        Raises:
            Retryable, Rejected, Misconfigured: as `BotApi.call`.
        """
        api.call(f"set{self.method}", **self.parameters, **{self.field: self.value})


def profile(messages: Messages) -> Iterator[Part]:
    """Yield the parts of the profile in every language."""
    for language in messages.languages:
        code = "" if language == DEFAULT_LANGUAGE else language
        chosen = {"language_code": code}
        shown = [{"command": each, "description": messages.text(language, f"command-{each}")} for each in COMMANDS]
        description, short = (messages.text(language, name) for name in ("profile-description", "profile-short"))
        yield Part(f"commands ({language})", "MyCommands", {**chosen, "scope": _SCOPE}, "commands", shown)
        yield Part(f"description ({language})", "MyDescription", chosen, "description", description)
        yield Part(f"text in the profile ({language})", "MyShortDescription", chosen, "short_description", short)


def set_profile(api: Api, messages: Messages, in_time: Callable[[], bool] = lambda: True) -> tuple[str, ...]:
    """Give Telegram each part that differs, and return the names of these parts.

    `in_time` tells before each part whether there is time for two more calls.

    Raises:
        OutOfTime: not all parts were compared.
        Retryable, Rejected, Misconfigured: as `BotApi.call`; the parts before are set.
    """
    changed = []
    for part in profile(messages):
        if not in_time():
            raise OutOfTime("the rest of the bot's profile was not compared")
        if not part.stored_in(api):
            part.store_in(api)
            changed.append(part.name)
    return tuple(changed)


def differing_parts(api: Api, messages: Messages) -> tuple[str, ...]:
    """Return the names of the parts that differ at Telegram.

    Raises:
        Retryable, Rejected, Misconfigured: as `BotApi.call`.
    """
    return tuple(part.name for part in profile(messages) if not part.stored_in(api))
