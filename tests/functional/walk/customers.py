"""What customers do in a random walk: they tap, write, pay, use traffic, block the bot, and come back."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.functional.conversation.harness import ChatUser, Update
from tests.functional.usecases.purchases import GB, LIMITED, MONTH, buys, refunds
from vpnbot.domain.people.standing import Standing, standing
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.errors import AlreadyDecided, Rejected, VpnbotError

if TYPE_CHECKING:
    from tests.functional.walk.random_walk import RandomWalk

HOUR = Plan("hour", timedelta(hours=1), devices=1, keys=2)
WEEK = Plan("week", timedelta(days=7), devices=3, keys=2, traffic_limit_bytes=20 * GB)
PLANS = (MONTH, LIMITED, HOUR, WEEK)
NEEDY = {Standing.EXPIRED, Standing.USED_UP, Standing.LAST_DAY, Standing.LINK_GONE}
TEXTS = ("/start", "/start", "/start", "/help", "Hello?", "VPN is off", "/servers", "🙂")
RARELY = ("delete_all", "lang:", "servers:lost_now", "servers:remove_now", "servers:drain_now")
"""Callback data of buttons that a person taps only one time in ten that chance chooses them."""


class Customers:
    """The acts of the people of a walk."""

    def __init__(self, walk: "RandomWalk") -> None:
        self.walk = walk
        self.sim = walk.sim
        self.chance = walk.sim.chance
        self._numbers = itertools.count(1)

    def act(self, user: ChatUser) -> None:
        """Let a person tap a button or send a text."""
        update = self.next_update(user)
        if user.user_id in self.sim.telegram.blocked:
            if self.chance.random() < 0.9:
                return
            self.unblocks(user)
        self.sim.send(user.user_id, update)

    def next_update(self, user: ChatUser) -> Update:
        """Return a tap on a button in one of the newest messages, sometimes on an old screen, or a text."""
        recent = user.chat[-3:] if self.chance.random() < 0.9 else user.chat[-30:]
        buttons = [
            (message.id, button.callback_data)
            for message in recent
            for row in message.buttons
            for button in row
            if button.callback_data
        ]
        if not buttons or self.chance.random() < 0.15:
            text = self.chance.choice(TEXTS)
            self.sim.note(f"{user.user_id} sends {text}")
            entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
            return user.message(text=text, entities=entities)
        tapped = self._usable(buttons)
        self.sim.note(f"{user.user_id} taps {tapped[1]}")
        return user.tap(tapped[1], tapped[0])

    def _usable(self, buttons: list[tuple[int, str]]) -> tuple[int, str]:
        for _ in range(5):
            chosen = self.chance.choice(buttons)
            if not chosen[1].startswith(RARELY) or self.chance.random() < 0.1:
                break
        return chosen

    def pays(self, user: ChatUser) -> None:
        """Apply a purchase, as often as it takes; now and then it is refunded later."""
        plan, number = self.chance.choice(PLANS), str(next(self._numbers))
        self.sim.note(f"{user.user_id} pays for {plan.id}")
        if self.sim.shop.look(user.user_id).user.known:
            self._applied(user, plan, number)
            if self.chance.random() < 0.25:
                part = self.chance.choice((Fraction(1, 30), Fraction(1, 2), Fraction(1)))
                delay = timedelta(hours=self.chance.uniform(0, 200))
                self.sim.after(delay, lambda: self._refunded(user, part, number))

    def _applied(self, user: ChatUser, plan: Plan, number: str) -> None:
        done = False
        with self.sim.invocation(), suppress(AlreadyDecided):
            buys(self.sim.shop, plan, number, user.user_id)
            done = True
        known = f"payment:demo:{number}:succeeded" in self.sim.shop.history(user.user_id)
        if not done and not known:
            self.sim.after(timedelta(minutes=2), lambda: self._applied(user, plan, number))

    def _refunded(self, user: ChatUser, part: Fraction, number: str) -> None:
        self.sim.note(f"{user.user_id} gets a refund")
        done = False
        with self.sim.invocation():
            with suppress(AlreadyDecided, Rejected):
                refunds(self.sim.shop, part, number, user.user_id)
            done = True
        if not done:
            self.sim.after(timedelta(minutes=2), lambda: self._refunded(user, part, number))

    def deletes(self, user: ChatUser) -> None:
        """Let a person delete all data, and perhaps tap an old button afterwards."""
        self.sim.note(f"{user.user_id} deletes everything")
        for data in ("settings", "delete", "delete_all"):
            self.sim.send(user.user_id, user.tap(data, user.chat[-1].id if user.chat else 1))

    def rotates(self, user: ChatUser) -> None:
        """Let a person replace the link, with a double tap."""
        key = self.sim.shop.look(user.user_id).subscription.key
        if key is not None and user.chat:
            self.sim.note(f"{user.user_id} rotates")
            for _ in range(2):
                self.sim.send(user.user_id, user.tap(f"rotate:{key.tag}", user.chat[-1].id))

    def in_need(self, user: ChatUser) -> bool:
        """Tell whether the person's time or traffic is over, or will soon be, so that a purchase is likely."""
        person, now = self.sim.shop.look(user.user_id), self.sim.clock()
        return standing(person.as_of(now), now) in NEEDY

    def loads_link(self, user: ChatUser) -> None:
        """Let the person's app load the link."""
        if self.sim.shop.look(user.user_id).subscription.key is not None:
            self.sim.shop.connects(user.user_id)

    def use_traffic(self) -> None:
        """Let some keys carry traffic; a panel's counter may also jump back, or be negative."""
        for client in self.sim.shop.panel.enabled():
            luck = self.chance.random()
            if luck < 0.3:
                client.used_bytes += round(self.chance.choice((0.1, 1, 3)) * GB)
            elif luck < 0.31:
                client.used_bytes = self.chance.choice((0, -5, client.used_bytes // 3))
        self.sim.shop.panel.switch_off_depleted()

    def blocks(self, user: ChatUser) -> None:
        """Let a person block the bot."""
        self.sim.note(f"{user.user_id} blocks the bot")
        self.sim.telegram.blocked.add(user.user_id)
        self.sim.send(user.user_id, self._membership(user, "kicked"))

    def unblocks(self, user: ChatUser) -> None:
        """Let a person allow the bot again."""
        self.sim.note(f"{user.user_id} allows the bot again")
        self.sim.telegram.blocked.discard(user.user_id)
        self.sim.send(user.user_id, self._membership(user, "member"))

    def _membership(self, user: ChatUser, status: str) -> Update:
        bot = {"id": 4242, "is_bot": True, "first_name": "B"}
        old = "member" if status == "kicked" else "kicked"
        change = {
            "chat": {"id": user.user_id, "type": "private"},
            "from": user.user(),
            "date": int(self.sim.clock().timestamp()),
            "old_chat_member": self._member(bot, old),
            "new_chat_member": self._member(bot, status),
        }
        return {"update_id": self.sim.harness.update_id(), "my_chat_member": change}

    def _member(self, bot: dict[str, object], status: str) -> dict[str, object]:
        return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    def interrupt(self) -> None:
        """Do something of the same or another person, or of a worker, while a process is at a fault point."""
        shop, user = self.sim.shop, self._same_or_another()
        choice = self.chance.choice(("tap", "tap", "tap", "work", "work", "work", "pay", "pay", "pause", "traffic"))
        if choice == "tap":
            update = self._tap_of_service(user) if self.chance.random() < 0.5 else self.next_update(user)
            self.sim.at_the_same_time(lambda: self.sim.receive_elsewhere(update))
        elif choice == "work":
            self.sim.at_the_same_time(self._works)
        elif choice == "pause":
            self.sim.at_the_same_time(lambda: self.walk.operators.pauses_or_resumes(user))
        elif choice == "pay" and shop.look(user.user_id).user.known:
            number = str(next(self._numbers))
            self.sim.note(f"{user.user_id} pays meanwhile")
            self.sim.at_the_same_time(lambda: _suppressed(lambda: buys(shop, MONTH, number, user.user_id)))
        else:
            self.use_traffic()

    def _tap_of_service(self, user: ChatUser) -> Update:
        """Return a tap that decides something."""
        key = self.sim.shop.look(user.user_id).subscription.key
        data = ["try", "refresh", "broken", "plans", "check", "lang:ru", *([f"rotate:{key.tag}"] if key else [])]
        if self.chance.random() < 0.05:
            data = ["delete_all"]
        return user.tap(self.chance.choice(data), user.chat[-1].id if user.chat else 1)

    def _same_or_another(self) -> ChatUser:
        """Return the person on whom a process works at this moment, or by chance another one."""
        same = [user for user in self.walk.people if self.sim.shop.person_id(user.user_id) == self.sim.acting]
        return same[0] if same and self.chance.random() < 0.8 else self.chance.choice(self.walk.people)

    def _works(self) -> None:
        shop = self.sim.shop
        if shop.queue.claims and self.sim.workers_run:
            self.sim.work(shop.queue.claims.pop(0))


def _suppressed(act: Callable[[], object]) -> None:
    with suppress(VpnbotError):
        act()
