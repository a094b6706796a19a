"""Delivers updates to the webhook as Telegram's own server does (tdlib/telegram-bot-api, WebhookActor.cpp).

Each queue delivers its updates in order, one at a time. Any 2xx is success; otherwise the update is sent again at
once, then after 2, 4, 8 … 60-120 s, or after the answer's Retry-After (at most an hour), until the update expires. At
most `max_connections` requests run at once, and twice as many updates are loaded: that many blocked queues block the
whole bot.
"""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import aiohttp

from local.telegram.arguments import Arguments
from local.telegram.change_signal import Signal
from local.telegram.faults import Faults
from local.telegram.journal import Delivery, Journal
from local.telegram.updates import PendingUpdates, Update

TIMEOUT_SECONDS = 60
LONGEST_WAIT_SECONDS = 60
LONGEST_RETRY_AFTER_SECONDS = 3600
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
NOT_IN_A_RESPONSE = {"setwebhook", "deletewebhook", "close", "logout"}

type ReplyMethod = Callable[[str, Arguments], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address and the settings of a webhook."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    allowed_updates: tuple[str, ...] = ()


@dataclass(slots=True)
class _Queue:
    """One queue: its updates and the task that delivers them."""

    updates: deque[Update] = field(default_factory=deque)
    waiting_for_retry: bool = False
    task: asyncio.Task[None] | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """The webhook's answer to one attempt; `error` is empty for success."""

    status: int | None
    error: str = ""
    retry_after_seconds: float = 0
    method: str = ""
    arguments: Arguments = field(default_factory=Arguments)


@dataclass(slots=True)
class LastError:
    """The last failed delivery, for getWebhookInfo."""

    at: datetime | None = None
    message: str = ""


class WebhookSender:
    """Delivers pending updates to the webhook, for as long as one is set."""

    def __init__(
        self,
        updates: PendingUpdates,
        now: Callable[[], datetime],
        changed: Signal,
        journal: Journal,
        faults: Faults,
        *,
        retry_delay_factor: float,
    ) -> None:
        """Deliver from `updates`; waits between attempts last `retry_delay_factor` times as long as Telegram's."""
        self.webhook: Webhook | None = None
        self.last_error = LastError()
        self.on_reply: ReplyMethod | None = None
        self._updates = updates
        self._now = now
        self._changed = changed
        self._journal = journal
        self._faults = faults
        self._factor = retry_delay_factor
        self._queues: dict[str, _Queue] = {}
        self._loaded: set[int] = set()
        self._connections = asyncio.Semaphore(0)
        self._time_moved = Signal()
        self._http: aiohttp.ClientSession | None = None

    @property
    def busy(self) -> bool:
        """Whether a queue is delivering an update; a queue that waits for a retry does not count."""
        return any(not queue.waiting_for_retry for queue in self._queues.values())

    def set(self, webhook: Webhook) -> None:
        """Deliver to this webhook from now on, starting with the pending updates."""
        self._stop_queues()
        self.webhook = webhook
        self.last_error = LastError()
        self._connections = asyncio.Semaphore(webhook.max_connections)
        self.load()

    def unset(self) -> None:
        """Stop delivering; pending updates are kept."""
        self._stop_queues()
        self.webhook = None
        self.last_error = LastError()

    def time_moved(self) -> None:
        """Check the clock again: a retry may have become due."""
        self._time_moved.notify()

    def load(self) -> None:
        """Put pending updates into their queues, up to the limit of loaded updates."""
        if self.webhook is None:
            return
        for update in self._updates.waiting():
            if len(self._loaded) >= 2 * self.webhook.max_connections:
                break
            if update.update_id in self._loaded:
                continue
            self._loaded.add(update.update_id)
            queue = self._queues.setdefault(update.queue, _Queue())
            queue.updates.append(update)
            if queue.task is None:
                queue.task = asyncio.create_task(self._drain(update.queue, queue, self.webhook))

    async def close(self) -> None:
        """Stop all deliveries and close the connections."""
        tasks = [queue.task for queue in self._queues.values() if queue.task]
        self._stop_queues()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _stop_queues(self) -> None:
        for queue in self._queues.values():
            if queue.task is not None:
                queue.task.cancel()
        self._queues.clear()
        self._loaded.clear()

    async def _drain(self, name: str, queue: _Queue, webhook: Webhook) -> None:
        while queue.updates:
            update = queue.updates[0]
            await self._until_ready(queue, update)
            if update.expires_at < self._now():
                self._done(queue, update)
                continue
            async with self._connections:
                answer, latency_seconds = await self._attempt(update, webhook)
            wait_seconds = self._next_wait(update, answer)
            self._record(update, answer, latency_seconds, wait_seconds)
            if wait_seconds is None:
                self._done(queue, update)
        if self._queues.get(name) is queue:
            del self._queues[name]
        self._changed.notify()

    def _done(self, queue: _Queue, update: Update) -> None:
        queue.updates.popleft()
        self._loaded.discard(update.update_id)
        self._updates.drop(update)
        self.load()

    async def _until_ready(self, queue: _Queue, update: Update) -> None:
        if update.ready_at is None:
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (update.ready_at - self._now()).total_seconds() * self._factor
        while self._now() < update.ready_at and (left := deadline - loop.time()) > 0:
            queue.waiting_for_retry = True
            self._changed.notify()
            await self._time_moved.wait(left)
        queue.waiting_for_retry = False
        update.ready_at = None

    async def _attempt(self, update: Update, webhook: Webhook) -> tuple[_Answer, float]:
        began = time.perf_counter()
        update.attempts += 1
        answer = await self._post(update, webhook)
        latency_seconds = time.perf_counter() - began
        if self._faults.loses_webhook_answer():
            return _Answer(answer.status, "Webhook connection closed"), latency_seconds
        method = answer.method.lower()
        if method and method not in NOT_IN_A_RESPONSE and not method.startswith("get") and self.on_reply:
            await self.on_reply(answer.method, answer.arguments)
        return answer, latency_seconds

    async def _post(self, update: Update, webhook: Webhook) -> _Answer:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
        if webhook.secret_token:
            headers[SECRET_HEADER] = webhook.secret_token
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._http = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        body = json.dumps(update.as_json(), ensure_ascii=False).encode()
        try:
            # Telegram follows no redirect: a 3xx is a wrong response.
            request = self._http.post(webhook.url, data=body, headers=headers, allow_redirects=False)
            async with request as response:
                return _read(response, await response.read())
        except TimeoutError:
            return _Answer(None, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return _Answer(None, "Connection refused")
        except aiohttp.ClientError:
            return _Answer(None, "Webhook connection closed")

    def _next_wait(self, update: Update, answer: _Answer) -> float | None:
        """Return the seconds until the next attempt, or None when there will be none."""
        if not answer.error:
            return None
        wait_seconds = answer.retry_after_seconds
        if wait_seconds == 0 and update.attempts > 1:
            longest = random.uniform(LONGEST_WAIT_SECONDS, 2 * LONGEST_WAIT_SECONDS)
            wait_seconds = update.wait_seconds = min(longest, update.wait_seconds * 2)
        if self._now() + timedelta(seconds=wait_seconds) > update.expires_at:
            return None
        update.ready_at = self._now() + timedelta(seconds=wait_seconds) if wait_seconds else None
        return wait_seconds

    def _record(self, update: Update, answer: _Answer, latency_seconds: float, wait_seconds: float | None) -> None:
        if answer.error:
            self.last_error = LastError(self._now(), answer.error)
        delivery = Delivery(
            self._now(),
            update.update_id,
            update.kind,
            update.queue,
            update.attempts,
            answer.status,
            latency_seconds,
            answer.error,
            wait_seconds,
        )
        self._journal.deliveries.append(delivery)
        self._changed.notify()


def _read(response: aiohttp.ClientResponse, body: bytes) -> _Answer:
    if not 200 <= response.status <= 299:
        error = f"Wrong response from the webhook: {response.status} {response.reason}"
        return _Answer(response.status, error, _retry_after(response.headers.get("Retry-After", "")))
    values = _arguments_in(response.content_type, body)
    method = values.pop("method", "")
    return _Answer(response.status, method=method if isinstance(method, str) else "", arguments=Arguments(values))


def _arguments_in(content_type: str, body: bytes) -> dict[str, object]:
    if content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(errors="replace")))
    if content_type != "application/json":
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _retry_after(header: str) -> float:
    return min(int(header), LONGEST_RETRY_AFTER_SECONDS) if header.isdecimal() else 0
