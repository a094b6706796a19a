"""The message of a panel's trouble, for the chat and for the command line."""

from collections.abc import Mapping

from vpnbot.domain.servers.panel_errors import PanelTrouble

_LONGEST_DETAIL = 200
"""A detail may be a text of the panel, and Fluent formats at most 1000 characters."""


def trouble_message(trouble: PanelTrouble, detail: str = "") -> tuple[str, Mapping[str, str]]:
    """Return the id of the message that says what is wrong and what to do about it, and its arguments."""
    return f"trouble-{trouble}", {"detail": detail[:_LONGEST_DETAIL]}
