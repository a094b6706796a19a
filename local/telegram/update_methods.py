"""Bot API methods that choose how updates reach the bot: by webhook or by polling, never both."""

import re
from urllib.parse import urlsplit

from local.telegram.arguments import Arguments
from local.telegram.errors import bad_request, conflict
from local.telegram.updates import PendingUpdates, Polling
from local.telegram.webhook import Webhook, WebhookSender

LONGEST_POLL_SECONDS = 50
MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class UpdateMethods:
    """setWebhook, deleteWebhook, getWebhookInfo, getUpdates."""

    def __init__(self, updates: PendingUpdates, polling: Polling, sender: WebhookSender) -> None:
        """Control these three."""
        self._updates = updates
        self._polling = polling
        self._sender = sender

    def set_webhook(self, arguments: Arguments) -> object:
        """Deliver to a URL from now on; an empty one deletes the webhook.

        Telegram accepts only https, on four ports; a Bot API server in local mode accepts http too, as this one does.
        """
        url = arguments.text("url")
        if not url:
            return self.delete_webhook(arguments)
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = arguments.text("secret_token")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        allowed = arguments.json("allowed_updates")
        if isinstance(allowed, list):
            self._updates.allowed = frozenset(str(kind) for kind in allowed)
        if arguments.boolean("drop_pending_updates"):
            self._updates.drop_all()
        self._polling.terminate("setWebhook request")
        connections = min(max(arguments.integer("max_connections", 40), 1), MOST_CONNECTIONS)
        self._sender.set(Webhook(url, secret, connections, tuple(sorted(self._updates.allowed))))
        return True

    def delete_webhook(self, arguments: Arguments) -> object:
        """Delete the webhook; pending updates are kept unless `drop_pending_updates` is given."""
        if arguments.boolean("drop_pending_updates"):
            self._updates.drop_all()
        self._sender.unset()
        return True

    def get_webhook_info(self, _: Arguments) -> object:
        """Return the webhook's URL, the number of pending updates, and the last error."""
        webhook = self._sender.webhook
        info: dict[str, object] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting()),
        }
        if webhook:
            info["max_connections"] = webhook.max_connections
        if self._updates.allowed:
            info["allowed_updates"] = sorted(self._updates.allowed)
        last = self._sender.last_error
        if last.at is not None:
            info |= {"last_error_date": int(last.at.timestamp()), "last_error_message": last.message}
        return info

    async def get_updates(self, arguments: Arguments) -> object:
        """Return pending updates; wait for one if there are none."""
        if self._sender.webhook is not None:
            reason = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
            raise conflict(reason)
        allowed = arguments.json("allowed_updates")
        if isinstance(allowed, list):
            self._updates.allowed = frozenset(str(kind) for kind in allowed)
        limit = min(max(arguments.integer("limit", 100), 1), 100)
        timeout_seconds = min(max(arguments.integer("timeout"), 0), LONGEST_POLL_SECONDS)
        return await self._polling.read(arguments.integer("offset"), limit, timeout_seconds)
