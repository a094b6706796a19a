"""The whole trial as scenarios; each starts with new people, so that one failure does not affect the others."""

import base64
import json
import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.journey.faults import FAULT_SCENARIOS
from local.journey.harness import ONE_ON_EACH, Harness
from local.journey.operators import OPERATOR_SCENARIOS
from local.journey.panels import PANEL_SCENARIOS
from vpnbot.domain.subscriptions.plan import TRIAL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

type Scenario = Callable[[Harness], Coroutine[Any, Any, None]]


async def from_start_to_a_picture(harness: Harness) -> None:
    """Anna opens the bot and connects her phone."""
    say, anna = harness.transcript, harness.enters("Anna")
    await anna.says("/start")
    say.promise("the first screen offers the trial in one tap", "Try free" in " ".join(anna.person.screen.labels))
    await anna.taps("Try free")
    say.promise("one tap from /start to a key", bool(anna.unasked("What shall we connect?")), anna.person.screen.text)
    say.promise("one key on each of three servers", harness.keys(anna) == ONE_ON_EACH, harness.keys(anna))
    await anna.taps("iPhone, iPad")
    link = (await anna.taps("Copy link")).copied
    say.promise("the link is an address of ours", link.startswith(f"{harness.system.base}/s/"), link)
    await _loads_in_an_app(harness, link)
    await anna.taps("QR")
    pictures = [message for message in anna.person.messages if message.photo]
    say.promise("a picture to scan came", len(pictures) == 1, len(pictures))
    await anna.taps("Hide")
    say.promise("and is gone on request", not [message for message in anna.person.messages if message.photo])
    await anna.taps("Devices")
    await anna.taps("Home")
    say.promise("home shows the time left", "2 d 23 h" in anna.person.screen.text, anna.person.screen.text)
    await anna.taps("Settings")
    await anna.taps("Русский")
    say.promise("the language is a tap", "Активно" in anna.person.screen.text, anna.person.screen.text)


async def three_days(harness: Harness) -> None:
    """Three days with Bella: reminders, the end, a word a day after."""
    say, bella = harness.transcript, harness.enters("Bella")
    await bella.says("/start")
    await bella.taps("Try free")
    await harness.time_passes(2 * 24 * HOUR - MINUTE, "two days later, but for a minute")
    bella.looks()
    say.promise("nothing was said before its time", not bella.unasked("VPN switches off on"))
    await harness.time_passes(2 * MINUTE, "two minutes later")
    bella.looks()
    say.promise("a reminder a day before", len(bella.unasked("VPN switches off on")) == 1)
    await harness.time_passes(21 * HOUR, "three hours before the end")
    bella.looks()
    say.promise("and one three hours before", len(bella.unasked("VPN switches off on")) == 2)
    await harness.time_passes(3 * HOUR, "at the end")
    bella.looks()
    say.promise("the end is told once", len(bella.unasked("VPN is off")) == 1)
    clients = harness.system.panels.clients(bella.user_id)
    off = {server: [client.enable for client in found] for server, found in clients.items()}
    say.promise("every panel has switched her key off", off == {server: [False] for server in ONE_ON_EACH}, off)
    await bella.says("/start")
    say.promise("her home says so", "VPN is off" in bella.person.screen.text, bella.person.screen.text)
    await harness.time_passes(24 * HOUR, "a day later")
    bella.looks()
    say.promise("one question a day after", len(bella.unasked("How was it?")) == 1)
    await bella.taps("Good")
    said = len(bella.person.messages)
    await harness.time_passes(30 * 24 * HOUR, "a month later")
    bella.looks()
    say.promise("and not another word", len(bella.person.messages) == said, bella.person.messages[-1].text)
    left = [entry for entry in harness.system.due.waiting() if entry.person_id == harness.person_id(bella)]
    say.promise("and nothing waits to be done for her", not left, left)


async def no_second_trial(harness: Harness) -> None:
    """Vera deletes everything and comes back."""
    say, vera = harness.transcript, harness.enters("Vera")
    await vera.says("/start")
    await vera.taps("Try free")
    await vera.taps("Home")
    await vera.taps("Settings")
    await vera.taps("My data")
    await vera.taps("Download")
    files = [message.document for message in vera.person.messages if message.document]
    data = json.loads(files[0].content) if files else {}
    say.promise("her data is a JSON file", bool(data), files)
    link = await vera.copies_link()
    await vera.taps("Devices")
    await vera.taps("Home")
    await vera.taps("Settings")
    await vera.taps("My data")
    await vera.taps("Delete")
    await vera.taps("Delete everything")
    await harness.time_passes(MINUTE, "a minute later")
    say.promise("no panel has a key of hers", not harness.keys(vera), harness.keys(vera))
    say.promise("her link is dead", (await harness.app_loads(link))[0] == 404)
    await vera.says("/start")
    say.promise("no second trial", "already been used" in vera.person.screen.text, vera.person.screen.text)
    say.promise("and no dead end", bool(vera.person.screen.labels))


async def two_phones(harness: Harness) -> None:
    """Глеб taps on two phones at the same moment."""
    say, gleb = harness.transcript, harness.enters("Глеб", "ru")
    await gleb.says("/start")
    say.promise("Telegram's language is spoken", "Попробовать" in " ".join(gleb.person.screen.labels))
    await gleb.taps("Попробовать бесплатно", times=2, at_once=True)
    await harness.system.settle()
    trials = harness.system.ledger.entries(gleb.user_id, "trial started")
    say.promise("two phones at once: one trial", len(trials) == 1, trials)
    say.promise("and one key on each of three servers", harness.keys(gleb) == ONE_ON_EACH, harness.keys(gleb))


async def help_that_knows(harness: Harness) -> None:
    """Dora's VPN does not work."""
    say, dora = harness.transcript, harness.enters("Dora")
    await dora.says("/start")
    await dora.taps("Try free")
    await dora.taps("Home")
    await dora.taps("VPN doesn't work")
    say.promise("the app never loaded the link", "hasn't loaded your link" in dora.person.screen.text)
    link = await dora.copies_link()
    await harness.app_loads(link, "v2rayNG/1.10.30")
    await dora.taps("VPN doesn't work")
    say.promise("an app that loaded it is noticed", "hasn't loaded" not in dora.person.screen.text)
    await dora.says("what now?")
    say.promise("a word out of place gets a screen", bool(dora.person.screen.labels))


async def _loads_in_an_app(harness: Harness, link: str) -> None:
    say = harness.transcript
    harness.transcript.scene("the app loads the link")
    status, body, headers = await harness.app_loads(link)
    links = base64.b64decode(body).decode().split("\n") if status == 200 else []
    parts = [urlsplit(share) for share in links]
    queries = [parse_qs(part.query, strict_parsing=True) if part.query else {} for part in parts]
    hosts = sorted(part.hostname or "" for part in parts)
    schemes = [part.scheme for part in parts]
    say.promise("an app gets three VLESS links", schemes == ["vless"] * 3, f"{status} {body[:80]}")
    say.promise("to three servers", hosts == [f"{server}.example.com" for server in sorted(ONE_ON_EACH)], hosts)
    keys = {query.get("pbk", [""])[0] for query in queries}
    say.promise("each with a Reality public key of its own", [len(key) for key in keys] == [43] * 3, queries)
    users = {part.username for part in parts}
    clean = all(users) and not any("+" in part.query for part in parts)
    say.promise("and no sign that v2rayNG would misread", clean, links)
    say.promise("and one name for all of them", len(users) == 1, users)
    expires = re.search(r"expire=(\d+)", headers.get("subscription-userinfo", ""))
    left = int(expires.group(1)) - harness.system.clock.now().timestamp() if expires else 0.0
    say.promise("and the app knows the end", 0 <= TRIAL.duration.total_seconds() - left < 600, left)


SCENARIOS: tuple[Scenario, ...] = (
    from_start_to_a_picture,
    three_days,
    help_that_knows,
    two_phones,
    no_second_trial,
    *FAULT_SCENARIOS,
    *PANEL_SCENARIOS,
    *OPERATOR_SCENARIOS,
)
