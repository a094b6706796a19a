"""A user of the bot: what Telegram and the bot know about a person."""

from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.scheduling import Due


@dataclass(frozen=True, slots=True)
class User:
    """A profile. Version 0 means that nothing is stored yet; after deletion only the marks stay.

    History up to `erase_until` is being erased as long as the profile is due.
    """

    version: int = 0
    chat_id: int | None = None
    language: str | None = None
    came_from: str | None = None
    met_at: datetime | None = None
    deleted_at: datetime | None = None
    erase_until: datetime | None = None
    trial_used: bool = False
    banned: bool = False
    reachable: bool = True
    reminders: bool = True
    wants_plans: bool = False
    opinion: str | None = None
    due: Due | None = None

    @property
    def known(self) -> bool:
        """Whether there is a chat to write to: the person has used the bot and not deleted their data since."""
        return self.chat_id is not None

    def met(self, chat_id: int, language: str, came_from: str | None, now: datetime) -> "User":
        """Return the user after first contact, or after a return from deletion with only the marks kept."""
        return User(
            version=self.version,
            chat_id=chat_id,
            language=language,
            came_from=came_from,
            met_at=now,
            trial_used=self.trial_used,
            banned=self.banned,
            erase_until=self.erase_until,
            due=self.due,
        )

    def deleted(self, now: datetime, erase: Due) -> "User":
        """Return what stays after a deletion: the trial and ban marks, and the due work of erasing the history."""
        return User(
            version=self.version,
            deleted_at=now,
            erase_until=now,
            trial_used=self.trial_used,
            banned=self.banned,
            reachable=False,
            due=erase,
        )

    def reached(self, reachable: bool) -> "User":
        """Return the user with whether messages to them can be delivered."""
        return replace(self, reachable=reachable)
