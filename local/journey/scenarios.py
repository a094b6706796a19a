"""The whole product as scenarios; each has its own people, so that one failure does not affect the others."""

import base64
import json
import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.journey.broadcast import BROADCAST_SCENARIOS
from local.journey.compensation import COMPENSATION_SCENARIOS
from local.journey.devices import DEVICE_SCENARIOS
from local.journey.faults import FAULT_SCENARIOS
from local.journey.gifts import GIFT_SCENARIOS
from local.journey.harness import ONE_ON_EACH, Harness
from local.journey.invites import INVITE_SCENARIOS
from local.journey.operators import OPERATOR_SCENARIOS
from local.journey.outage import OUTAGE_SCENARIOS
from local.journey.panels import PANEL_SCENARIOS
from local.journey.payment_faults import PAYMENT_FAULT_SCENARIOS
from local.journey.payments import PAYMENT_SCENARIOS
from local.journey.provider_down import PROVIDER_SCENARIOS
from local.journey.receipts import RECEIPT_SCENARIOS
from local.journey.winback import WINBACK_SCENARIOS
from vpnbot.domain.subscriptions.plan import TRIAL

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

type Scenario = Callable[[Harness], Coroutine[Any, Any, None]]


async def from_start_to_a_qr_code(harness: Harness) -> None:
    """Anna opens the bot and connects her phone."""
    say, anna = harness.transcript, harness.new_person("Anna")
    await anna.says("/start")
    say.promise("the first screen offers the trial in one tap", "Try free" in " ".join(anna.person.screen.labels))
    await anna.taps("Try free")
    say.promise(
        "one tap from /start to a key", bool(anna.messages_with("What shall we connect?")), anna.person.screen.text
    )
    say.promise("one key on each of three servers", harness.keys(anna) == ONE_ON_EACH, harness.keys(anna))
    await anna.taps("iPhone, iPad")
    link = (await anna.taps("Copy link")).copied
    say.promise("the link is an address of this system", link.startswith(f"{harness.system.base}/s/"), link)
    await _loads_in_an_app(harness, link)
    await anna.taps("QR")
    pictures = [message for message in anna.person.messages if message.photo]
    say.promise("a QR code came as a picture", len(pictures) == 1, len(pictures))
    await anna.taps("Hide")
    say.promise("and is deleted on request", not [message for message in anna.person.messages if message.photo])
    await anna.taps("Devices")
    await anna.taps("Home")
    say.promise(
        "home shows the time left", "2\u00a0d\u00a023\u00a0h" in anna.person.screen.text, anna.person.screen.text
    )
    await anna.taps("Settings")
    await anna.taps("Русский")
    say.promise("one tap changes the language", "VPN работает" in anna.person.screen.text, anna.person.screen.text)


async def three_days(harness: Harness) -> None:
    """Three days with Bella: reminders, the end, a question a day later."""
    say, bella = harness.transcript, await harness.customer("Bella")
    await harness.time_passes(2 * 24 * HOUR - MINUTE, "a minute before two days have passed")
    bella.reads()
    say.promise("no reminder comes early", not bella.messages_with("VPN switches off on"))
    await harness.time_passes(2 * MINUTE, "two minutes later")
    bella.reads()
    say.promise("a reminder a day before", len(bella.messages_with("VPN switches off on")) == 1)
    await harness.time_passes(21 * HOUR, "three hours before the end")
    bella.reads()
    say.promise("and one three hours before", len(bella.messages_with("VPN switches off on")) == 2)
    await harness.time_passes(3 * HOUR, "at the end")
    bella.reads()
    say.promise("the end is notified once", len(bella.messages_with("VPN is off")) == 1)
    clients = harness.system.panels.clients(bella.user_id)
    off = {server: [client.enable for client in found] for server, found in clients.items()}
    say.promise("every panel has switched her key off", off == {server: [False] for server in ONE_ON_EACH}, off)
    await bella.says("/start")
    say.promise("her home screen says so", "VPN is off" in bella.person.screen.text, bella.person.screen.text)
    await harness.time_passes(24 * HOUR, "a day later")
    bella.reads()
    say.promise("one question a day later", len(bella.messages_with("How was the VPN?")) == 1)
    await bella.taps("Good")
    count = len(bella.person.messages)
    await harness.time_passes(30 * 24 * HOUR, "a month later")
    bella.reads()
    say.promise("and no other message", len(bella.person.messages) == count, bella.person.messages[-1].text)
    left = [entry for entry in harness.system.due.waiting() if entry.person_id == harness.person_id(bella)]
    say.promise("and no work is due for her", not left, left)


async def no_second_trial(harness: Harness) -> None:
    """Vera deletes everything and starts the bot again."""
    say, vera = harness.transcript, await harness.customer("Vera")
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
    say.promise("her link answers 404", (await harness.app_loads(link))[0] == 404)
    await vera.says("/start")
    say.promise("no second trial", "already been used" in vera.person.screen.text, vera.person.screen.text)
    say.promise("and the screen has buttons", bool(vera.person.screen.labels))


async def two_phones(harness: Harness) -> None:
    """Глеб taps on two phones at the same moment."""
    say, gleb = harness.transcript, harness.new_person("Глеб", "ru")
    await gleb.says("/start")
    say.promise("the bot uses the language of his Telegram", "Попробовать" in " ".join(gleb.person.screen.labels))
    await gleb.taps("Попробовать бесплатно", times=2, at_once=True)
    await harness.system.settle()
    trials = harness.system.ledger.entries(gleb.user_id, "trial started")
    say.promise("two phones at once: one trial", len(trials) == 1, trials)
    say.promise("and one key on each of three servers", harness.keys(gleb) == ONE_ON_EACH, harness.keys(gleb))


async def diagnosis_of_a_problem(harness: Harness) -> None:
    """Dora's VPN does not work, and the bot finds out why."""
    say, dora = harness.transcript, await harness.customer("Dora")
    await dora.taps("Home")
    await dora.taps("VPN doesn't work")
    say.promise("it sees that no app has loaded the link", "hasn't loaded your link" in dora.person.screen.text)
    link = await dora.copies_link()
    await harness.app_loads(link, "v2rayNG/1.10.30")
    await dora.taps("VPN doesn't work")
    say.promise("it sees that an app has loaded the link", "hasn't loaded" not in dora.person.screen.text)
    await dora.says("what now?")
    say.promise("an unexpected message is answered with a screen", bool(dora.person.screen.labels))


async def _loads_in_an_app(harness: Harness, link: str) -> None:
    say = harness.transcript
    harness.transcript.event("the app loads the link")
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
    say.promise("and no character that v2rayNG misreads", clean, links)
    say.promise("and a user id of its own on each server", len(users) == 3, users)
    expires = re.search(r"expire=(\d+)", headers.get("subscription-userinfo", ""))
    left = int(expires.group(1)) - harness.system.clock.now().timestamp() if expires else 0.0
    say.promise("and the app receives the end of the trial", 0 <= TRIAL.duration.total_seconds() - left < 600, left)


SCENARIOS: tuple[Scenario, ...] = (
    from_start_to_a_qr_code,
    three_days,
    diagnosis_of_a_problem,
    two_phones,
    no_second_trial,
    *DEVICE_SCENARIOS,
    *FAULT_SCENARIOS,
    *PANEL_SCENARIOS,
    *OUTAGE_SCENARIOS,
    *OPERATOR_SCENARIOS,
    *COMPENSATION_SCENARIOS,
    *PAYMENT_SCENARIOS,
    *PAYMENT_FAULT_SCENARIOS,
    *PROVIDER_SCENARIOS,
    *RECEIPT_SCENARIOS,
    *BROADCAST_SCENARIOS,
    *INVITE_SCENARIOS,
    *GIFT_SCENARIOS,
    *WINBACK_SCENARIOS,
)
