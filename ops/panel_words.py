"""Texts about a panel's trouble for the command line: the chat's English text, and the command or option to use."""

import re

from vpnbot.domain.servers.panel_errors import (
    CERTIFICATE_TROUBLES,
    INBOUND_TROUBLES,
    TOKEN_TROUBLES,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.localization.messages import DEFAULT_LANGUAGE, Messages
from vpnbot.localization.panel_troubles import trouble_message

_STORE_ANOTHER = "To store another token: python -m ops server token ID."
_CERTIFICATE = "If this is its SHA-256, pin it with --trust-certificate."
_INBOUND = "Choose it with --inbound."
_HINTS = {
    **dict.fromkeys(TOKEN_TROUBLES, _STORE_ANOTHER),
    **dict.fromkeys(CERTIFICATE_TROUBLES, _CERTIFICATE),
    **dict.fromkeys(INBOUND_TROUBLES, _INBOUND),
    PanelTrouble.NOT_TLS: "Only stage demo accepts http://.",
}
_SYMBOL = re.compile(r"^\W+")
"""The emoji that a message in the chat begins with; a terminal may not have it."""


def trouble_words(trouble: PanelTrouble, detail: str = "") -> str:
    """Return what is wrong, the detail that belongs to it, and what to do."""
    words = _SYMBOL.sub("", Messages().text(DEFAULT_LANGUAGE, *trouble_message(trouble, detail)))
    fact = f"({detail})" if detail and detail not in words else ""
    return " ".join(filter(None, (words, fact, _HINTS.get(trouble, ""))))


def error_words(error: Exception) -> str:
    """Return the sentence for an error: the words of its trouble if a panel has one, otherwise its own text."""
    if isinstance(error, PanelUnavailable | PanelRejected):
        return trouble_words(error.trouble, error.detail)
    return str(error)
