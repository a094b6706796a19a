"""Real Telegram without a webhook: long-polls getUpdates and delivers each update to the local webhook.

Telegram's rules: https://core.telegram.org/bots/api#getupdates
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
POLL_SECONDS = 50
ATTEMPTS = 6
_LONGEST_WAIT_SECONDS = 30.0

type Update = dict[str, Any]


class CannotPollError(Exception):
    """Polling is impossible; the message contains the reason and what to do."""


class LongPoll:
    """Receives one bot's updates and posts them to `webhook_url` with the secret header."""

    def __init__(
        self,
        api_base: str,
        token: str,
        webhook_url: str,
        secret: str,
        allowed_updates: tuple[str, ...],
        confirm: Callable[[str], bool],
        say: Callable[[str], None],
    ) -> None:
        """`confirm` asks a yes-or-no question before another deployment's settings are changed."""
        self._api = f"{api_base.rstrip('/')}/bot{token}"
        self._webhook_url = webhook_url
        self._secret = secret
        self._allowed_updates = list(allowed_updates)
        self._confirm = confirm
        self._say = say
        self._offset = 0

    async def run(self) -> None:
        """Poll until cancelled.

        Raises:
            CannotPollError: the token is wrong, a webhook is set, or another program polls.
        """
        async with ClientSession(timeout=ClientTimeout(total=POLL_SECONDS + 15)) as session:
            await self.prepare(session)
            while True:
                await self.poll_once(session)

    async def prepare(self, session: ClientSession) -> None:
        """Check the token, and that no webhook is set.

        Raises:
            CannotPollError: the token is wrong, or a webhook is set and may not be deleted.
        """
        me = await self._call(session, "getMe", {})
        info = await self._call(session, "getWebhookInfo", {})
        if url := info.get("url"):
            question = (
                f"@{me.get('username')} has a webhook at {url}. While it is set, Telegram sends updates there and "
                "nowhere else. Delete it? That deployment receives no updates until its webhook is set again."
            )
            if not self._confirm(question):
                raise CannotPollError("The webhook was not changed. Use the token of a bot for tests.")
            await self._call(session, "deleteWebhook", {"drop_pending_updates": False})
        self._say(f"talk to https://t.me/{me.get('username')}")

    async def poll_once(self, session: ClientSession, wait_seconds: int = POLL_SECONDS) -> int:
        """Fetch and deliver one batch; return how many updates it had.

        Raises:
            CannotPollError: Telegram rejects the poll.
        """
        parameters = {"offset": self._offset, "timeout": wait_seconds, "allowed_updates": self._allowed_updates}
        try:
            updates: list[Update] = await self._call(session, "getUpdates", parameters)
        except (ClientError, TimeoutError) as error:
            self._say(f"Telegram did not answer ({type(error).__name__}); trying again")
            await asyncio.sleep(1)
            return 0
        queues: dict[str, list[Update]] = {}
        for update in updates:
            queues.setdefault(_queue_of(update), []).append(update)
        await asyncio.gather(*(self._deliver_in_order(session, queue) for queue in queues.values()))
        if updates:
            self._offset = max(update["update_id"] for update in updates) + 1
        return len(updates)

    async def _deliver_in_order(self, session: ClientSession, updates: list[Update]) -> None:
        for update in updates:
            await self._deliver(session, update)

    async def _deliver(self, session: ClientSession, update: Update) -> None:
        wait_seconds = 0.0
        for attempt in range(ATTEMPTS):
            await asyncio.sleep(wait_seconds)
            headers = {SECRET_HEADER: self._secret}
            async with session.post(self._webhook_url, json=update, headers=headers) as response:
                if response.ok:
                    await self._reply(session, await response.text())
                    return
                wanted = response.headers.get("Retry-After", "")
                wait_seconds = float(wanted) if wanted.isdecimal() else min(2.0**attempt, _LONGEST_WAIT_SECONDS)
        self._say(f"update {update['update_id']} failed {ATTEMPTS} times and was dropped")

    async def _reply(self, session: ClientSession, body: str) -> None:
        """Make the call that was in the webhook's response, as Telegram does; the webhook does not get its result."""
        reply = _json_object(body)
        if method := reply.pop("method", None):
            try:
                await self._call(session, str(method), reply)
            except (CannotPollError, ClientError, TimeoutError) as error:
                self._say(f"{method} in the response: {error}")

    async def _call(self, session: ClientSession, method: str, parameters: dict[str, Any]) -> Any:
        async with session.post(f"{self._api}/{method}", json=parameters) as response:
            answer = await response.json(content_type=None)
        if answer.get("ok"):
            return answer["result"]
        raise CannotPollError(_explained(answer))


def _explained(answer: dict[str, Any]) -> str:
    code, description = answer.get("error_code"), answer.get("description", "")
    match code:
        case 401 | 404:
            return "Telegram does not know this token. Copy it again from @BotFather."
        case 409 if "webhook" in str(description):
            return "A webhook was set on this bot while it was polled: the bot was deployed. Stop one of the two."
        case 409:
            return (
                "Another process polls this bot: another `python -m local --token`, an IDE, a server. Telegram "
                "serves one poller at a time. Stop the other one, or use the token of a bot of your own."
            )
    return f"Telegram rejected the call: {code} {description}"


def _queue_of(update: Update) -> str:
    """Return the queue in which Telegram delivers an update: messages per chat, everything else per user."""
    for kind, content in update.items():
        if isinstance(content, dict):
            who = content.get("chat" if kind == "message" else "from") or {}
            return f"{kind}:{who.get('id')}"
    return "other"


def _json_object(body: str) -> dict[str, Any]:
    try:
        parsed = json.loads(body or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
