"""The data of screens: the person as of now, their links, and the settings of the deployment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Role
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, phrase


@dataclass(frozen=True, slots=True)
class View:
    """One person at the time `now`.

    `link` is the subscription link, None without a key. `languages` maps each language to its name in that language,
    `servers` the ids of the person's servers to their displayed names. `support_in_chat`: questions are relayed to
    the operators' chat. `trial` is the plan of the trial. `demo`: the keys carry no traffic. `role` is that of a
    member of the staff. `shop_name` is what the staff have saved, `apps` what they offer (`domain/offered_apps`),
    `front` where the terms are, and what they promise.
    `asks_selling` tells whether plans can be bought, which may read the table.
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
    role: Role | None = None
    shop_name: str = ""
    apps: tuple[str, ...] = ()
    front: Front = field(default_factory=Front)
    asks_selling: Callable[[], bool] = field(default=lambda: False, compare=False)

    @property
    def standing(self) -> Standing:
        """The standing of this person."""
        return standing(self.person, self.now)

    @property
    def plan(self) -> Plan:
        """The present or last plan of this person; the trial if there was none."""
        return self.person.subscription.plan or self.trial

    @property
    def selling(self) -> bool:
        """Whether plans can be bought."""
        return self.asks_selling()

    @property
    def invite_button(self) -> Button | None:
        """The button to invite friends; None while that brings nothing."""
        return INVITE if self.front.invites else None

    @property
    def plans_button(self) -> Button:
        """The button to the plans; while none can be bought, to be notified when they can."""
        return Button(phrase("button-plans" if self.selling else "button-plans-wait"), action=Action.PLANS)

    def open_in_app_url(self, app_id: str) -> str | None:
        """Return the page that opens the link in an app, because Telegram's buttons allow no other URL schemes."""
        return f"{self.link}?{urlencode({'open': app_id})}" if self.link else None

    @property
    def support(self) -> Button | None:
        """The button to write to the operators, by address or in the chat; None if neither is set up."""
        label = phrase("button-support")
        if self.support_url is not None:
            return Button(label, url=self.support_url)
        return Button(label, action=Action.SUPPORT) if self.support_in_chat else None


PAYMENTS = Button(phrase("button-payments"), action=Action.PAYMENTS)
HOME = Button(phrase("button-home"), action=Action.HOME)
CONNECT = Button(phrase("button-connect"), action=Action.CONNECT)
BROKEN = Button(phrase("button-broken"), action=Action.BROKEN)
DEVICES = Button(phrase("button-my-devices"), action=Action.DEVICES)
INVITE = Button(phrase("button-invite"), action=Action.INVITE)
SETTINGS = Button(phrase("button-settings"), action=Action.SETTINGS)
TRY = Button(phrase("button-try"), action=Action.TRY)
SERVERS = Button(phrase("button-servers"), action=Action.SERVERS.on("list"))
SHOP = Button(phrase("button-shop"), action=Action.SHOP.on("plans"))
ADMIN = Button(phrase("button-admin"), action=Action.ADMIN.on("home"))
TRY_GROUP = Button(phrase("button-group-try"), action=Action.ADMIN.on("group", "try"))
