"""A notification sender that keeps a list of what it sent, with injected faults."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.faults import Faults
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.person import Person


@dataclass(frozen=True)
class SentNotification:
    """One notification that reached a chat."""

    person_id: PersonId
    kind: NotificationKind
    at: datetime
    arguments: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass
class RecordingSender:
    """A fault at `say.before` rejects a message; with one at `say.after` it arrives, but the answer is lost.

    The next call calls `during` once, after the message has arrived and before the answer.
    """

    faults: Faults = field(default_factory=Faults)
    said: list[SentNotification] = field(default_factory=list)
    blocked: BaseException | None = None
    during: Callable[[], None] | None = None

    def notify(self, person: Person, notification: Notification, now: datetime) -> None:
        """Record the notification as sent."""
        assert person.user.chat_id is not None, "a person without a chat cannot be messaged"
        self.faults.reached("say.before")
        if self.blocked is not None:
            raise self.blocked
        self.said.append(SentNotification(person.id, notification.kind, now, notification.arguments))
        if self.during is not None:
            interrupt, self.during = self.during, None
            interrupt()
        self.faults.reached("say.after")

    def kinds(self) -> list[NotificationKind]:
        """Return the kinds of the sent notifications, in order."""
        return [sent.kind for sent in self.said]
