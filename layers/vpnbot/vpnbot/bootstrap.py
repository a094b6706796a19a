"""The composition root: one container for each function.

It has two steps. At import time a container builds settings, log, table and dispatcher: no secret and no socket, so
that a snapshot of the process is valid. At the first call it reads the secrets and builds what needs them. Imports
are inside functions, so that a Lambda function loads only what it uses: the due dispatcher and the subscription page
never load aiogram.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from vpnbot import clock
from vpnbot.aws.observability import Observer
from vpnbot.aws.panel_tokens import PanelTokens
from vpnbot.aws.secrets import Secrets, source_for
from vpnbot.domain.payments.provider_names import DEMO_PROVIDERS, STARS, YOOKASSA
from vpnbot.domain.payments.shop_settings import Receipts, ShopSettings
from vpnbot.domain.servers.server import PanelKind
from vpnbot.errors import Misconfigured, UnreadableItem
from vpnbot.panels.registry import PanelRegistry, panel_kinds
from vpnbot.settings import Settings, Stage
from vpnbot.storage.people.people import People as StoredPeople
from vpnbot.storage.plans.sales import stored_sales
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.servers.outages import StoredOutages
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.table import bind
from vpnbot.usecases.ports import Context, Fleet, Metric, Operators, PaymentPorts, People, Sales

if TYPE_CHECKING:
    from aiogram import Bot

    from vpnbot.demo.control import DemoControl
    from vpnbot.demo.key_value_store import KeyValueStore
    from vpnbot.domain.plans.sold_plan import SoldPlan
    from vpnbot.domain.scheduling import DueItem
    from vpnbot.domain.servers.server import Server
    from vpnbot.providers.registry import Factory
    from vpnbot.subscription_page.request import Request
    from vpnbot.telegram.updates.receiver import Delivery, Receiver, WebhookResponse
    from vpnbot.usecases.ports import PaymentProvider
    from vpnbot.web_pages.responses import PageResponse


class Container:
    """What every function needs."""

    def __init__(self, function: str, settings: Settings | None = None, secrets: Secrets | None = None) -> None:
        """Build from the environment, or from the given settings and secrets.

        Raises:
            Misconfigured: a setting is missing or not valid for the stage.
        """
        self.settings = settings or Settings.from_environment()
        self.observer = Observer()
        self.secrets = secrets or Secrets(source_for(self.settings))
        bind(self.settings.table_name)
        self._control = _demo_control(self.settings, function)
        self.context = Context(self.clock, self.observer)
        self.people: People = self._stored_people()
        tokens = PanelTokens.of(self.settings)
        catalogue = Catalogue(_demo_server(self.settings), self._monotonic, self._set_aside)
        kinds = panel_kinds(tokens, _demo_store(self.settings))
        self.fleet = Fleet(
            catalogue=catalogue,
            panels=PanelRegistry(kinds, catalogue, self.clock, self.observer),
            tokens=tokens,
            outages=StoredOutages(),
            ring=self.secrets.key_ring,
        )
        self.sales = self._stored_sales()

    @cached_property
    def payments(self) -> PaymentPorts:
        """What use cases about money need, built on first use."""
        from vpnbot.providers.registry import ProviderRegistry
        from vpnbot.storage.payments.reconciliations import StoredReconciliations
        from vpnbot.storage.payments.shop_ledger import StoredShopLedger

        return PaymentPorts(
            people=self.people,
            providers=ProviderRegistry(self._provider_factories(), self.sales.settings),
            sales=self.sales,
            ledger=StoredShopLedger(),
            reconciliations=StoredReconciliations(self.clock),
            ring=self.secrets.key_ring,
            production=self.settings.stage is Stage.PRODUCTION,
        )

    def _provider_factories(self) -> "dict[str, Factory]":
        """Return how each payment provider is built, by name; the settings of the shop say which are offered."""
        return {YOOKASSA: self._yookassa}

    def _yookassa(self, shop: ShopSettings) -> "PaymentProvider | None":
        shop_id = self.secrets.find("yookassa_shop_id")
        if shop_id is None or self.secrets.find("yookassa_secret_key") is None:
            return None
        from vpnbot.domain.payments.receipts import ReceiptSettings
        from vpnbot.providers.yookassa.provider import YooKassa

        return YooKassa(
            shop_id,
            lambda *, again=False: self.secrets.get("yookassa_secret_key", again=again),
            shop.mark,
            receipts=ReceiptSettings(shop.receipts is not Receipts.OFF, shop.vat_code, shop.payment_mode),
            base_url=self.settings.yookassa_api_base,
            clock=self.clock,
        )

    def _stored_sales(self) -> Sales:
        """Return what the shop sells. In stage demo the first plans are sold at once; elsewhere they are hidden."""
        demo = self.settings.stage is Stage.DEMO

        def first_plans() -> "tuple[SoldPlan, ...]":
            from vpnbot.localization.first_plans import worded_first_plans

            return worded_first_plans(sold=demo)

        defaults = ShopSettings(providers=DEMO_PROVIDERS) if demo else ShopSettings()
        return stored_sales(defaults, first_plans, self._monotonic, self._set_aside)

    def _set_aside(self, error: UnreadableItem) -> None:
        """Log and count an item that this version cannot read; an alarm watches this metric."""
        self.observer.warning("item set aside", error)
        self.observer.count(Metric.UNREADABLE_ITEMS)

    def _stored_people(self) -> People:
        """Return the people in the table; in stage demo with crash points for the control panel."""
        people = StoredPeople(self.clock, self._set_aside)
        if self._control is None:
            return people
        from vpnbot.demo.crash_points import PeopleWithCrashPoints

        return PeopleWithCrashPoints(people, self._control.reached)

    def clock(self) -> datetime:
        """Return the time; in stage demo the control panel may have moved it."""
        return self._control.now() if self._control else clock.now()

    def _monotonic(self) -> float:
        """Return a monotonic time in seconds; in stage demo the control panel may have moved it."""
        return self._control.now().timestamp() if self._control else time.monotonic()

    @contextmanager
    def invocation(self) -> Iterator[None]:
        """Enclose one call of a handler; its metrics are published also after an error."""
        if self._control:
            self._control.begin()
        try:
            yield
        finally:
            self.observer.end()


class TelegramContainer(Container):
    """The container of a function that sends messages to Telegram."""

    def __init__(self, function: str) -> None:
        super().__init__(function)
        from vpnbot.localization.messages import Messages
        from vpnbot.telegram.messages.view_factory import ViewFactory

        self._lock = Lock()
        self._support_chat = StoredSupportChat(self._set_aside)
        self.views = ViewFactory(
            ring=self.secrets.key_ring,
            messages=Messages(),
            public_url=self.settings.public_url,
            support_url=self.settings.support_url,
            support_chat_id=self.settings.support_chat_id,
            trial=self.settings.trial,
            admin_ids=self.settings.admin_ids,
            selling=lambda: self.sales.selling,
        )

    @cached_property
    def bot(self) -> "Bot":
        """The bot, built on first use with its token.

        Raises:
            Misconfigured: there is no token.
            Retryable: the secrets could not be read.
        """
        from aiogram import Bot
        from aiogram.client.default import DefaultBotProperties

        from vpnbot.telegram.aiogram_runtime.bot_session import TransportSession
        from vpnbot.telegram.bot_api.transport import Transport

        session = TransportSession(Transport(self.settings.telegram_api_base))
        properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
        return Bot(self.secrets.get("bot_token"), session=session, default=properties)

    def _provider_factories(self) -> "dict[str, Factory]":
        return {STARS: self._stars, **super()._provider_factories()}

    def _stars(self, _: ShopSettings) -> "PaymentProvider | None":
        from vpnbot.providers.stars.provider import StarsProvider
        from vpnbot.telegram.bot_api.client import BotApi
        from vpnbot.telegram.bot_api.transport import Transport

        api = BotApi(self.secrets.get("bot_token"), Transport(self.settings.telegram_api_base))
        return StarsProvider(api.bot_id, api.call, self.clock, self.views.messages)

    @cached_property
    def operators(self) -> Operators:
        """How to reach the operators, built on first use; raises the errors of `bot`."""
        from vpnbot.telegram.customer.question_sender import TelegramQuestionSender

        return Operators(
            support_chat=self._support_chat,
            sender=TelegramQuestionSender(self.bot, self.views),
            support_chat_id=self.settings.support_chat_id,
            admin_ids=self.settings.admin_ids,
        )


class TelegramWebhook(TelegramContainer):
    """The container of the Telegram webhook."""

    def __init__(self) -> None:
        """Build.

        Raises:
            Misconfigured: a setting is missing, such as the queue for quarantined updates.
        """
        super().__init__("telegram_webhook")
        from vpnbot.aws.sqs import SqsQuarantine
        from vpnbot.telegram.aiogram_runtime.model_warmup import warm_up_models
        from vpnbot.telegram.updates.dispatcher import build_dispatcher
        from vpnbot.telegram.updates.fsm_storage import PartitionStorage

        if self.settings.parking_queue_url is None:
            raise Misconfigured("PARKING_QUEUE_URL", "set it to the queue that stores quarantined updates")
        self._quarantine = SqsQuarantine(self.settings.parking_queue_url)
        ring, people = self.fleet.ring, self.people
        self._dispatcher = build_dispatcher(PartitionStorage(lambda user: people.open(ring().person_id(user))))
        warm_up_models()

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
            receiver = self._receiver
        return receiver.receive(delivery)

    def close(self) -> None:
        """Close the event loops; the next update opens new ones."""
        with self._lock:
            self._receiver.close()

    @cached_property
    def _receiver(self) -> "Receiver":
        from vpnbot.telegram.update_context import Services
        from vpnbot.telegram.updates.receiver import Receiver

        return Receiver(
            bot=self.bot,
            dispatcher=self._dispatcher,
            services=Services(
                self.context, self.people, self.fleet, self.operators, self.views, DueIndex(), self.payments
            ),
            quarantine=self._quarantine,
            log=self.observer,
        )


class DueWorker(TelegramContainer):
    """The container of the due worker."""

    def __init__(self) -> None:
        super().__init__("due_worker")
        from vpnbot.telegram.customer import question_sender as _  # noqa: F401 - loads aiogram while building, not at the first claim
        from vpnbot.telegram.messages.pausing_sender import TelegramPause

        self._index = DueIndex()
        self._telegram_pause = TelegramPause(self.clock)

    def work(self, item: "DueItem") -> None:
        """Do the due work of one claim; raises the errors of `bot` and `run_due`."""
        from vpnbot.telegram.customer.notifications import TelegramNotificationSender
        from vpnbot.telegram.messages.pausing_sender import PausingSender
        from vpnbot.usecases.scheduling.due_handlers import WorkerPorts
        from vpnbot.usecases.scheduling.run_due import run_due

        self.observer.begin(f"due:{item.partition}:{item.sort_key}")
        with self._lock:
            sender = PausingSender(TelegramNotificationSender(self.bot, self.views), self._telegram_pause)
            operators = self.operators
        ports = WorkerPorts(self.people, self.fleet, self.context, sender, self._index, operators, self.payments)
        run_due(item, ports, clock.Pace())


class DueDispatcher(Container):
    """The container of the due dispatcher."""

    def __init__(self) -> None:
        """Build.

        Raises:
            Misconfigured: a setting is missing, such as the queue of due work.
        """
        super().__init__("due_dispatcher")
        from vpnbot.aws.sqs import SqsDueQueue

        if self.settings.due_queue_url is None:
            raise Misconfigured("DUE_QUEUE_URL", "set it to the queue of due work")
        self._index, self._queue = DueIndex(), SqsDueQueue(self.settings.due_queue_url)

    def dispatch(self) -> int:
        """Send due work to workers; return how many claims were sent. Raises the errors of `dispatch_due`."""
        from vpnbot.usecases.scheduling.dispatch_due import dispatch_due

        return dispatch_due(self._index, self._queue, self.clock, self.observer, clock.Pace())


class SubscriptionPage(Container):
    """The container of the subscription page."""

    def __init__(self) -> None:
        super().__init__("subscription_page")
        from vpnbot.localization.messages import Messages
        from vpnbot.subscription_page.service import SubscriptionPageService

        self._service = SubscriptionPageService(
            self.people,
            self.fleet,
            self.context,
            Messages(),
            trial=self.settings.trial,
            public_url=self.settings.public_url,
            support_url=self.settings.support_url,
        )

    def answer(self, request: "Request") -> "PageResponse":
        """Return the response to one request, also after an error."""
        try:
            return self._service.answer(request)
        except Exception as error:  # noqa: BLE001 - after a bug too, apps keep their keys and browsers get a page
            self.observer.error("link not served", error)
            self.observer.count(Metric.BUGS)
            return self._service.internal_error(request)


def _demo_control(settings: Settings, function: str) -> "DemoControl | None":
    """Return the client of the demo's control panel; None outside stage demo."""
    if settings.demo_control_url is None:
        return None
    from vpnbot.demo.control import DemoControl

    return DemoControl(settings.demo_control_url, function)


def _demo_server(settings: Settings) -> "Server | None":
    """Return the server of the demo panel; None if this deployment has no demo panel."""
    if settings.panel is not PanelKind.DEMO:
        return None
    from vpnbot.panels.demo import DEMO_SERVER

    return DEMO_SERVER


def _demo_store(settings: Settings) -> "KeyValueStore | None":
    """Return the store for the clients of demo panels; None if this deployment has no demo panel."""
    if settings.panel is not PanelKind.DEMO:
        return None
    from vpnbot.demo.key_value_store import KeyValueStore

    return KeyValueStore()
