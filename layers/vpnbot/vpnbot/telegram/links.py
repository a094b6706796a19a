"""Where our links lead, and what the operator has set up: the part of a view that is the same for everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.keys import KeyRing
from vpnbot.domain.person import Person
from vpnbot.telegram.screens.view import View
from vpnbot.wording import Wording


@dataclass(frozen=True, slots=True)
class Links:
    """Makes views."""

    ring: Callable[[], KeyRing]
    wording: Wording
    public_url: str | None
    support_url: str | None
    support_chat_id: int | None

    def view(self, person: Person, now: datetime, public_url: str | None = None) -> View:
        """Return a person's view. `public_url` is the request's own domain, where none is configured."""
        return View(
            person=person,
            now=now,
            language=self.language_of(person),
            languages=self.wording.names,
            link=self._link(person, self.public_url or public_url),
            support_url=self.support_url,
            support_in_chat=self.support_chat_id is not None,
            demo=self._demo(person),
        )

    def language_of(self, person: Person) -> str:
        """Return the language to speak with a person."""
        return person.user.language or self.wording.closest(None)

    def _link(self, person: Person, public_url: str | None) -> str | None:
        key = person.subscription.key
        if key is None or public_url is None:
            return None
        return f"{public_url}/s/{self.ring().link_token(person.id, key)}"

    @staticmethod
    def _demo(person: Person) -> bool:
        return any(a.endpoint is not None and not a.endpoint.carries_traffic for a in person.living_accesses)
