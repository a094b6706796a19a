"""What administrators read about the work of the staff, each in the own chat."""

import json
from datetime import datetime, timedelta

from vpnbot.domain.payments.alerts import AlertKind, AlertMessage
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Day, Screen, phrase, rows

_BROADCASTS, _LOG = "cast", "log"
"""Areas in callback data of the staff, see `telegram/admin/areas.py`."""


def personal_alert(message: AlertMessage) -> Screen:
    """Return an alert with the button that leads to what it is about."""
    known = message.arguments
    if message.kind is AlertKind.GIVEN_DAYS:
        return _given_days(known["since"], known["given"], known.get("more", ""))
    words = phrase("alert-broadcast_withheld", title=known["title"], author=known["author"])
    shown = Button(phrase("button-broadcasts"), action=Action.ADMIN.on(_BROADCASTS, "one", known["broadcast"]))
    return Screen((words,), rows((shown,)))


def _given_days(since: str, given: str, more: str) -> Screen:
    lines = [
        phrase("given-days-line", name=each["name"], time=timedelta(days=each["days"]), people=each["people"])
        for each in json.loads(given)
    ]
    if more:
        lines.append(phrase("given-days-more", count=int(more)))
    words = phrase("alert-given_days", since=Day(datetime.fromisoformat(since)))
    return Screen((words, tuple(lines)), rows((Button(phrase("button-acts"), action=Action.ADMIN.on(_LOG)),)))
