"""A notification sender that pauses after a call that Telegram did not answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.person import Person
from vpnbot.errors import TelegramNotCalled, TelegramSilent
from vpnbot.usecases.ports import NotificationSender

PAUSE = timedelta(seconds=30)


class TelegramPause:
    """Until when Telegram is not called, because the last call was not answered; kept while the process lives."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until: datetime | None = None

    def left(self) -> timedelta:
        """Return how long the pause lasts from now."""
        now = self._clock()
        with self._lock:
            return max((self._until or now) - now, timedelta())

    def begin(self) -> None:
        """Pause from now on."""
        with self._lock:
            self._until = self._clock() + PAUSE


class PausingSender:
    """Implements the port `NotificationSender`; with it due work needs no time for a Telegram that does not answer.

    An end of an access is applied at once, and only its notification waits: otherwise each worker would wait for
    Telegram's time-out at every end.
    """

    def __init__(self, sender: NotificationSender, pause: TelegramPause) -> None:
        self._sender = sender
        self._pause = pause

    def notify(self, person: Person, notification: Notification, now: datetime) -> None:
        """Send one notification.

        Raises:
            TelegramNotCalled: a call less than `PAUSE` ago was not answered.
            Unreachable, TelegramUnavailable, TelegramSilent, Misconfigured, MessageRefused: see the port.
        """
        left = self._pause.left()
        if left:
            raise TelegramNotCalled("not called, because the last call was not answered", after=left)
        try:
            self._sender.notify(person, notification, now)
        except TelegramSilent:
            self._pause.begin()
            raise
