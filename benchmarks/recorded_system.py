"""Events of several functions and of many people, recorded in the whole local system for replays."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import ClientSession, ClientTimeout, encode_basic_auth

from benchmarks.measured_functions import Replay
from benchmarks.replay import Answers, Json
from local.aws import FAKE_CREDENTIALS, AwsCall
from local.journey.buying import CARD, buyer_on_trial
from local.journey.harness import Harness
from local.journey.transcript import Transcript
from local.options import Options
from local.payment_providers import YOOKASSA_ROOT
from local.stack import REGION, Function
from local.system import System
from local.telegram.person import Person
from local.yookassa.fake_yookassa import SECRET_KEY, SHOP_ID

FUNCTIONS = ("telegram_webhook", "subscription_page", "payment_webhook", "due_worker")
TAPS = ("Android", "Devices")
"""What each person taps in turns: two screens of which each leads to the other."""


@dataclass(slots=True)
class Invocation:
    """One invocation in the local system: the folder of its function, its event and its calls to AWS."""

    function: str
    event: Mapping[str, Any]
    calls: list[AwsCall] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RecordedSystem:
    """What was recorded: events of each function, and the taps of people.

    `payments` is what the payment provider answers when it is asked about the payments of the notifications.
    """

    events: Mapping[str, Sequence[Replay]]
    taps: Sequence[Sequence[Replay]]
    payments: Mapping[str, Json]
    environments: Mapping[str, Mapping[str, str]]

    def environment(self, function: str, dynamodb: str, telegram: str, provider: str) -> dict[str, str]:
        """Return the environment variables of a function that calls the servers at these addresses."""
        own = {"AWS_ENDPOINT_URL": dynamodb, "TELEGRAM_API_BASE": telegram, "YOOKASSA_API_BASE": f"{provider}/v3"}
        return {**self.environments[function], **own}


@dataclass(frozen=True, slots=True)
class Led[T]:
    """The result of an action, and the invocations that it led to."""

    result: T
    invocations: Sequence[Invocation]

    def first(self, function: str) -> Invocation:
        """Return the first invocation of a function.

        Raises:
            LookupError: there is none.
        """
        found = [made for made in self.invocations if made.function == function]
        if not found:
            raise LookupError(f"{function} was not invoked")
        return found[0]


class Recorder:
    """Listens to a system: `invocations` are those so far, in the order in which they began."""

    def __init__(self) -> None:
        self.invocations: list[Invocation] = []
        self._running: dict[str, Invocation] = {}

    def listen(self, system: System) -> None:
        """Record what begins from now on; the system's own listener still hears of it."""
        before = system.runtime.on_start

        def on_start(environment: str, function: Function, event: Any) -> None:
            self._running[environment] = Invocation(function.folder.name, event)
            self.invocations.append(self._running[environment])
            before(environment, function, event)

        system.runtime.on_start = on_start

    def aws_call(self, call: AwsCall) -> None:
        """Record a call of a function; the emulator's threads call this."""
        if call.caller in self._running:
            self._running[call.caller].calls.append(call)

    async def during[T](self, act: Callable[[], Awaitable[T]]) -> "Led[T]":
        """Run an action, and return what it led to."""
        count = len(self.invocations)
        result = await act()
        return Led(result, self.invocations[count:])

    def all_reads(self) -> Answers:
        """Return the answers to all reads: the newest to each."""
        return Answers({}, Answers.of(call for one in self.invocations for call in one.calls).by_read)


async def record_system(buyers: int, people: int) -> RecordedSystem:
    """Run the local system: some people buy by card and open their links, and others tap.

    The first event of a function is of the first buyer; the updates are a `/start`, then a tap of each other buyer.

    Raises:
        LookupError: the conversation has changed, or a function that is recorded was not invoked.
    """
    recorder = Recorder()
    async with System(Options(scheduled=False, on_aws_call=recorder.aws_call)) as system:
        recorder.listen(system)
        harness = Harness(system, Transcript(lambda _: None))
        events: dict[str, list[Invocation]] = defaultdict(list)
        payments: dict[str, Json] = {}
        for number in range(buyers):
            started = await recorder.during(partial(buyer_on_trial, harness, f"Buyer {number}"))
            buyer = started.result
            link = (await recorder.during(buyer.copies_link)).result
            opened = await recorder.during(partial(_get, link))
            await buyer.says("/start")
            tapped = await recorder.during(partial(buyer.taps, "Connect"))
            order = await buyer.orders(CARD)
            paid = await recorder.during(partial(buyer.pays, CARD, order))
            update = (tapped if events["telegram_webhook"] else started).first("telegram_webhook")
            events["telegram_webhook"].append(update)
            events["subscription_page"].append(opened.first("subscription_page"))
            events["payment_webhook"].append(paid.first("payment_webhook"))
            events["due_worker"].append(paid.first("due_worker"))
            payment = _payment_of(events["payment_webhook"][-1])
            payments[payment] = await _asked(system, payment)
        group = [system.person(f"Person {number}") for number in range(people)]
        taps = [await _taps(recorder, person) for person in group]
        shared = recorder.all_reads()
        return RecordedSystem(
            {name: [_replay(one, shared) for one in made] for name, made in events.items()},
            [[_replay(one, shared) for one in made] for made in taps],
            payments,
            {name: _environment(system, name) for name in FUNCTIONS},
        )


async def _taps(recorder: Recorder, person: Person) -> list[Invocation]:
    """Let a person start the bot and the trial; return an invocation for each of the taps that follow."""
    for action in (person.sends("/start"), person.taps("Try free"), person.taps(TAPS[0]), person.taps(TAPS[1])):
        await action
    led = [await recorder.during(partial(person.taps, label)) for label in TAPS]
    return [one.first("telegram_webhook") for one in led]


def _replay(made: Invocation, shared: Answers) -> Replay:
    return Replay(made.event, Answers.of(made.calls).or_else(shared))


def _environment(system: System, function: str) -> dict[str, str]:
    """Return the variables of a function without those of the control panel: its clock is the real one."""
    return {
        **system.template.function(function).environment,
        **FAKE_CREDENTIALS,
        **system.secrets.variables(),
        **system.providers.variables(system.base),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PUBLIC_URL": system.base,
    }


async def _get(address: str) -> None:
    async with ClientSession(timeout=ClientTimeout(total=30)) as app, app.get(address) as response:
        response.raise_for_status()


def _payment_of(notification: Invocation) -> str:
    return str(json.loads(notification.event["body"])["object"]["id"])


async def _asked(system: System, payment: str) -> Json:
    """Return a payment as YooKassa's API describes it."""
    url = f"{system.base}{YOOKASSA_ROOT}/v3/payments/{payment}"
    headers = {"Authorization": encode_basic_auth(SHOP_ID, SECRET_KEY)}
    async with ClientSession(headers=headers) as client, client.get(url) as response:
        response.raise_for_status()
        return await response.json()
