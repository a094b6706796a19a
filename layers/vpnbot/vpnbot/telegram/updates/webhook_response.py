"""The response to one delivery of an update."""

from dataclasses import dataclass
from typing import Any

QUARANTINED_HEADER = "x-vpnbot-quarantined"
"""The header of a response to an update that was quarantined, so that a replay knows that it was not handled."""


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """The response to Telegram's server, which delivers the update again unless the status is 2xx.

    `method` is a Bot API call that Telegram makes from the body of the response. `quarantined`: the update was stored
    in the quarantine, which Telegram need not know, but a replay.
    """

    status: int
    method: dict[str, Any] | None = None
    retry_after_seconds: int | None = None
    quarantined: bool = False
