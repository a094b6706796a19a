"""Registration of the webhook: it is set on every deployment, and deleted only if it is that of this deployment."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vpnbot.errors import Rejected, Retryable
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES

ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 3.0


class Api(Protocol):
    """The bot whose webhook is registered."""

    @property
    def bot_id(self) -> int: ...

    def call(self, method: str, **parameters: object) -> object: ...


@dataclass(frozen=True, slots=True)
class Webhook:
    """The parameters of setWebhook. `max_connections`: 1-100 (Bot API, setWebhook)."""

    url: str
    secret: str
    max_connections: int

    @classmethod
    def of(cls, properties: Mapping[str, str], secret: str) -> "Webhook":
        """Read the custom resource's properties. The connections are limited to the function's reserved concurrency.

        Raises:
            KeyError, ValueError: a property is missing or malformed.
        """
        limits = [properties["MaxConnections"], properties.get("ReservedConcurrency") or "100", "100"]
        return cls(properties["Url"], secret, max(1, min(int(limit) for limit in limits)))


def set_webhook(api: Api, webhook: Webhook) -> None:
    """Set the webhook. Updates that wait at Telegram are delivered to it.

    Raises:
        Rejected: Telegram rejected the address or the secret, or another program deleted the webhook meanwhile.
        Retryable, Misconfigured: as `BotApi.call`.
    """
    api.call(
        "setWebhook",
        url=webhook.url,
        secret_token=webhook.secret,
        max_connections=webhook.max_connections,
        allowed_updates=list(ALLOWED_UPDATES),
    )
    if _current_url(api) != webhook.url:
        raise Rejected("the webhook was set and deleted again: another program uses this token")


def delete_webhook(api: Api, url: str) -> bool:
    """Delete the webhook if its address is `url`; return whether it was deleted.

    Raises:
        Retryable, Rejected, Misconfigured: as `BotApi.call`.
    """
    if _current_url(api) != url:
        return False
    api.call("deleteWebhook")
    return True


def _current_url(api: Api) -> str:
    info = api.call("getWebhookInfo")
    return str(info.get("url", "")) if isinstance(info, dict) else ""


class DeploymentRequest(Protocol):
    """A request of CloudFormation: `kind` is Create, Update or Delete, `physical_id` None on creation."""

    @property
    def kind(self) -> str: ...

    @property
    def physical_id(self) -> str | None: ...

    @property
    def properties(self) -> Mapping[str, str]: ...


def register(
    request: DeploymentRequest, api: Api, secret: Callable[[], str], pause: Callable[[float], None] = time.sleep
) -> str:
    """Execute a request of CloudFormation; return the physical id of the resource, which is the id of the bot.

    After a change of the token, CloudFormation deletes the resource of the former bot. That request does nothing,
    because the former bot's token is not known any more. The deletion after a failed creation has another id, or one
    that CloudFormation has made itself: the creation may have set the webhook all the same, so it is deleted.

    Raises:
        Retryable: Telegram did not answer in three attempts.
        Rejected, Misconfigured: the operator has to correct something; the message says what.
    """
    bot = str(api.bot_id)
    if request.kind == "Delete":
        if request.physical_id == bot or not _is_bot(request.physical_id):
            url = request.properties["Url"]
            retried(lambda: delete_webhook(api, url), pause)
        return bot
    webhook = Webhook.of(request.properties, secret())
    retried(lambda: set_webhook(api, webhook), pause)
    return bot


def _is_bot(physical_id: str | None) -> bool:
    """Tell whether this is the id of a bot, and not one for a resource whose creation failed."""
    return physical_id is not None and physical_id.isdecimal()


def retried[T](call: Callable[[], T], pause: Callable[[float], None] = time.sleep) -> T:
    """Return the result of a call of the Bot API, which is repeated after a failure that may pass.

    Raises:
        Retryable: Telegram did not answer in three attempts.
        Rejected, Misconfigured: as the call.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except Retryable as error:
            pause(min(error.after.total_seconds(), LONGEST_PAUSE_SECONDS))
    return call()
