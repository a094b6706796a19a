"""Requests to the Bot API that keep a deadline for the whole request, for calls about money.

`Transport` limits the wait for each part of an answer only. It stays the transport of all other calls, which nothing
waits for longer than Telegram needs.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ProtocolError

from vpnbot.connections.request_deadline import TimedPools, read_at_most, within
from vpnbot.errors import TelegramSilent
from vpnbot.telegram.bot_api.transport import HttpResponse

REQUEST_SECONDS = 5.0
"""The longest time for one request with its whole answer."""
LARGEST_ANSWER_BYTES = 4_000_000


class TimedTransport:
    """Requests to one server. Safe to use from several threads.

    A request whose connection breaks is sent a second time at once, because a kept connection may have been closed
    meanwhile: only for methods that may be repeated.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._pools = TimedPools()

    def post(self, path: str, fields: Mapping[str, str]) -> HttpResponse:
        """POST a form to `path`, and return the answer.

        It must be complete after `REQUEST_SECONDS`, or earlier if the caller has less time (`within`).

        Raises:
            TelegramSilent: there was no answer in time; the server may have acted all the same.
        """
        body = urlencode(fields, errors="replace").encode()
        try:
            with within(REQUEST_SECONDS):
                try:
                    return self._sent(path, body)
                except ProtocolError:
                    return self._sent(path, body)
        except (NameResolutionError, NewConnectionError, ConnectTimeoutError) as error:
            raise TelegramSilent("no connection to the Bot API") from error
        except HTTPError as error:  # its message is not used, because the address contains the bot's token
            raise TelegramSilent(f"the Bot API could not be reached: {type(error).__name__}") from error

    def close(self) -> None:
        """Close the kept connections."""
        self._pools.clear()

    def _sent(self, path: str, body: bytes) -> HttpResponse:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._pools.request(
            "POST", self._base_url + path, body=body, headers=headers, redirect=False, preload_content=False
        )
        content = read_at_most(answer, LARGEST_ANSWER_BYTES)
        if content is None:
            raise TelegramSilent("the answer of the Bot API is too long")
        return HttpResponse(answer.status, content)
