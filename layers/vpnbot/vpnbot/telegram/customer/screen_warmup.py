"""Render the first screen in the INIT phase, which has a full CPU: its texts are parsed, and Babel's data loaded."""

from dataclasses import replace
from datetime import UTC, datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.person import Person
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.view_factory import ViewFactory

_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def warm_up_screens(views: ViewFactory) -> None:
    """Render the screen of a new person in each language. Neither a secret nor the settings of the shop are read."""
    shipped = replace(views, settings=ShopSettings)
    for language in views.messages.languages:
        screen = home(replace(shipped.view(Person(PersonId("")), _SOME_TIME), language=language))
        renderer = Renderer(views.messages, language)
        renderer.html(screen)
        renderer.buttons(screen.rows)
