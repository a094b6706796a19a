"""The data of a subscription link, from which the responses to apps and to browsers are built."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import assert_never

from vpnbot.domain.people.standing import Standing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.localization.formatting import format_duration, format_time
from vpnbot.localization.messages import MessageArgument, Messages
from vpnbot.usecases.keys.serve_link import ServedLink


@dataclass(frozen=True)
class LinkView:
    """The content of the link, its address, and the language of the texts.

    `trial` is what the trial grants, `apps` which apps are offered (`domain/offered_apps.py`). `carries_traffic` is
    false where the keys come from a demo panel. `limited`: the number of devices is limited to that of the plan.
    """

    served: ServedLink
    url: str
    trial: Plan
    carries_traffic: bool
    messages: Messages
    language: str
    apps: tuple[str, ...] = ()
    limited: bool = True

    @property
    def standing(self) -> Standing:
        """The standing of the person."""
        return self.served.standing

    @property
    def standing_name(self) -> str:
        """The part of message ids and CSS classes that names the standing."""
        match self.standing:
            case Standing.FIRST_KEY | Standing.KEY_AGAIN:
                return "making"
            case Standing.RUNNING | Standing.LAST_DAY | Standing.USED_UP | Standing.PAUSED:
                return str(self.standing)
            case Standing.EXPIRED | Standing.LINK_GONE:
                return "expired"
            case (
                Standing.NEW | Standing.TRIAL_USED | Standing.DELETED | Standing.UNREADABLE
            ):  # without a link, no view
                return "expired"
            case _:
                assert_never(self.standing)

    @property
    def has_keys(self) -> bool:
        """Whether the subscription works, and the link has a key for it."""
        return self.standing.works and bool(self.served.keys)

    @property
    def renews(self) -> bool:
        """Whether time is charged automatically, so that the page must not say that nothing will be charged."""
        return self.served.person.subscription.renews

    @property
    def state(self) -> str:
        """The part of message ids and CSS classes that names what the page shows: the standing, or more exactly."""
        if self.standing.works and not self.served.keys:
            return "no_server"
        return "renews" if self.standing is Standing.LAST_DAY and self.renews else self.standing_name

    @property
    def sentence(self) -> str:
        """The sentence about the standing; KEY_AGAIN has its own, because the time runs already."""
        made_again = self.standing is Standing.KEY_AGAIN
        return self.text("page-sentence-making_anew" if made_again else f"page-sentence-{self.state}")

    @property
    def title(self) -> str:
        """The title of the page: the name that the staff have saved, or that this is the VPN."""
        return self.messages.saved_name or self.text("page-title")

    @property
    def telegram_only(self) -> bool:
        """Whether the keys of the link are only for Telegram."""
        return not self.standing.opens_everything and bool(self.served.keys)

    @property
    def plan(self) -> Plan:
        """The plan of the subscription; the trial if there is none."""
        return self.served.person.subscription.plan or self.trial

    @property
    def is_trial(self) -> bool:
        """Whether this is the trial rather than a plan that was bought."""
        return self.served.person.subscription.is_trial

    @property
    def left(self) -> timedelta:
        """The time left."""
        return self.served.person.subscription.left(self.served.now)

    @property
    def whole_time(self) -> timedelta:
        """The time of which `left` is left."""
        return self.served.person.subscription.whole_time

    @property
    def limit_bytes(self) -> int | None:
        """The total traffic that was granted, in bytes, of which `used_bytes` is used; None without a limit."""
        return self.served.person.traffic_limit_bytes

    @property
    def used_bytes(self) -> int:
        """The traffic of all keys, in bytes, as last read from the panels."""
        return self.served.person.used_bytes

    def text(self, message: str, **arguments: MessageArgument) -> str:
        """Return a message with `arguments`, and with the facts that every message may use: see `_facts`."""
        return self.messages.text(self.language, message, {**self._facts, **arguments})

    @cached_property
    def _facts(self) -> dict[str, MessageArgument]:
        subscription, now = self.served.person.subscription, self.served.now
        return {
            "left": format_duration(self.messages, self.language, self.left),
            "end": self.time(subscription.ends_at or now),
            "keep": self.time(subscription.kept_until or now),
            "devices": self.plan.devices,
            "used": gigabytes(self.used_bytes),
            "limit": gigabytes(self.limit_bytes or 0),
        }

    def time(self, moment: datetime) -> str:
        """Return a time in the zone in which the chat shows it, also while the page is in another language."""
        chat = self.messages.closest(self.served.person.user.language)
        return format_time(self.messages, self.language, moment, zone_of=chat)
