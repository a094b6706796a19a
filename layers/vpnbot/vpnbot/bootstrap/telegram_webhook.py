"""The container of the Telegram webhook."""

from functools import cached_property
from typing import TYPE_CHECKING

from vpnbot.aws.secret_names import BOT_TOKEN, KEY_SECRET, PROVIDER_SECRETS, WEBHOOK_SECRETS
from vpnbot.bootstrap.telegram_container import TelegramContainer
from vpnbot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from vpnbot.domain.keys.key_ring import PersonId
    from vpnbot.telegram.updates.receiver import Delivery, Receiver
    from vpnbot.telegram.updates.webhook_response import WebhookResponse
    from vpnbot.usecases.ports import UpdateQuarantine


class _LateQuarantine:
    """Implements the port `UpdateQuarantine`; its parts are imported on first use: most processes have none."""

    def __init__(self, queue_url: str, clock: "Callable[[], datetime]") -> None:
        self._queue_url = queue_url
        self._clock = clock

    @cached_property
    def _stored(self) -> "UpdateQuarantine":
        from vpnbot.aws.sqs import SqsQuarantine
        from vpnbot.storage.people.quarantine import StoredQuarantine

        return StoredQuarantine(SqsQuarantine(self._queue_url), self._clock)

    def put(
        self,
        person_id: "PersonId | None",
        update: "Mapping[str, Any]",
        reason: str,
        *,
        sent_at: "datetime | None" = None,
        about_money: bool = False,
    ) -> bool:
        """Store an update of a person, and the reason; see the port."""
        return self._stored.put(person_id, update, reason, sent_at=sent_at, about_money=about_money)


class TelegramWebhook(TelegramContainer):
    """The container of the Telegram webhook."""

    secret_names = (*BOT_TOKEN, *KEY_SECRET, *WEBHOOK_SECRETS, *PROVIDER_SECRETS)
    first_event_modules = (
        "vpnbot.aws.error_codes",
        "vpnbot.storage.scheduling",
        "vpnbot.storage.support_records",
        "vpnbot.domain.audience.facts",
        "vpnbot.domain.news",
        "vpnbot.domain.statistics.entry",
        "vpnbot.telegram.aiogram_runtime.bot_session",
        "vpnbot.telegram.customer.answer_sender",
        "vpnbot.telegram.customer.question_sender",
        "vpnbot.telegram.updates.receiver",
    )

    def __init__(self) -> None:
        """Build.

        Raises:
            Misconfigured: a setting is missing, such as the queue for quarantined updates.
        """
        super().__init__("telegram_webhook")
        from vpnbot.aws.snapshots import before_snapshot
        from vpnbot.telegram.aiogram_runtime.model_warmup import warm_up_models
        from vpnbot.telegram.updates.dispatcher import build_dispatcher
        from vpnbot.telegram.updates.fsm_storage import PartitionStorage
        from vpnbot.telegram.updates.tap_routes import TapRoutes

        if self.settings.parking_queue_url is None:
            raise Misconfigured("PARKING_QUEUE_URL", "set it to the queue that stores quarantined updates")
        self._address: str | None = None
        self._quarantine = _LateQuarantine(self.settings.parking_queue_url, self.clock)
        ring, people = self.fleet.ring, self.people
        self._dispatcher = build_dispatcher(PartitionStorage(lambda user: people.open(ring().person_id(user))))
        self._taps = TapRoutes(self._dispatcher)
        warm_up_models()
        self._warm_up()
        before_snapshot(self._prepare_snapshot)

    def authentic(self, secret: str | None) -> bool:
        """Tell whether a request has the webhook secret.

        Raises:
            Misconfigured: no webhook secret is set, so no request can be verified.
            Retryable: the secrets could not be read.
        """
        return secret is not None and self.secrets.webhook_secret_matches(secret)

    def receive(self, delivery: "Delivery") -> "WebhookResponse":
        """Handle one update, and return the response to Telegram.

        Raises:
            Misconfigured, Retryable: as `bot`.
        """
        with self._lock:
            self._address = delivery.public_url
            receiver = self._receiver
        return receiver.receive(delivery)

    def own_url(self) -> str | None:
        """Return scheme and host of this deployment: those that are set, or those of the last request."""
        return super().own_url() or self._address

    def _warm_up(self) -> None:
        """Also build what every first update needs, render the first screen, and create the TLS context."""
        from vpnbot.connections.tls import tls_context
        from vpnbot.telegram.customer.screen_warmup import warm_up_screens

        super()._warm_up()
        _ = self.payments, self._bot_properties  # built now
        warm_up_screens(self.views)
        if self.settings.telegram_api_base.startswith("https:"):
            tls_context()

    def _prepare_snapshot(self) -> None:
        """Do before the snapshot whatever needs no secret, no connection and no time."""
        from vpnbot.telegram.aiogram_runtime.late_handlers import import_late_modules
        from vpnbot.telegram.aiogram_runtime.model_warmup import warm_up_for_snapshot

        warm_up_for_snapshot()
        import_late_modules()
        for language in self.views.messages.languages:
            self.views.messages.parse(language)

    def close(self) -> None:
        """Close the event loops; the next update opens new ones."""
        with self._lock:
            self._receiver.close()

    @cached_property
    def _receiver(self) -> "Receiver":
        from vpnbot.storage.scheduling import DueIndex
        from vpnbot.telegram.update_context import Services
        from vpnbot.telegram.updates.receiver import Receiver

        return Receiver(
            bot=self.bot,
            dispatcher=self._dispatcher,
            taps=self._taps,
            services=Services(
                self.context,
                self.people,
                self.fleet,
                self.operators,
                self.views,
                DueIndex(),
                self.payments,
                lambda: self.staff,
            ),
            quarantine=self._quarantine,
            log=self.observer,
        )
