"""Notifications of CloudWatch alarms, as SNS delivers them."""

import json
import logging
from datetime import UTC, datetime

from vpnbot.domain.alarms import AlarmChange

_log = logging.getLogger(__name__)


def change_of(message: str) -> AlarmChange | None:
    """Read the message of a notification; None: there is nothing to tell.

    An alarm rings when its new state is ALARM, and is over when that is OK after ALARM. A new alarm gets its first OK
    after INSUFFICIENT_DATA. A message that is not of an alarm is logged: to deliver it again would not help.
    """
    try:
        read = json.loads(message)
        name, new, old = str(read["AlarmName"]), read["NewStateValue"], read["OldStateValue"]
        at = datetime.fromisoformat(read["StateChangeTime"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError):
        _log.warning("a message of the topic is not a notification of an alarm, and is ignored")
        return None
    if new == "ALARM":
        return AlarmChange(name, is_over=False, at=at)
    if new == "OK" and old == "ALARM":
        return AlarmChange(name, is_over=True, at=at)
    return None
