"""What every screen is drawn from: the person as of now, and where our links lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, phrase


@dataclass(frozen=True, slots=True)
class View:
    """One person at one moment.

    `link` is their subscription link, None while they have no key; `languages` maps each language to its own name,
    `servers` each of the person's servers to what they call it. `trial` is what the trial grants. `administers`:
    this person is an administrator.
    """

    person: Person
    now: datetime
    language: str
    languages: Mapping[str, str]
    link: str | None
    support_url: str | None
    support_in_chat: bool
    trial: Plan
    demo: bool = False
    servers: Mapping[str, str] = field(default_factory=dict)
    administers: bool = False

    @property
    def standing(self) -> Standing:
        """How this person stands."""
        return standing(self.person, self.now)

    @property
    def plan(self) -> Plan:
        """What this person has, or had; the trial before that."""
        return self.person.subscription.plan or self.trial

    def open_in_app_url(self, app_id: str) -> str | None:
        """Return the page of ours that opens the link in an app; Telegram's buttons cannot carry app schemes."""
        return f"{self.link}?{urlencode({'open': app_id})}" if self.link else None

    @property
    def support(self) -> Button | None:
        """💬 Write to us, in the way that the operator has set up."""
        label = phrase("button-support")
        if self.support_url is not None:
            return Button(label, url=self.support_url)
        return Button(label, action=Action.SUPPORT) if self.support_in_chat else None


HOME = Button(phrase("button-home"), action=Action.HOME)
CONNECT = Button(phrase("button-connect"), action=Action.CONNECT)
BROKEN = Button(phrase("button-broken"), action=Action.BROKEN)
SETTINGS = Button(phrase("button-settings"), action=Action.SETTINGS)
TRY = Button(phrase("button-try"), action=Action.TRY)
PLANS = Button(phrase("button-plans-wait"), action=Action.PLANS)
SERVERS = Button(phrase("button-servers"), action=Action.SERVERS.on("list"))
