"""The Bot API for what needs no aiogram: the registrar and the operator's command line."""

import json
import re
from datetime import timedelta
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from vpnbot.errors import MessengerUnavailable, Misconfigured, Rejected
from vpnbot.settings import TELEGRAM_API_BASE

CONNECT_SECONDS = 3
READ_SECONDS = 8

_TOKEN = re.compile(r"(?P<bot_id>\d+):[A-Za-z0-9_-]+")


class Refused(Rejected):
    """Telegram understood the call and refused it. `code` is its error code, the message its own words."""

    def __init__(self, method: str, code: int, description: str) -> None:
        super().__init__(f"{method}: {description}")
        self.code = code
        self.description = description


class BotApi:
    """One bot's methods, each a blocking call that ends within seconds. The token never shows in an error."""

    def __init__(self, token: str, base: str = TELEGRAM_API_BASE, http: urllib3.PoolManager | None = None) -> None:
        """Take a token as BotFather gives it.

        Raises:
            Misconfigured: that is not what a token looks like.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise Misconfigured(
                "bot_token", "a token looks like 123456789:AAF…; copy all of it from @BotFather"
            )
        self.bot_id = int(match["bot_id"])
        self._url = f"{base}/bot{token}/"
        self._http = http or urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False
        )

    def call(self, method: str, **parameters: object) -> Any:
        """Call a method and return its result.

        Raises:
            MessengerUnavailable: Telegram throttled the call, failed or did not answer in time.
            Misconfigured: Telegram does not know the token.
            Refused: it refuses this call, however often it is made.
        """
        try:
            response = self._http.request("POST", self._url + method, json=parameters)
            answer = json.loads(response.data)
            if answer["ok"]:
                return answer["result"]
            code, description = int(answer["error_code"]), str(answer.get("description", ""))
        except HTTPError as error:
            # The cause's text holds the address, and the address holds the token.
            raise MessengerUnavailable(f"{method}: no answer from Telegram ({type(error).__name__})") from None
        except (ValueError, KeyError, TypeError):
            raise MessengerUnavailable(f"{method}: HTTP {response.status} and no answer of the Bot API") from None
        raise _error(method, code, description, answer.get("parameters") or {})


def _error(method: str, code: int, description: str, parameters: dict[str, Any]) -> Exception:
    # 401: the token was revoked; 404: it never was one (Bot API server, Client.cpp).
    if code in {401, 404}:
        return Misconfigured(
            "bot_token", f"Telegram does not know it ({description}); get one from @BotFather"
        )
    if code == 429 or code >= 500:
        after = timedelta(seconds=int(parameters.get("retry_after", 1)))
        return MessengerUnavailable(f"{method}: {description}", after=after)
    return Refused(method, code, description)
