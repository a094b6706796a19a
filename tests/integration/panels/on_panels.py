"""A shop in memory whose panels are called over HTTP by the 3x-ui adapter."""

from dataclasses import replace

from tests.fakes.shop import Shop, shop_in_memory
from vpnbot.domain.servers.server import Server
from vpnbot.panels.three_x_ui.factory import ThreeXUiPanels
from vpnbot.usecases import ports


class OnPanels(Shop):
    """A shop with the 3x-ui adapter; made by `shop_on`."""

    three_x_ui: ThreeXUiPanels

    @property
    def fleet(self) -> ports.Fleet:
        """The ports for servers, with panels that are called over HTTP."""
        return replace(super().fleet, panels=self.panels_by(self.three_x_ui.panel))


def shop_on(three_x_ui: ThreeXUiPanels, *servers: Server) -> OnPanels:
    """Return a shop with these servers and no customers."""
    plain = shop_in_memory()
    shop = OnPanels(plain.clock, plain.faults, plain.people, plain.index, servers=plain.servers)
    shop.three_x_ui = three_x_ui
    shop.servers.ids = []
    for server in servers:
        shop.servers.put(server)
    return shop
