"""Updates that were not handled: deliver again, quarantine or refuse, and what the person is told."""

from datetime import timedelta
from typing import Any

from aiogram.exceptions import TelegramAPIError

from vpnbot.correlation import note
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.errors import AlreadyDecided, Misconfigured, Retryable
from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.telegram.messages.reply_sender import callback_answer, checkout_answer
from vpnbot.telegram.update_context import Services
from vpnbot.telegram.updates.secret_messages import redacted
from vpnbot.telegram.updates.webhook_response import WebhookResponse
from vpnbot.usecases.error_policy import OnUpdate, policy_of
from vpnbot.usecases.ports import Log, Metric, UpdateQuarantine

LONGEST_RETRY_SECONDS = 3600
"""The longest Retry-After that Telegram's server accepts (tdlib/telegram-bot-api, WebhookActor.cpp)."""
REDELIVERED_FOR = timedelta(minutes=10)
"""How long Telegram is asked to deliver a message again; then it is quarantined, so that its queue continues."""


class FailedUpdates:
    """What follows when an update was not handled, by the table of errors. Safe to use from several threads."""

    def __init__(self, services: Services, quarantine: UpdateQuarantine, log: Log) -> None:
        self._services = services
        self._metrics = services.context.metrics
        self._views = services.views
        self._quarantine = quarantine
        self._log = log

    def response_to(self, incoming: Incoming, error: Exception) -> WebhookResponse:
        """Return the response to an update that raised `error`. Raises nothing."""
        policy = policy_of(error)
        on_update = _on_update(incoming, error)
        write = self._log.error if on_update is OnUpdate.QUARANTINE else self._log.warning
        write("update not handled", error, (TelegramAPIError,))
        note(outcome=on_update.name.lower(), error=type(error).__name__)
        self._metrics.count(policy.metric)
        if on_update is OnUpdate.REDELIVER and not self._too_old(incoming):
            after = error.after if isinstance(error, Retryable) else timedelta(seconds=1)
            return WebhookResponse(
                503, retry_after_seconds=min(max(round(after.total_seconds()), 1), LONGEST_RETRY_SECONDS)
            )
        quarantined = on_update in {OnUpdate.QUARANTINE, OnUpdate.REDELIVER}
        if quarantined and incoming.pre_checkout_query_id is None:
            try:
                kept = self._kept(incoming, error)
            except Retryable:
                return WebhookResponse(503, retry_after_seconds=1)
            if not kept:
                return WebhookResponse(200)
        visible = on_update in {OnUpdate.QUARANTINE, OnUpdate.REFUSE}
        method = self._apology(incoming) if visible else self._silent_answer(incoming)
        return WebhookResponse(200, method, quarantined=quarantined and incoming.pre_checkout_query_id is None)

    def _kept(self, incoming: Incoming, error: Exception) -> bool:
        """Put an update into the quarantine; return False if its sender has deleted their data since.

        An update that the quarantine never accepts is lost, because it would block the queue for a day. While the
        operator has to correct the quarantine, that is so for an old message; a payment is requested again.

        Raises:
            Retryable: Telegram has to deliver it again.
        """
        try:
            update, reason = self._for_quarantine(incoming), type(error).__name__
            sender, about_money = self._sender_of(incoming), incoming.carries_payment
            if not self._quarantine.put(sender, update, reason, sent_at=incoming.sent_at, about_money=about_money):
                self._log.info("update not quarantined", "its sender has deleted their data since")
                return False
        except Retryable:
            raise
        except Exception as rejection:  # whatever the queue raises, Telegram is answered
            waits = isinstance(rejection, Misconfigured) and (incoming.carries_payment or not self._too_old(incoming))
            self._log.error("update not quarantined" if waits else "update lost", rejection)
            self._metrics.count(policy_of(rejection).metric if waits else Metric.LOST_UPDATES)
            if waits:
                raise Retryable("the quarantine waits for the operator") from rejection
            return True
        self._metrics.count(Metric.QUARANTINED_UPDATES)
        return True

    def _sender_of(self, incoming: Incoming) -> PersonId | None:
        """Return who sent an update; None while the operator has to correct the key secret."""
        try:
            return self._services.fleet.ring().person_id(incoming.user_id)
        except Misconfigured:
            return None

    def _for_quarantine(self, incoming: Incoming) -> dict[str, Any]:
        """Return an update for the quarantine; an administrator's text is removed, because it may be a token."""
        return redacted(incoming.raw) if incoming.user_id in self._views.admin_ids else incoming.raw

    def _apology(self, incoming: Incoming) -> dict[str, Any] | None:
        messages, language = self._views.messages, self._views.messages.closest(incoming.language_code)
        if incoming.callback_query_id is not None:
            return callback_answer(incoming, messages.text(language, "toast-went-wrong"), alert=True)
        if incoming.pre_checkout_query_id is not None:
            return self._silent_answer(incoming)
        if not incoming.private or incoming.blocked is not None:
            return None
        return {"method": "sendMessage", "chat_id": incoming.chat_id, "text": messages.text(language, "went-wrong")}

    def _silent_answer(self, incoming: Incoming) -> dict[str, Any] | None:
        """Return the answer that Telegram waits for; a pre-checkout query is rejected."""
        messages, language = self._views.messages, self._views.messages.closest(incoming.language_code)
        failed = checkout_answer(incoming, messages.text(language, "checkout-failed"))
        return failed or callback_answer(incoming, None)

    def _too_old(self, incoming: Incoming) -> bool:
        """Tell whether an update is too old to be requested again; so is one without a date that never expires."""
        if incoming.sent_at is None:
            return not incoming.expires
        return self._services.context.clock() - incoming.sent_at > REDELIVERED_FOR


def _on_update(incoming: Incoming, error: Exception) -> OnUpdate:
    """Return the policy for an update: one with a payment that is not decided yet is quarantined, never dropped."""
    policy = policy_of(error).update
    settled = policy is OnUpdate.REDELIVER or isinstance(error, AlreadyDecided)
    return policy if settled or not incoming.carries_payment else OnUpdate.QUARANTINE
