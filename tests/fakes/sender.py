"""Telegram as the outbox sees it: a list of what was said, and the ways in which it refuses."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.faults import Faults
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.person import Person


@dataclass(frozen=True)
class Said:
    """One message that reached a chat."""

    person_id: PersonId
    kind: NotificationKind
    at: datetime


@dataclass
class RecordingSender:
    """Faults at `say.before` refuse a message; at `say.after` it arrived but the answer is lost."""

    faults: Faults = field(default_factory=Faults)
    said: list[Said] = field(default_factory=list)
    blocked: BaseException | None = None

    def notify(self, person: Person, notice: Notification, now: datetime) -> None:
        """Say it."""
        assert person.user.chat_id is not None, "somebody without a chat was written to"
        self.faults.reached("say.before")
        if self.blocked is not None:
            raise self.blocked
        self.said.append(Said(person.id, notice.kind, now))
        self.faults.reached("say.after")

    def kinds(self) -> list[NotificationKind]:
        """Return what was said, in order."""
        return [said.kind for said in self.said]
