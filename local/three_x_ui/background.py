"""Runs panels for blocking code: in an event loop in a thread."""

from local.background import InBackground
from local.three_x_ui.panel import FakePanel


class PanelsInBackground(InBackground):
    """Runs panels in a background thread; a context manager."""

    def __init__(self, *panels: FakePanel) -> None:
        super().__init__(*panels)
        self.panels = panels
