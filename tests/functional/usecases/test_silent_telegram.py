"""While Telegram does not answer, ends of access are applied at once; only their notifications wait."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import TelegramSilent, TelegramUnavailable
from vpnbot.telegram.messages.pausing_sender import PAUSE, PausingSender, TelegramPause
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.run_due import run_due

PEOPLE = 60
END = START + timedelta(days=3)
TIMEOUT = timedelta(seconds=8)


class HangingTelegram:
    """Each call takes until the time-out, and is not answered, until `works`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.works = False
        self.calls = 0

    def notify(self, person: Person, notification: Notification, now: datetime) -> None:
        """Wait for the time-out, or send."""
        if self.works:
            self._shop.sender.notify(person, notification, now)
            return
        self.calls += 1
        self._shop.clock.advance(TIMEOUT)
        raise TelegramSilent("timed out")


def work(shop: Shop, sender: PausingSender) -> None:
    """Dispatch what is due, and do it in one process."""
    dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
    for item in shop.queue.take():
        run_due(item, replace(shop.worker_ports, sender=sender), shop.pace)


def test_ends_do_not_wait_for_a_telegram_that_hangs(shop: Shop) -> None:
    for user_id in range(1, PEOPLE + 1):
        shop.on_trial(user_id)
    shop.until(END - timedelta(seconds=1))
    shop.sender.said.clear()
    shop.clock.now = END
    telegram = HangingTelegram(shop)
    sender = PausingSender(telegram, TelegramPause(shop.clock))
    work(shop, sender)
    assert {shop.look(user_id).subscription.status for user_id in range(1, PEOPLE + 1)} == {Status.EXPIRED}
    assert list(shop.panel.enabled()) == []
    assert shop.clock.now - END <= TIMEOUT, "one call, and then none for a while"
    telegram.works = True
    for _ in range(15):
        shop.clock.advance(timedelta(minutes=1))
        work(shop, sender)
    assert shop.sender.kinds() == [NotificationKind.EXPIRY] * PEOPLE


def test_a_pause_ends(shop: Shop) -> None:
    pause = TelegramPause(shop.clock)
    assert not pause.left()
    pause.begin()
    assert pause.left() == PAUSE
    shop.clock.advance(PAUSE)
    assert not pause.left()


def test_a_chat_that_is_asked_to_wait_does_not_stop_the_others(shop: Shop) -> None:
    shop.arrives()
    person = shop.look()
    shop.sender.blocked = TelegramUnavailable("429")
    pause = TelegramPause(shop.clock)
    message = Notification("1", NotificationKind.EXPIRY, END, {})
    with pytest.raises(TelegramUnavailable):
        PausingSender(shop.sender, pause).notify(person, message, shop.clock())
    assert not pause.left()
