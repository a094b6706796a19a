"""One update of one person: who it is, what it may decide, and the screens as they are true for them."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.telegram.bot_api.incoming import Secret
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.messages.view import View
from vpnbot.telegram.messages.view_factory import Links
from vpnbot.usecases.ports import Session, Shop


@dataclass(frozen=True, slots=True)
class Visit:
    """What a handler is given. `cause` names the update for the ledger; `user_id` is whom Telegram names.

    `secret` is what was written where a secret was asked for: the update itself holds it no more.
    """

    session: Session
    shop: Shop
    links: Links
    cause: str
    user_id: int
    public_url: str | None
    secret: Secret | None = None
    others: list[Session] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """The person as of the last load or commit, and as time has left them."""
        return self.session.person.at(self.now)

    @property
    def now(self) -> datetime:
        """The time."""
        return self.shop.clock()

    @property
    def administers(self) -> bool:
        """Whether this is one of those who run the shop."""
        return self.user_id in self.links.admin_ids

    @property
    def actor(self) -> str:
        """Who decides, as the ledger of the servers names them."""
        return f"admin:{self.session.person.id}"

    def view(self) -> View:
        """Return what screens are drawn from."""
        view = self.links.view(self.person, self.now, self.public_url)
        return replace(view, administers=True) if self.administers else view

    def open(self, person_id: PersonId) -> Session:
        """Load somebody else, whose new notices will be delivered with this visit's own."""
        session = self.shop.people.open(person_id)
        self.others.append(session)
        return session

    def home(self, toast: str | None = None, *, alert: bool = False) -> Show:
        """Return the home screen; `alert` has the toast confirmed."""
        return Show(home(self.view()), toast=phrase(toast) if toast else None, alert=alert)

    def lost(self) -> Show:
        """Return the gentle way on from a button or message that leads nowhere any more."""
        heading: Phrase = phrase("here-is-current")
        return Show(home(self.view()).headed(heading), toast=phrase("toast-welcome-back"))
