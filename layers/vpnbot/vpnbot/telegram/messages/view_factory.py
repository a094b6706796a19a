"""The factory of views: the settings of the deployment, which are the same for every person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from vpnbot.domain.keys.key_ring import KeyRing, link_url
from vpnbot.domain.payments.shop_settings import Front, ShopSettings
from vpnbot.domain.people.person import Person
from vpnbot.localization.messages import Messages
from vpnbot.localization.server_names import server_names
from vpnbot.telegram.messages.view import View


@dataclass(frozen=True, slots=True)
class ViewFactory:
    """Builds views.

    `public_url` is scheme and host of links. `first` is what customers see by the parameters of the deployment, and
    `settings` returns the settings of the shop, which override it. `selling` tells whether plans can be bought.
    """

    ring: Callable[[], KeyRing]
    messages: Messages
    public_url: str | None
    support_chat_id: int | None
    first: Front = field(default_factory=Front)
    settings: Callable[[], ShopSettings] = ShopSettings
    admin_ids: frozenset[int] = frozenset()
    selling: Callable[[], bool] = lambda: False

    def view(self, person: Person, now: datetime, public_url: str | None = None) -> View:
        """Return the view of a person. `public_url` is that of the request, used if none is configured."""
        language, front = self.language_of(person), self.front
        return View(
            person=person,
            now=now,
            language=language,
            languages=self.messages.names,
            link=self._link(person, self.public_url or public_url),
            support_url=front.support_url,
            support_in_chat=self.support_chat_id is not None,
            trial=front.trial,
            demo=not person.carries_traffic,
            servers=self._servers(person, language),
            shop_name=front.name,
            apps=front.apps,
            front=front,
            asks_selling=self.selling,
        )

    @property
    def front(self) -> Front:
        """What customers see of the shop, as known up to 30 seconds ago."""
        return self.first.with_settings(self.settings())

    def language_of(self, person: Person) -> str:
        """Return the language of the messages to a person."""
        return person.user.language or self.messages.closest(None)

    def _link(self, person: Person, public_url: str | None) -> str | None:
        key = person.subscription.key
        if key is None or public_url is None:
            return None
        return link_url(public_url, self.ring().link_token(person.id, key))

    def _servers(self, person: Person, language: str) -> dict[str, str]:
        shown = {a.server_id: a.endpoint for a in person.offered_accesses if a.endpoint is not None}
        return dict(zip(shown, server_names(self.messages, language, list(shown.values())), strict=True))
