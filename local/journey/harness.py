"""What a scenario uses: a running system, a transcript, and people whose actions the transcript records."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import ClientSession, ClientTimeout

from local.journey.transcript import Transcript
from local.panels import INITIAL_LOCATIONS
from local.system import SUPPORT_CHAT_ID, System
from local.telegram.person import Person, TapOutcome
from local.telegram.screen import SeenMessage

ONE_ON_EACH = {location.server_id: 1 for location in INITIAL_LOCATIONS}
"""The keys of a person who has one on every server."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of a scenario; the transcript records each action and what the phone shows after it."""

    person: Person
    transcript: Transcript

    @property
    def name(self) -> str:
        """The person's first name."""
        return self.person.account.first_name

    @property
    def user_id(self) -> int:
        """The person's Telegram id."""
        return self.person.user_id

    async def says(self, text: str) -> None:
        """Write to the bot."""
        self.transcript.does(self.name, f"» {text}")
        await self.person.sends(text)
        self.transcript.shows(self.person)

    async def says_secret(self, text: str, what: str) -> None:
        """Write a secret to the bot; the transcript shows only its description (`what`)."""
        self.transcript.does(self.name, f"» ({what})")
        await self.person.sends(text)
        self.transcript.shows(self.person)

    async def taps(
        self, label: str, *, on: SeenMessage | None = None, times: int = 1, at_once: bool = False
    ) -> TapOutcome:
        """Tap a button."""
        self.transcript.does(self.name, f"taps {label}" + (f", {times} times at once" if times > 1 else ""))
        outcome = await self.person.taps(label, on=on, times=times, at_once=at_once)
        self.transcript.alert(outcome.text)
        self.transcript.shows(self.person)
        return outcome

    async def picks(self, label: str, person: "Actor") -> None:
        """Press a button below the input, and choose a person in the list that opens."""
        self.transcript.does(self.name, f"presses {label}, and chooses {person.name}")
        await self.person.presses(label, choosing=[person.person])
        self.transcript.shows(self.person)

    def reads(self) -> None:
        """Read the phone: the transcript shows the messages that are new or changed."""
        self.transcript.shows(self.person)

    async def copies_link(self) -> str:
        """Go from the home screen to the link, copy it and return it."""
        await self.says("/start")
        await self.taps("Connect")
        await self.taps("Android")
        return (await self.taps("Copy link")).copied

    def messages_with(self, words: str) -> list[SeenMessage]:
        """Return the bot's messages that contain these words."""
        return [message for message in self.person.messages if message.from_bot and words in message.text]


@dataclass(frozen=True, slots=True)
class Harness:
    """Everything a scenario needs."""

    system: System
    transcript: Transcript

    def new_person(self, name: str, language: str = "en") -> Actor:
        """Return a new person with a phone."""
        return Actor(self.system.person(name, language), self.transcript)

    async def customer(self, name: str) -> Actor:
        """Return a new person who has started the bot and taken the trial."""
        customer = self.new_person(name)
        await customer.says("/start")
        await customer.taps("Try free")
        return customer

    def operator(self) -> Actor:
        """Return the operator."""
        return Actor(self.system.telegram.person_by_id(SUPPORT_CHAT_ID), self.transcript)

    async def time_passes(self, by: timedelta, words: str) -> None:
        """Advance virtual time while everything runs."""
        self.transcript.event(words)
        await self.system.advance(by)

    async def outage(self, by: timedelta, words: str) -> None:
        """Advance virtual time while no function runs."""
        self.transcript.event(words)
        await self.system.outage(by)

    async def app_loads(
        self, link: str, user_agent: str = "Happ/3.9.1/ios", device: Mapping[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """Load a subscription link as a VPN app does; return status, body and headers.

        `device` are the headers with which the app says which device it runs on.
        """
        asked = {"User-Agent": user_agent, "Accept": "*/*", **(device or {})}
        timeout = ClientTimeout(total=30)
        async with ClientSession(timeout=timeout) as session, session.get(link, headers=asked) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return response.status, await response.text(), headers

    async def share_links(self, link: str, user_agent: str = "Happ/3.9.1/ios") -> list[str]:
        """Return the share links that an app on Xray-core loads from a subscription link; empty without a list."""
        status, body, _ = await self.app_loads(link, user_agent)
        return base64.b64decode(body).decode().splitlines() if status == 200 else []

    def keys(self, actor: Actor) -> dict[str, int]:
        """Return the number of a person's clients by server; servers without one are left out."""
        return self.system.panels.keys(actor.user_id)

    def decisions(self, actor: Actor, update_id: int) -> int:
        """Return the number of decisions of an update."""
        return self.system.ledger.times_done(actor.user_id, f"update:{self.system.secrets.bot_id}:{update_id}")

    def deliveries(self, update_id: int) -> int:
        """Return the number of times that Telegram delivered an update."""
        return len(self.system.telegram.journal.deliveries_of(update_id))

    def person_id(self, actor: Actor) -> str:
        """Return the id of a person in the table."""
        return self.system.ledger.ring.person_id(actor.user_id)
