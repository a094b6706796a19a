"""A session for aiogram's Bot that uses the project's blocking transport instead of aiohttp.

The call blocks the event loop on purpose: an execution environment handles one update at a time, and nothing else is
to be run in the loop while Telegram answers. A thread would only add the time of a switch.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods.base import Response, TelegramMethod, TelegramType
from aiogram.types import InputFile

from vpnbot.errors import TelegramUnavailable
from vpnbot.telegram.aiogram_runtime.screen_call import ScreenCall
from vpnbot.telegram.bot_api.transport import READ_TIMEOUT_SECONDS, HttpResponse, Transport, Upload

if TYPE_CHECKING:
    from aiogram.client.bot import Bot
    from aiogram.types import Message


class TransportSession(BaseSession):
    """A session of aiogram's Bot: `Bot(token, session=TransportSession(Transport(settings.telegram_api_base)))`."""

    def __init__(
        self,
        transport: Transport,
        *,
        timeout_seconds: float = READ_TIMEOUT_SECONDS,
        asked_to_wait: Callable[[timedelta], None] = lambda after: None,
    ) -> None:
        """`timeout_seconds` is the read time-out of calls that give no other.

        `asked_to_wait` is called when Telegram answers a call with 429, with the time that it asks for; it must not
        raise.
        """
        super().__init__(api=TelegramAPIServer.from_base(transport.base_url), timeout=timeout_seconds)
        self._transport = transport
        self._asked_to_wait = asked_to_wait

    async def make_request(
        self,
        bot: "Bot",
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Call one method of the Bot API.

        Raises:
            TelegramNetworkError: there was no answer; Telegram may have acted all the same.
            TelegramAPIError: Telegram rejected the call; one of aiogram's subclasses.
        """
        fields, uploads = await self.form(bot, method)
        answer = self._post(bot, method.__api_method__, fields, uploads, timeout, lambda: method)
        return cast("TelegramType", self._checked(bot, method, answer).result)

    async def show(self, bot: "Bot", call: ScreenCall) -> int:
        """Show a screen, and return the id of the message that shows it; see `ScreenSession`.

        Raises:
            TelegramNetworkError, TelegramAPIError: as `make_request`.
        """
        answer = self._post(bot, call.method, call.fields, (), None, call.typed)
        shown = call.shown_in(answer)
        if shown is None:
            typed: TelegramMethod[Any] = call.typed()
            shown = cast("Message", self._checked(bot, typed, answer).result).message_id
        return shown

    def _post(
        self,
        bot: "Bot",
        name: str,
        fields: Mapping[str, str],
        uploads: Sequence[Upload],
        timeout: int | None,
        typed: Callable[[], TelegramMethod[Any]],
    ) -> HttpResponse:
        """Call a method of the Bot API; `typed` returns the same call for an error."""
        try:
            return self._transport.post(
                f"/bot{bot.token}/{name}",
                fields,
                uploads,
                timeout_seconds=self.timeout if timeout is None else timeout,
            )
        except TelegramUnavailable as error:
            raise TelegramNetworkError(method=typed(), message=str(error)) from error

    def _checked(
        self, bot: "Bot", method: TelegramMethod[TelegramType], answer: HttpResponse
    ) -> Response[TelegramType]:
        content = answer.body.decode(errors="replace")
        try:
            return self.check_response(bot=bot, method=method, status_code=answer.status, content=content)
        except TelegramRetryAfter as error:
            self._asked_to_wait(timedelta(seconds=error.retry_after))
            raise

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes]:
        """Yield a file of the Bot API in chunks. It is fetched whole: Telegram serves bots files up to 20 MB.

        Raises:
            TelegramUnavailable: there was no answer or, with `raise_for_status`, an HTTP error.
        """
        answer = self._transport.get(url, headers=headers, timeout_seconds=timeout)
        if raise_for_status and answer.status >= HTTPStatus.BAD_REQUEST:
            raise TelegramUnavailable(f"the file could not be fetched: HTTP {answer.status}")
        for start in range(0, len(answer.body), chunk_size):
            yield answer.body[start : start + chunk_size]

    async def close(self) -> None:
        """Close this thread's connection."""
        self._transport.close()

    async def form(self, bot: "Bot", method: TelegramMethod[Any]) -> tuple[dict[str, str], list[Upload]]:
        """Return the fields and files of a form, like aiogram's own session: without falsy values."""
        files: dict[str, InputFile] = {}
        fields: dict[str, str] = {}
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                fields[name] = prepared
        uploads = [
            Upload(name, file.filename or name, b"".join([chunk async for chunk in file.read(bot)]))
            for name, file in files.items()
        ]
        return fields, uploads
