"""What the containers of all functions share."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from vpnbot import clock
from vpnbot.aws.library_logs import without_quotations
from vpnbot.aws.observability import Observer
from vpnbot.aws.secret_sources import source_for
from vpnbot.aws.secrets import Secrets
from vpnbot.aws.snapshots import before_snapshot, with_credentials
from vpnbot.aws_calls.botocores import import_client_of_botocore
from vpnbot.bootstrap.demo_parts import demo_control, demo_server, demo_store
from vpnbot.errors import UnreadableItem, VpnbotError
from vpnbot.settings import Settings, Stage
from vpnbot.storage.table import bind, open_client
from vpnbot.usecases.ports import Context, Metric

if TYPE_CHECKING:
    from vpnbot.domain.feed import WantedNews
    from vpnbot.domain.payments.shop_settings import Front, ShopSettings
    from vpnbot.domain.plans.sold_plan import SoldPlan
    from vpnbot.domain.sending_window import SendingWindow
    from vpnbot.localization.messages import Messages
    from vpnbot.providers.registry import Factory
    from vpnbot.storage.plans.shop_settings import StoredShopSettings
    from vpnbot.usecases.ports import Fleet, PaymentPorts, People, Sales, StaffPorts
    from vpnbot.usecases.ports.ads import AdLinks
    from vpnbot.usecases.ports.promo import PromoCodes


class Container:
    """What every function needs. `secret_names` are the secrets that the function reads; its role allows no other."""

    secret_names: ClassVar[tuple[str, ...]] = ()

    first_event_modules: ClassVar[tuple[str, ...]] = ()
    """Modules that every first event needs, or nearly every: INIT imports them with its full CPU."""

    _guards_providers = True
    """Whether the circuit breakers of the payment providers count the calls of this function."""

    def __init__(self, function: str, settings: Settings | None = None, secrets: Secrets | None = None) -> None:
        """Build from the environment, or from the given settings and secrets.

        Raises:
            Misconfigured: a setting is missing or not valid for the stage.
        """
        without_quotations()
        self.settings = settings or Settings.from_environment()
        self.observer = Observer()
        self.secrets = secrets or Secrets(source_for(self.settings, self.secret_names))
        bind(self.settings.table_name)
        self._control = demo_control(self.settings, function)
        self.context = Context(
            self.clock,
            self.observer,
            news=self._wanted_news,
            hours=self._sending_window,
            winback_after=self._winback_after,
        )

    def _warm_up(self) -> None:
        """Do in INIT, which has a full CPU, what every first event needs: import, build the client of DynamoDB.

        With SnapStart the credentials come from a service, which the session of botocore asks after each restoration.
        """
        for module in self.first_event_modules:
            import_module(module)
        before_snapshot(import_client_of_botocore)
        with_credentials(open_client)

    @cached_property
    def fleet(self) -> "Fleet":
        """What use cases about servers need. A function that uses it builds it at import time."""
        from vpnbot.aws.panel_tokens import PanelTokens
        from vpnbot.panels.registry import PanelRegistry, panel_kinds
        from vpnbot.storage.servers.catalogue import Catalogue
        from vpnbot.storage.servers.outages import StoredOutages
        from vpnbot.usecases.ports import Fleet

        tokens = PanelTokens.of(self.settings)
        catalogue = Catalogue(demo_server(self.settings), self._monotonic, self._set_aside)
        public_only = self.settings.stage is not Stage.DEMO
        kinds = panel_kinds(tokens, demo_store(self.settings), public_only=public_only)
        return Fleet(
            catalogue=catalogue,
            panels=PanelRegistry(kinds, catalogue, self.clock, self.observer),
            tokens=tokens,
            outages=StoredOutages(),
            ring=self.secrets.key_ring,
        )

    @cached_property
    def sales(self) -> "Sales":
        """What the shop sells. In stage demo the first plans are sold at once; elsewhere they are hidden."""
        from vpnbot.storage.plans.sales import stored_sales

        demo = self.settings.stage is Stage.DEMO

        def first_plans() -> "tuple[SoldPlan, ...]":
            from vpnbot.localization.first_plans import worded_first_plans

            return worded_first_plans(sold=demo)

        return stored_sales(self._shop_settings, first_plans, self._monotonic, self._set_aside)

    @cached_property
    def _shop_settings(self) -> "StoredShopSettings":
        """The settings of the shop, read together with the circuit breakers of the payment providers."""
        from vpnbot.domain.orders.provider_names import DEMO_PROVIDERS
        from vpnbot.domain.payments.shop_settings import ShopSettings, Switch
        from vpnbot.storage.plans.shop_settings import StoredShopSettings

        demo = self.settings.stage is Stage.DEMO
        demonstrated = ShopSettings(providers=DEMO_PROVIDERS, invites=Switch.ON, winback=Switch.ON)
        defaults = demonstrated if demo else ShopSettings()
        return StoredShopSettings(defaults, self._monotonic, self._set_aside)

    @cached_property
    def payments(self) -> "PaymentPorts":
        """What use cases about money need, built on first use."""
        from vpnbot.providers.registry import ProviderRegistry
        from vpnbot.storage.gifts import StoredGifts
        from vpnbot.storage.payments.alerts import StoredAlerts
        from vpnbot.storage.payments.breakers import StoredProviderBreakers
        from vpnbot.storage.payments.notices import StoredNotices
        from vpnbot.storage.payments.reconciliations import StoredReconciliations
        from vpnbot.storage.payments.shop_ledger import StoredShopLedger
        from vpnbot.storage.payments.unmatched import StoredUnmatchedPayments
        from vpnbot.storage.payments.waiters import StoredProviderWaiters
        from vpnbot.usecases.ports import PaymentPorts

        breakers = StoredProviderBreakers(self._shop_settings, self._set_aside)
        return PaymentPorts(
            people=self.people,
            providers=ProviderRegistry(
                self._provider_factories(),
                self.sales.settings,
                self.clock,
                breakers if self._guards_providers else None,
            ),
            sales=self.sales,
            ledger=StoredShopLedger(),
            reconciliations=StoredReconciliations(self.clock),
            ring=self.secrets.key_ring,
            alerts=StoredAlerts(),
            breakers=breakers,
            waiters=StoredProviderWaiters(),
            notices=StoredNotices(),
            unmatched=StoredUnmatchedPayments(),
            production=self.settings.stage is Stage.PRODUCTION,
            codes=lambda: self.codes,
            links=lambda: self.links,
            gifts=StoredGifts(),
        )

    @cached_property
    def codes(self) -> "PromoCodes":
        """The promo codes, built on first use."""
        from vpnbot.storage.promo.codes import StoredPromoCodes

        return StoredPromoCodes(self._set_aside)

    @cached_property
    def links(self) -> "AdLinks":
        """The links in advertisements, built on first use."""
        from vpnbot.storage.ads.links import StoredAdLinks

        return StoredAdLinks(self._set_aside)

    @cached_property
    def staff(self) -> "StaffPorts":
        """What use cases of the staff need, built on first use."""
        from vpnbot.storage.staff.ports import stored_staff

        return stored_staff()

    def _provider_factories(self) -> "dict[str, Factory]":
        """Return how each payment provider is built, by name; the settings of the shop say which are offered."""
        from vpnbot.bootstrap.payment_providers import provider_factories

        return provider_factories(self.settings, self.secrets, self.clock, self.own_url)

    def _wanted_news(self) -> "WantedNews":
        """Return what the staff want to hear of; nothing while the settings of the shop cannot be read."""
        return self.known_settings().news

    def _sending_window(self, language: str | None) -> "SendingWindow | None":
        """Return when messages that can wait are sent to people of a language; None: at any time."""
        from vpnbot.domain.payments.shop_settings import sending_window

        return sending_window(self.known_settings(), self.first_front, language)

    def _winback_after(self) -> timedelta | None:
        """Return how long after the end of paid time a discount is offered; None: it is not."""
        return self.known_settings().winback_after

    @cached_property
    def first_front(self) -> "Front":
        """What customers see of the shop until operators save other values in the chat: the parameters.

        In stage demo messages are sent at any time, so that one sees each at its nominal time.
        """
        from vpnbot.domain.payments.shop_settings import Front
        from vpnbot.domain.sending_window import ANY_TIME, USUAL_HOURS

        settings = self.settings
        return Front(
            trial=settings.trial,
            support_url=settings.support_url,
            bot_username=settings.bot_username,
            hours=ANY_TIME if settings.stage is Stage.DEMO else USUAL_HOURS,
        )

    def messages(self) -> "Messages":
        """Return the messages, with the texts, the name and the zone that the staff have saved."""
        from vpnbot.localization.messages import Messages

        def broken(message: str) -> None:
            self.observer.info("broken text", message)
            self.observer.count(Metric.BROKEN_TEXTS)

        return Messages(own=lambda: self._shop_settings.known, broken=broken)

    def known_settings(self) -> "ShopSettings":
        """Return the settings of the shop, up to 30 seconds old; those of a new shop while they cannot be read."""
        from vpnbot.domain.payments.shop_settings import ShopSettings

        try:
            return self._shop_settings.load()
        except VpnbotError:
            return ShopSettings()

    def own_url(self) -> str | None:
        """Return scheme and host of this deployment; None if they are not known."""
        return self.settings.public_url

    def _set_aside(self, error: UnreadableItem) -> None:
        """Log and count an item that this version cannot read; an alarm watches this metric."""
        self.observer.warning("item set aside", error)
        self.observer.count(Metric.UNREADABLE_ITEMS)

    @cached_property
    def people(self) -> "People":
        """The people in the table; in stage demo with crash points for the control panel.

        A function that needs them for every event builds them at import time.
        """
        from vpnbot.storage.people.people import People as StoredPeople

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
