"""The whole system in one process and its child processes: used by `python -m local`, by the journey and by tests."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from local import sam_env
from local.aws import AwsCall, LocalAws
from local.bot_api_calls import KillOrders, call_middleware
from local.catalogue import CatalogueWriter
from local.chat_links import chat_links
from local.clock import Control, CrashOrders, VirtualClock
from local.control_panel.api import ControlPanelApi
from local.crowd import Crowd
from local.due_list import DueEntry, DueList
from local.function_variables import FunctionVariables
from local.gateway import Gateway
from local.invocation import Outcome
from local.ledger_view import LedgerView
from local.meter import Meter
from local.options import Options
from local.panels import DemoPanels
from local.paths import ROOT
from local.payment_providers import FakeProviders
from local.queues import QueuePump
from local.runtime import Runtime
from local.schedules import ScheduleTimer
from local.site import Site
from local.stack import Deployment, Template
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.person import Person
from local.telegram.server import application
from local.template import load
from local.time_travel import TimeTravel
from local.webhook_registration import set_webhook
from vpnbot.aws.secrets import parse_key_ring
from vpnbot.domain.servers.server import PanelKind, Server

SUPPORT_CHAT_ID = 700_000_000
"""The operators' chat on the fake Telegram: an account whose id is below those of people."""
_runs = itertools.count(1)


class System:
    """Starts everything and stops it again; an async context manager."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.secrets = self.options.secrets
        self.clock = VirtualClock()
        self.crashes = CrashOrders()
        self.telegram = FakeTelegram(self.clock.now, token=self.secrets.bot_token)
        self.aws = LocalAws(self._on_aws_call, self.clock.now)
        self.ring = parse_key_ring(self.secrets.key_secret)
        self.panels = DemoPanels(self.ring)
        self.providers = FakeProviders(self.clock.now, self.secrets.cryptopay_token)
        self._tasks: list[asyncio.Task[None]] = []
        self._pumps: list[QueuePump] = []
        self._timers: list[ScheduleTimer] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._site = Site(self.options.host, self.options.port, self.options.say)
        self._time_travel: TimeTravel
        self.template: Template
        self.catalogue: CatalogueWriter
        self.variables: FunctionVariables
        self.runtime: Runtime
        self.meter: Meter
        self.due: DueList
        self.ledger: LedgerView
        self.kills: KillOrders
        self.crowd: Crowd

    @property
    def base(self) -> str:
        """The address of the chat page, the Bot API, the functions and the control panel."""
        return self._site.base

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start everything; when this returns, the webhook is set and the first environment is starting.

        Raises:
            OSError: no port is free.
            UnsupportedTemplateError: template.yaml uses something that the local run does not support.
        """
        self._loop = asyncio.get_running_loop()
        began = time.perf_counter()
        if self.options.telegram_api_base is None:
            operator = self.telegram.person("Support", user_id=SUPPORT_CHAT_ID, started=True, operator=True)
            self.telegram.group_of_operators(operator)
        await asyncio.to_thread(self._deploy)
        self.options.say(f"table and {len(self.template.queues)} queues ({time.perf_counter() - began:.1f} s)")
        await self.panels.start()
        await self.providers.start()
        servers = await asyncio.to_thread(self._add_first_servers)
        self.options.say(f"VPN panels of {', '.join(server.id for server in servers)} in the catalogue")
        self.runtime.start(await self._site.open(self._application()))
        self.providers.opened(self.base)
        await self._site.share(self.aws)
        if self.options.scheduled:
            running = [pump.run() for pump in self._pumps] + [timer.run() for timer in self._timers]
            self._tasks = [asyncio.create_task(work) for work in (*running, self.providers.run())]
        if self.options.telegram_api_base is None:
            await set_webhook(self.base, self.secrets)
            self.options.say("webhook set on the fake Bot API")
        for function in self.options.warm[:1]:
            await self.runtime.warm(function)
        if self.options.scheduled:  # Telegram shows the texts about the bot before anybody starts it
            self._tasks.append(asyncio.create_task(self._run_dispatcher()))

    async def _run_dispatcher(self) -> None:
        """Do what is due now, not only a minute later: a new process of the dispatcher makes the profile due."""
        for timer in self._timers:
            if timer.function == self.template.function("due_dispatcher").name:
                await timer.fire()

    async def stop(self) -> None:
        """Stop everything; all child processes end at the same time."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.telegram.sender.close()
        await self.providers.stop()
        if self._site.is_open:
            await self.runtime.stop()
            await self._site.close()
        await self.panels.stop()
        await asyncio.to_thread(self.aws.stop)

    async def invoke(self, function: str, event: Any) -> Outcome:
        """Run a function once, by its folder's name or its logical id.

        Raises:
            KeyError: the template has no such function.
        """
        return await self.runtime.invoke(function, event)

    def person(self, name: str, language: str = "en") -> Person:
        """Return a new person with a phone."""
        return self.telegram.person(name, language=language)

    async def settle(self) -> None:
        """Do all work that is due now, and deliver all waiting updates."""
        await self._time_travel.settle()

    async def advance(self, by: timedelta) -> None:
        """Advance virtual time while everything runs: work that becomes due is done at its time."""
        await self._time_travel.advance(by)

    async def outage(self, by: timedelta) -> None:
        """Advance virtual time while no function runs, then do the work that is due."""
        await self._time_travel.outage(by)

    def run_workers(self, *, enabled: bool) -> None:
        """Enable or disable the delivery of messages from all queues to their functions."""
        for pump in self._pumps:
            pump.enabled = enabled

    def write_sam_environment(self, path: Path) -> bool:
        """Write the variables for `sam local invoke` against this run; False when containers cannot reach it.

        The samples in `events/` work then: their webhook secret is valid, and their sender has a Telegram account.
        Panels listen on loopback only: a key that a function in a container cannot make is made by this run's worker.
        """
        if not self._site.seen_from_containers:
            return False
        declared = {
            function.name: {
                name: value
                for name, value in {**function.environment, **self.variables.of(function, self._site.port)}.items()
                if name in function.environment  # `sam local` passes only variables of the template
            }
            for function in self.template.functions.values()
        }
        sample = sam_env.SampleUpdate.read(ROOT / "events" / "telegram_webhook.json")
        if sample.user_id not in self.telegram.conversations.accounts:
            self.telegram.person(sample.first_name, user_id=sample.user_id, started=True, on_page=False)
        sam_env.write(path, declared, self._site.seen_from_containers, sample)
        registrar = ROOT / "events" / sam_env.REGISTRAR_EVENT
        sam_env.write_registrar_event(path.parent, registrar, self.base, self._site.seen_from_containers)
        return True

    async def next_due(self, person_id: str | None = None) -> DueEntry | None:
        """Return the next due work for people, or for one person."""
        return await asyncio.to_thread(self.due.next, person_id)

    @property
    def _bot_username(self) -> str:
        """The name of the bot of the fake Telegram; empty in a run with a real one."""
        return "" if self.options.telegram_api_base else str(self.telegram.conversations.bot["username"])

    def _deploy(self) -> None:
        """Create the template's resources and the parts of the system that use them."""
        self.aws.start()
        deployment = Deployment(f"vpnbot-local-{next(_runs)}", self.aws.endpoint, self._bot_username)
        parameters = {"Stage": "demo", "LocalRun": "true", "Panel": PanelKind.THREE_X_UI}
        if self.options.telegram_api_base is None:
            parameters |= {"SupportChatId": str(SUPPORT_CHAT_ID), "AdminIds": str(SUPPORT_CHAT_ID)}
        self.template = template = load(ROOT / "template.yaml", deployment, parameters)
        self.aws.deploy(template)
        table_name = template.tables[0].name
        self.due = DueList(self.aws, table_name)
        self.ledger = LedgerView(self.aws, table_name, self.ring)
        self.crowd = Crowd(self.aws, table_name, self.ring, self.telegram)
        secrets_path = template.function("telegram_webhook").environment["SECRETS_PATH"]
        self.catalogue = CatalogueWriter(self.aws, table_name, secrets_path)
        self.meter = Meter(template)
        self.variables = FunctionVariables(self.options, self.aws.endpoint, self.providers, self._site)
        self.runtime = Runtime(template, self.variables.of, self.options.max_environments, self.options.on_log)
        self.kills = KillOrders(self.runtime)
        self.runtime.on_start = self.meter.begin
        self.runtime.on_broken = lambda environment, reason: self.options.say(
            f"{environment} did not start: {reason}"
        )
        self.runtime.on_end = lambda outcome, function: self.meter.end(outcome, function, self.clock.now())
        self.runtime.on_ready = self._on_ready
        queues = {queue.url: queue for queue in template.queues}
        self._pumps = [
            QueuePump(mapping, queues[mapping.queue_url], self.aws, self.runtime, self.clock.now)
            for mapping in template.queue_mappings
        ]
        self._timers = [ScheduleTimer(schedule, self.runtime, self.clock.now) for schedule in template.schedules]
        self._time_travel = TimeTravel(
            self.clock,
            self.due,
            self._pumps,
            self._timers,
            self._idle,
            self._time_moved,
            lambda: min(filter(None, (self.telegram.next_at, self.providers.next_at)), default=None),
        )

    async def _idle(self) -> None:
        await self.telegram.idle()
        await self.providers.idle()

    def _time_moved(self) -> None:
        self.telegram.time_moved()
        self.providers.time_moved()

    def _add_first_servers(self) -> Sequence[Server]:
        """Add the first servers to the catalogue."""
        servers = self.panels.stock()
        for server in servers:
            self.catalogue.add(server, self.panels.named(server.id).token, self.clock.now())
        return servers

    def _on_ready(self, environment: str, init_ms: float) -> None:
        """Report a started environment and start the next one: starting all at once would delay the first."""
        function = environment.rpartition("-")[0]
        self.options.say(f"{environment} is up, init {init_ms / 1000:.1f} s")
        following = (
            self.options.warm[self.options.warm.index(function) + 1 :] if function in self.options.warm else ()
        )
        if following:
            self._tasks.append(asyncio.create_task(self.runtime.warm(following[0])))

    def _on_aws_call(self, call: AwsCall) -> None:
        """Count a call, and wake the pumps when it sent a message; called from the emulator's threads."""
        if not call.caller:
            return
        self.meter.aws_call(call)
        if self.options.on_aws_call:
            self.options.on_aws_call(call)
        if call.operation.startswith("SendMessage") and self._loop:
            for pump in self._pumps:
                self._loop.call_soon_threadsafe(pump.wake)

    def _application(self) -> web.Application:
        app = application(self.telegram)
        self.runtime.add_routes(app.router)
        Control(self.clock, self.crashes).add_routes(app.router)
        Gateway(self.template, self.runtime).add_routes(app.router)
        ControlPanelApi(self).add_routes(app.router)
        self.providers.add_routes(app.router)
        sam_env.RegistrarReports(self.options.say).add_routes(app.router)
        app.middlewares.append(call_middleware(self.runtime, self.meter, self.kills))
        if self._bot_username:
            app.middlewares.append(chat_links(self._bot_username))
        return app
