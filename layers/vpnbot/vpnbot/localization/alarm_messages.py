"""The message about an alarm: what is wrong, since when, and what to do."""

import re

from vpnbot.domain.alarms import AlarmChange
from vpnbot.localization.messages import Messages


def alarm_message(messages: Messages, language: str, change: AlarmChange) -> str:
    """Return the text for the operators' chats. Its times are UTC, as those of CloudWatch and of the logs."""
    what, remedy = _words(messages, language, change)
    time = f"{change.at:%Y-%m-%d %H:%M}"
    if change.is_over:
        return messages.text(language, "alarm-over", {"what": what, "time": time})
    return messages.text(language, "alarm-rings", {"what": what, "remedy": remedy, "time": time})


def message_id(kind: str) -> str:
    """Return the id of an alarm's sentence: `alarm-panel-down` for PanelDown."""
    return f"alarm-{re.sub(r'(?<!^)(?=[A-Z])', '-', kind).lower()}"


def _words(messages: Messages, language: str, change: AlarmChange) -> tuple[str, str]:
    """Return what is wrong and what to do; for an alarm without words of its own a sentence with its name."""
    own = message_id(change.kind)
    try:
        return messages.text(language, own), messages.text(language, f"{own}-remedy")
    except KeyError:
        other = messages.text(language, "alarm-unknown", {"name": change.name})
        return other, messages.text(language, "alarm-unknown-remedy")
