"""A small Bot API client without aiogram, for the webhook registrar and the operator's command line."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Protocol

from vpnbot.errors import CallRejected, Misconfigured, TelegramSilent, TelegramUnavailable
from vpnbot.telegram.bot_api.transport import HttpResponse

_TOKEN = re.compile(r"(?P<bot_id>\d+):[A-Za-z0-9_-]+")


class Posts(Protocol):
    """Sends forms to the Bot API: `Transport` or `TimedTransport`."""

    def post(self, path: str, fields: Mapping[str, str]) -> HttpResponse:
        """POST a form and return the answer; raise TelegramUnavailable if there was none in time."""
        ...


class BotApi:
    """The Bot API for one bot; each call blocks for seconds at most. No error contains the token."""

    def __init__(
        self, token: str, transport: Posts, asked_to_wait: Callable[[timedelta], None] = lambda after: None
    ) -> None:
        """`token` is as BotFather gives it; `asked_to_wait` is called with the time that a 429 asks for.

        Raises:
            Misconfigured: the token is malformed.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise Misconfigured("bot_token", "a token looks like 123456789:AAF…; copy all of it from @BotFather")
        self.bot_id = int(match["bot_id"])
        self._path = f"/bot{token}/"
        self._transport = transport
        self._asked_to_wait = asked_to_wait

    def call(self, method: str, **parameters: object) -> Any:
        """Call a method and return its result.

        Raises:
            TelegramUnavailable: Telegram throttled the call.
            TelegramSilent: Telegram failed or did not answer in time.
            Misconfigured: Telegram does not know the token.
            CallRejected: Telegram rejected the call.
        """
        fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        response = self._transport.post(self._path + method, fields)
        try:
            answer = json.loads(response.body)
            if answer["ok"]:
                return answer["result"]
            code, description = int(answer["error_code"]), str(answer.get("description", ""))
        except (ValueError, KeyError, TypeError) as error:
            message = f"{method}: HTTP {response.status} and no answer of the Bot API"
            raise TelegramSilent(message) from error
        details: dict[str, Any] = answer.get("parameters") or {}
        after = timedelta(seconds=int(details.get("retry_after", 1)))
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            self._asked_to_wait(after)
            raise TelegramUnavailable(f"{method}: {description}", after=after)
        raise _error(method, code, description, details, after)


def _error(method: str, code: int, description: str, parameters: dict[str, Any], after: timedelta) -> Exception:
    # 401: the token was revoked; 404: it never existed (Bot API server, Client.cpp).
    if code in {401, 404}:
        return Misconfigured("bot_token", f"Telegram does not know it ({description}); get one from @BotFather")
    if code >= 500:
        return TelegramSilent(f"{method}: {description}", after=after)
    return CallRejected(method, code, description, parameters.get("migrate_to_chat_id"))
