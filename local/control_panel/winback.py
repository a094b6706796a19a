"""Brings a person of the demo to the discount to come back; `growth.py` describes its request."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from local.clock import VirtualClock
from local.control_panel.chat_steps import buttons, buys
from local.ledger_view import LedgerView
from local.telegram.fake_telegram import FakeTelegram
from local.telegram.person import Person
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.people.user import User
from vpnbot.domain.people.winning_back import was_paid
from vpnbot.domain.shop import SHOP
from vpnbot.domain.subscriptions.status import RUNNING, Status
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.winback import AGAIN_AFTER, Winback, WinbackState
from vpnbot.storage.conversions import converter
from vpnbot.storage.plans.records import SETTINGS
from vpnbot.storage.table import from_text

_STOPS = 8
"""The end, the day of the offer, and the times until which that day is postponed."""
_JUST_AFTER = timedelta(seconds=1)


class WinbackAnswer(StrEnum):
    """What has come of it. All but the first: why there is no offer."""

    OFFERED = "offered"
    OFF = "off"
    """The operator has turned such offers off."""
    BLOCKED = "blocked"
    NEWS = "news"
    """The person has stopped news."""
    PAUSED = "paused"
    RECENT = "recent"
    """The person had an offer within 180 days."""
    RENEWS = "renews"
    """The time of the person has no end, because it renews."""
    NOT_SOLD = "not_sold"
    NOT_YET = "not_yet"
    """The steps were played and time has passed, but something holds the offer back, such as an injected fault."""


class WinbackInUse(Protocol):
    """What this uses of the running system."""

    clock: VirtualClock
    telegram: FakeTelegram
    ledger: LedgerView

    async def settle(self) -> None:
        """Do all work that is due now."""
        ...

    async def advance(self, by: timedelta) -> None:
        """Advance virtual time while everything runs."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What the table has of a person that decides about the offer. `winback_due` is when it is decided again."""

    user: User | None
    subscription: Subscription | None
    winback: Winback | None
    winback_due: datetime | None

    @classmethod
    def of(cls, items: Mapping[str, Mapping[str, Any]]) -> "_Known":
        """Read it from a person's items."""
        due = items.get("WINBACK", {}).get("due_at")
        return cls(
            _structured(items, "USER", User),
            _structured(items, "SUB", Subscription),
            _structured(items, "WINBACK", Winback),
            from_text(str(due)) if due else None,
        )

    @property
    def ends_at(self) -> datetime | None:
        """When the time ends that the person has now."""
        runs = self.subscription is not None and self.subscription.status in RUNNING
        return self.subscription.ends_at if self.subscription is not None and runs else None

    @property
    def has_to_buy(self) -> bool:
        """Whether no offer would follow the end of the present time, or there is none and no offer waits."""
        if self.ends_at is None:
            return self.winback_due is None
        return self.subscription is None or not was_paid(self.subscription)

    def offered_since(self, moment: datetime) -> bool:
        """Return whether the person was offered a discount after a moment."""
        winback = self.winback
        if winback is None or winback.state is not WinbackState.OFFERED or winback.offered_at is None:
            return False
        return winback.offered_at >= moment

    def refusal(self, now: datetime) -> WinbackAnswer | None:
        """Return why the person gets no offer; None: it is possible."""
        user, subscription = self.user, self.subscription
        last = None if user is None else user.winback_at
        suspended = subscription is not None and subscription.status is Status.SUSPENDED
        conditions = {
            WinbackAnswer.PAUSED: suspended or (user is not None and user.banned),
            WinbackAnswer.NEWS: user is not None and not user.news,
            WinbackAnswer.RECENT: last is not None and (self.ends_at or now) < last + AGAIN_AFTER,
            WinbackAnswer.RENEWS: self.ends_at is not None and subscription is not None and subscription.renews,
        }
        return next((answer for answer, applies in conditions.items() if applies), None)


class WinbackSteps:
    """Lets a person pay for time, lets the time end, and goes on until the offer has come."""

    def __init__(self, system: WinbackInUse) -> None:
        self._system = system

    async def play(self, person: Person) -> WinbackAnswer:
        """Play the steps that are missing, and return what has come of them.

        Raises:
            ValueError: a screen does not have what the steps need, or too much is due meanwhile.
            NoInvoiceError, BalanceTooLow: the purchase cannot be paid.
        """
        if person.account.blocked:
            return WinbackAnswer.BLOCKED
        if await asyncio.to_thread(self._off):
            return WinbackAnswer.OFF
        known = await self._known(person)
        refusal = known.refusal(self._system.clock.now())
        if refusal is None and known.has_to_buy:
            refusal = await self._buys(person)
        return refusal or await self._waits(person)

    def _off(self) -> bool:
        stored = self._system.ledger.item(SHOP, SETTINGS).get("body")
        return (
            stored is not None and stored.get("winback") != Switch.ON
        )  # a new demo has nothing stored, and it is on

    async def _known(self, person: Person) -> _Known:
        return _Known.of(await asyncio.to_thread(self._system.ledger.items, person.user_id))

    async def _buys(self, person: Person) -> WinbackAnswer | None:
        if not person.account.started:
            await person.sends("/start")
        await person.sends("/plans")
        if not any(button.value.startswith("buy:") for button in buttons(person.screen)):
            return WinbackAnswer.NOT_SOLD
        await buys(person, self._system.telegram, self._system.settle)
        return None

    async def _waits(self, person: Person) -> WinbackAnswer:
        """Let time pass until the offer has come: to the end, and to the day and hour that the use cases choose."""
        began = self._system.clock.now()
        for _ in range(_STOPS):
            known = await self._known(person)
            if known.offered_since(began):
                return WinbackAnswer.OFFERED
            following = known.ends_at or known.winback_due
            if following is None:
                return known.refusal(began) or WinbackAnswer.NOT_YET
            now = self._system.clock.now()
            await self._system.advance(max(following - now, timedelta()) + _JUST_AFTER)
        return WinbackAnswer.NOT_YET


def _structured[T](items: Mapping[str, Mapping[str, Any]], key: str, kind: type[T]) -> T | None:
    """Return one item of a person, without what its record has outside its body; None if there is none."""
    return converter.structure(items[key]["body"], kind) if key in items else None
