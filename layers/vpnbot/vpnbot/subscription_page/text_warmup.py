"""Read in INIT, which has a full CPU, what nearly every answer needs: the files of texts, and Babel's data."""

from datetime import timedelta

from vpnbot.localization.formatting import format_duration
from vpnbot.localization.messages import Messages


def warm_up_texts(messages: Messages) -> None:
    """Format what nearly every answer has, in each language. The settings of the shop are not read."""
    for language in messages.languages:
        format_duration(messages, language, timedelta(days=1))
        messages.text(language, "page-brand")
