"""Read in INIT, which has a full CPU, the texts of nearly every answer: they are parsed, and Babel's data loaded."""

from datetime import timedelta

from vpnbot.localization.formatting import format_duration
from vpnbot.localization.messages import Messages

_FROM_THEIR_FILES = ("page-brand", "country-nl")
"""One message of each file that an answer to a VPN app or to a browser needs, beside that of durations."""


def warm_up_texts(messages: Messages) -> None:
    """Format one message of each of these files in each language. The settings of the shop are not read."""
    for language in messages.languages:
        format_duration(messages, language, timedelta(days=1))
        for message in _FROM_THEIR_FILES:
            messages.text(language, message)
