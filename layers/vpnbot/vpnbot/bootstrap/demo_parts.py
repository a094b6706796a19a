"""The parts of a container that only some deployments have: the demo panel, the control panel of stage demo."""

from typing import TYPE_CHECKING

from vpnbot.domain.servers.server import PanelKind
from vpnbot.settings import Settings

if TYPE_CHECKING:
    from vpnbot.demo.control import DemoControl
    from vpnbot.demo.key_value_store import KeyValueStore
    from vpnbot.domain.servers.server import Server


def demo_control(settings: Settings, function: str) -> "DemoControl | None":
    """Return the client of the demo's control panel; None outside stage demo."""
    if settings.demo_control_url is None:
        return None
    from vpnbot.demo.control import DemoControl

    return DemoControl(settings.demo_control_url, function)


def demo_server(settings: Settings) -> "Server | None":
    """Return the server of the demo panel; None if this deployment has no demo panel."""
    if settings.panel is not PanelKind.DEMO:
        return None
    from vpnbot.panels.demo import DEMO_SERVER

    return DEMO_SERVER


def demo_store(settings: Settings) -> "KeyValueStore | None":
    """Return the store for the clients of demo panels; None if this deployment has no demo panel."""
    if settings.panel is not PanelKind.DEMO:
        return None
    from vpnbot.demo.key_value_store import KeyValueStore

    return KeyValueStore()
