"""The world of use cases, with the real adapter for its panel."""

from dataclasses import replace

from tests.fakes.shop import Shop, shop_in_memory
from vpnbot.domain.servers.server import Server
from vpnbot.panels.guarded_panel import GuardedPanel
from vpnbot.panels.three_x_ui.adapter import ThreeXUi
from vpnbot.usecases import ports


class OnPanels(Shop):
    """A world whose panels are asked over HTTP; `world_on` makes one."""

    adapter: ThreeXUi

    @property
    def fleet(self) -> ports.Fleet:
        """The servers, whose panels are called over HTTP."""
        return replace(super().fleet, panel=GuardedPanel(self.adapter, self.servers, self.clock, self.meter))


def shop_on(adapter: ThreeXUi, *servers: Server) -> OnPanels:
    """Return a shop with these servers, and nobody in it yet."""
    plain = shop_in_memory()
    shop = OnPanels(plain.clock, plain.faults, plain.people, plain.index, servers=plain.servers)
    shop.adapter = adapter
    shop.servers.ids = []
    for server in servers:
        shop.servers.put(server)
    return shop
