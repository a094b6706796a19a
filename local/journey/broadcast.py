"""The operator's broadcast: written in two languages, sent while a worker crashes, corrected and deleted."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

from local.journey.harness import Actor, Harness
from vpnbot.telegram.customer.settings_screens import NEWS_OFF
from vpnbot.usecases.audience.walk import THREADS

MINUTE = timedelta(minutes=1)
ENGLISH, RUSSIAN = "A new server is open in Warsaw", "Открыли новый сервер в Варшаве"
CORRECTED = "A new server is open in Krakow"
CROWD = 60
IN_FLIGHT = THREADS


async def a_broadcast_survives_a_crash(harness: Harness) -> None:
    """The operator sends news to people who have not tried the bot yet; the worker crashes in the middle."""
    say, operator = harness.transcript, harness.operator()
    readers = [await _reader(harness, name) for name in ("Uma", "Vera", "Walt", "Xenia")]
    russian, silent = await _reader(harness, "Юлия", "ru"), await _reader(harness, "Zoe")
    await harness.system.crowd.add(CROWD, harness.system.clock.now(), tried=False)
    await harness.time_passes(MINUTE, "a minute later, dozens of people know the bot")
    await _write(operator)
    say.promise("the operator sees the message as people will", _copies(operator, ENGLISH) > 0)
    await operator.taps("To whom")
    await operator.taps("Never tried")
    await operator.taps("Back")
    await operator.taps("🚀 Send")
    await operator.taps("✅ Send")
    await _switches_news_off(silent)
    harness.system.kills.order("due_worker", during="sendMessage", after=CROWD // 3)
    await harness.time_passes(MINUTE, "the worker is killed in the middle")
    say.promise("the worker has crashed", not harness.system.kills.waiting, harness.system.kills.waiting)
    await harness.time_passes(6 * MINUTE, "six minutes later")
    counts = [_copies(reader, ENGLISH) for reader in readers] + [_copies(russian, RUSSIAN)]
    say.promise("no one has the message twice", max(counts) == 1, counts)
    say.promise("who wants no news does not have it", _copies(silent, ENGLISH) == 0)
    operator.reads()
    say.promise(
        "the operator is told of how many it is not known", bool(operator.messages_with("unsure")), _last(operator)
    )
    await operator.taps("Send to the unsure")
    await operator.taps("✅ Send")
    await harness.time_passes(3 * MINUTE, "three minutes later")
    counts = [_copies(reader, ENGLISH) for reader in readers] + [_copies(russian, RUSSIAN)]
    say.promise("everybody has the message now", min(counts) == 1, counts)
    say.promise("at most those in flight at the crash have it twice", sum(counts) <= len(counts) + IN_FLIGHT, counts)
    say.promise(
        "and there is no one left of whom it is not known", bool(operator.messages_with("unsure 0")), _last(operator)
    )
    await _correct(harness, operator, readers)
    await _delete(harness, operator, readers)


async def _reader(harness: Harness, name: str, language: str = "en") -> Actor:
    reader = harness.new_person(name, language)
    await reader.says("/start")
    return reader


async def _write(operator: Actor) -> None:
    await operator.says("/admin")
    await operator.taps("Broadcasts")
    await operator.taps("New broadcast")
    await operator.says(ENGLISH)
    await operator.taps("Русский")
    await operator.says(RUSSIAN)
    await operator.taps("Show")


async def _switches_news_off(customer: Actor) -> None:
    """Tap the button that each broadcast of news has, as under an earlier one."""
    customer.transcript.event(f"{customer.name} taps Stop news under an earlier broadcast")
    await customer.person.taps_data(NEWS_OFF, on=customer.person.screen)
    customer.reads()


async def _correct(harness: Harness, operator: Actor, readers: Sequence[Actor]) -> None:
    say = harness.transcript
    twice = sum(_copies(reader, ENGLISH) - 1 for reader in readers)
    await operator.taps("Correct")
    await operator.taps("English")
    await operator.says(CORRECTED)
    await harness.time_passes(3 * MINUTE, "three minutes later")
    new = [_copies(reader, CORRECTED) for reader in readers]
    say.promise("the text is corrected in all chats", new == [1] * len(readers), new)
    old = sum(_copies(reader, ENGLISH) for reader in readers)
    say.promise("but for messages whose answer was lost", old == twice, old)


async def _delete(harness: Harness, operator: Actor, readers: Sequence[Actor]) -> None:
    say = harness.transcript
    await operator.taps("Delete for all")
    await operator.taps("Delete for all")
    await harness.time_passes(3 * MINUTE, "three minutes later")
    left = [_copies(reader, CORRECTED) for reader in readers]
    say.promise("it is deleted from all chats", sum(left) == 0, left)
    operator.reads()
    said = [message.text for message in operator.messages_with("Deleted in")]
    say.promise("and the operator is told in how many", len(said) == 1 and "Too old: 0" in said[0], said)


def _last(operator: Actor) -> str:
    return operator.person.screen.text


def _copies(actor: Actor, text: str) -> int:
    return sum(message.text == text for message in actor.messages_with(text))


BROADCAST_SCENARIOS: tuple[Callable[[Harness], Coroutine[Any, Any, None]], ...] = (a_broadcast_survives_a_crash,)
