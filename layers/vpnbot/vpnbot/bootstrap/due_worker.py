"""The container of the due worker."""

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from vpnbot import clock
from vpnbot.aws.secret_names import BOT_TOKEN, KEY_SECRET, PROVIDER_SECRETS
from vpnbot.bootstrap.telegram_container import TelegramContainer
from vpnbot.correlation import follow, id_of_work, note
from vpnbot.domain.keys.key_ring import is_person_id
from vpnbot.domain.scheduling import ADVANCE_SUBSCRIPTION, kind_of
from vpnbot.errors import StorageUnavailable
from vpnbot.storage.scheduling import DueIndex

if TYPE_CHECKING:
    from vpnbot.domain.scheduling import DueItem
    from vpnbot.telegram.bot_api.bot_profile import TelegramProfile


class DueWorker(TelegramContainer):
    """The container of the due worker."""

    secret_names = (*BOT_TOKEN, *KEY_SECRET, *PROVIDER_SECRETS)
    first_event_modules = (
        "vpnbot.storage.support_records",
        "vpnbot.telegram.aiogram_runtime.bot_session",
        "vpnbot.telegram.bot_api.bot_profile",
        "vpnbot.telegram.bot_api.client",
        "vpnbot.telegram.bot_api.timed_transport",
        "vpnbot.telegram.customer.answer_sender",
        "vpnbot.telegram.customer.broadcast_sender",
        "vpnbot.telegram.customer.connect_screens",
        "vpnbot.telegram.customer.money_notifications_screens",
        "vpnbot.telegram.customer.notifications",
        "vpnbot.telegram.customer.notifications_screens",
        "vpnbot.usecases.scheduling.due_handlers",
        "vpnbot.usecases.scheduling.run_due",
        "vpnbot.usecases.statistics.close_hours",
    )

    def __init__(self) -> None:
        super().__init__("due_worker")
        from vpnbot.storage.audience.people import StoredAudience
        from vpnbot.storage.audience.waiters import StoredWaiterRows
        from vpnbot.telegram.customer import question_sender as _  # noqa: F401 - loads aiogram while building, not at the first claim
        from vpnbot.telegram.messages.pausing_sender import TelegramPause
        from vpnbot.usecases.ports import BulkPorts

        self._index = DueIndex()
        self._bulk = BulkPorts(
            self.turn,
            StoredWaiterRows(),
            StoredAudience(),
            clock.Pace(),
            demo_rate=self.settings.demo_rate,
            most=lambda: self.known_settings().broadcast_rate,
        )
        self._fleet = self.fleet
        self._telegram_pause = TelegramPause(self.clock)
        self._warm_up()

    def _warm_up(self) -> None:
        """Also build what all due work is given, and read Babel's data for messages."""
        from vpnbot.storage.codec import prepare_conversions

        super()._warm_up()
        _ = self.payments, self.staff, self.views.messages.names  # built now
        prepare_conversions("USER", "SUB", "ACCESS")

    def work(self, item: "DueItem") -> None:
        """Do the due work of one claim; raises the errors of `bot` and `run_due`."""
        from vpnbot.telegram.customer.broadcast_sender import TelegramBroadcastSender
        from vpnbot.telegram.customer.notifications import TelegramNotificationSender
        from vpnbot.telegram.messages.pausing_sender import PausingSender
        from vpnbot.usecases.scheduling.run_due import run_due
        from vpnbot.usecases.scheduling.worker_ports import WorkerPorts

        self._identify(item)
        with self._lock:
            to_chats = TelegramNotificationSender(self.bot, self.views)
            sender = PausingSender(to_chats, self._telegram_pause)
            operators = self.operators
            broadcasts = TelegramBroadcastSender(self.bot, self.views)
        ports = WorkerPorts(
            self.people,
            self._fleet,
            self.context,
            sender,
            self._index,
            operators,
            self.payments,
            self.staff,
            self._bulk,
            broadcasts,
            self._profile,
        )
        done = run_due(item, ports, clock.Pace())
        if done and kind_of(item) is ADVANCE_SUBSCRIPTION:
            self._begin_statistics()

    @cached_property
    def _profile(self) -> "TelegramProfile":
        """The profile of the bot. A 429 about it does not pause bulk jobs: these calls have a limit of their own."""
        from vpnbot.telegram.bot_api.bot_profile import TelegramProfile
        from vpnbot.telegram.bot_api.client import BotApi
        from vpnbot.telegram.bot_api.timed_transport import TimedTransport

        api = BotApi(self.secrets.get("bot_token"), TimedTransport(self.settings.telegram_api_base))
        return TelegramProfile(api, self.views.messages)

    def _begin_statistics(self) -> None:
        """Make sure that hours of the statistics are closed: there are sums to make where subscriptions advance."""
        from vpnbot.usecases.statistics.close_hours import begin_statistics

        with suppress(StorageUnavailable):  # the next work tries again
            begin_statistics(self.staff.statistics, self.context)

    def _identify(self, item: "DueItem") -> None:
        """Say in the log line which work this is, and go on under the correlation id of what made it due."""
        late = self.clock() - (item.due_since or item.due_at)
        follow(item.origin or id_of_work(item.partition, item.sort_key))
        note(work=kind_of(item).name, attempts=item.attempts, late_seconds=round(max(late.total_seconds(), 0), 1))
        if is_person_id(item.partition):
            note(person=item.partition)
