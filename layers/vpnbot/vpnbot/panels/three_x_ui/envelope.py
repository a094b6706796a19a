"""The envelope around a panel's answers: `{success, msg, obj}`, and the reason hidden in its words."""

import json
from typing import Any

from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable


class EnvelopeRejected(Exception):
    """A business error: the panel answered 200 with success false. Its text is the reason, in English."""


def opened(body: bytes) -> Any:
    """Return what is inside an answer.

    Raises:
        EnvelopeRejected: the panel says no, and why.
        PanelUnavailable: it is empty, or no such envelope.
    """
    try:
        envelope = json.loads(body)
    except ValueError as error:
        raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "not JSON" if body else "empty") from error
    if not isinstance(envelope, dict) or "success" not in envelope:
        raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "no envelope")
    if envelope["success"] is not True:
        raise EnvelopeRejected(reason_in(str(envelope.get("msg") or "")))
    return envelope.get("obj")


def reason_in(message: str) -> str:
    """Return the reason in a localised message: what stands in its last parentheses, which may hold others.

    `Что-то пошло не так (см. журнал) (record not found)` → `record not found`
    """
    text = message.strip()
    if not text.endswith(")"):
        return text
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[index], 0)
        if depth == 0:
            return text[index + 1 : -1].strip()
    return text
