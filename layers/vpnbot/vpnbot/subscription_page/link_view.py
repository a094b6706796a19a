"""A link that was opened, as both kinds of answer look at it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import LAST_DAY, Status
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.localization.formatting import format_duration, format_time
from vpnbot.localization.messages import MessageArgument, Messages
from vpnbot.usecases.keys.serve_link import ServedLink


class Standing(StrEnum):
    """How a subscription stands, for whoever looks at its link."""

    MAKING = "making"
    RUNNING = "running"
    LAST_DAY = "last_day"
    EXPIRED = "expired"
    USED_UP = "used_up"
    PAUSED = "paused"

    @property
    def lets_through(self) -> bool:
        """Whether the keys open everything, as far as there are any."""
        return self in {Standing.MAKING, Standing.RUNNING, Standing.LAST_DAY}


@dataclass(frozen=True)
class LinkView:
    """What the link shows, its own address, and the language to say it in.

    `carries_traffic` is false where the keys come from a demo panel.
    """

    served: ServedLink
    url: str
    carries_traffic: bool
    messages: Messages
    language: str

    @property
    def standing(self) -> Standing:
        """How the subscription stands."""
        subscription, now = self.served.person.subscription, self.served.now
        if self.served.person.paused:
            return Standing.PAUSED
        if subscription.waits_for_key:
            return Standing.MAKING
        if not subscription.entitled(now):
            return Standing.EXPIRED
        if self.served.person.traffic_used_up:
            return Standing.USED_UP
        if not self.served.keys:
            return Standing.MAKING
        return Standing.LAST_DAY if self.left <= LAST_DAY else Standing.RUNNING

    @property
    def sentence(self) -> str:
        """What the page says about it; while time runs, a key that is made anew is not what starts it."""
        anew = self.standing is Standing.MAKING and not self.served.person.subscription.waits_for_key
        return self.say("page-sentence-making_anew" if anew else f"page-sentence-{self.standing}")

    @property
    def works(self) -> bool:
        """Whether there is something to connect with."""
        return self.standing in {Standing.RUNNING, Standing.LAST_DAY}

    @property
    def telegram_only(self) -> bool:
        """Whether Telegram can be reached although all else is over."""
        return not self.standing.lets_through and bool(self.served.keys)

    @property
    def plan(self) -> Plan:
        """What was granted."""
        return self.served.person.subscription.plan or TRIAL

    @property
    def on_trial(self) -> bool:
        """Whether this is the trial rather than something bought."""
        return self.served.person.subscription.status is Status.TRIAL or self.plan.id == TRIAL.id

    @property
    def left(self) -> timedelta:
        """The time left."""
        return self.served.person.subscription.left(self.served.now)

    @property
    def used_bytes(self) -> int:
        """The traffic of all keys, as of when the panels were last asked."""
        return self.served.person.used_bytes

    def say(self, message: str, **arguments: MessageArgument) -> str:
        """Return a message, with what any message may want to tell: the names in `_known`."""
        return self.messages.text(self.language, message, {**self._known, **arguments})

    @cached_property
    def _known(self) -> dict[str, MessageArgument]:
        subscription, now = self.served.person.subscription, self.served.now
        return {
            "left": format_duration(self.messages, self.language, self.left),
            "end": format_time(self.messages, self.language, subscription.ends_at or now),
            "keep": format_time(self.messages, self.language, subscription.kept_until or now),
            "devices": self.plan.devices,
            "used": gigabytes(self.used_bytes),
            "limit": gigabytes(self.plan.traffic_limit_bytes or 0),
        }
