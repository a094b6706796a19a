"""Runs panels for blocking code: in an event loop in a thread."""

from local.server_thread import ServerThread
from local.three_x_ui.panel import FakePanel


class PanelsInBackground(ServerThread):
    """Runs panels in a background thread; a context manager."""

    def __init__(self, *panels: FakePanel) -> None:
        super().__init__(*panels)
        self.panels = panels
