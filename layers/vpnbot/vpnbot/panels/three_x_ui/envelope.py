"""The envelope of a panel's answers, `{success, msg, obj}`, and the reason for an error in `msg`."""

import json
from typing import Any

from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable


class EnvelopeRejected(Exception):
    """The panel answered 200 with `success` false. The text is the panel's reason, in English."""


def opened(body: bytes) -> Any:
    """Return `obj` of an answer.

    Raises:
        EnvelopeRejected: `success` is not true.
        PanelUnavailable: the answer is empty, not an envelope, or nested too deeply.
    """
    try:
        envelope = json.loads(body)
    except RecursionError as error:
        raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "nested too deeply") from error
    except ValueError as error:
        raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "not JSON" if body else "empty") from error
    if not isinstance(envelope, dict) or "success" not in envelope:
        raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, "no envelope")
    if envelope["success"] is not True:
        raise EnvelopeRejected(reason_in(str(envelope.get("msg") or "")))
    return envelope.get("obj")


def reason_in(message: str) -> str:
    """Return the reason in a localised message: the text in its last parentheses, which may contain others.

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
