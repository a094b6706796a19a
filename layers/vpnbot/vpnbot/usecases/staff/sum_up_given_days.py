"""The content of the weekly alert about given days, read from the log of acts when it is sent."""

import json
from collections.abc import Iterator
from datetime import datetime

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.alerts import Alert, AlertMessage
from vpnbot.domain.staff.acts import Act, ActKind, month_before, month_of
from vpnbot.domain.staff.name import name_of
from vpnbot.domain.staff.weekly_days import given_in
from vpnbot.usecases.ports import People
from vpnbot.usecases.ports.staff import ActLog

MOST_LISTED = 10
"""The most members in one message; it says how many more there are."""
_PAGE = 100


def given_days_message(alert: Alert, acts: ActLog, people: People, now: datetime) -> AlertMessage | None:
    """Return who gave how many days in the week that an alert names; None if all of it was undone.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    since, until = (datetime.fromisoformat(alert.arguments[name]) for name in ("since", "until"))
    read = list(_since(since, acts, now))
    undoes = [act for act in read if act.at >= until and act.kind == ActKind.UNDO]
    given = given_in([*(act for act in read if act.at < until), *undoes])
    if not given:
        return None
    rows = [
        {
            "name": name_of(people.open(PersonId(each.giver)).person),
            "days": each.days,
            "people": each.people,
        }
        for each in given[:MOST_LISTED]
    ]
    more = str(len(given) - len(rows)) if len(given) > len(rows) else ""
    return AlertMessage(alert.kind, {"since": alert.arguments["since"], "given": json.dumps(rows), "more": more})


def _since(since: datetime, acts: ActLog, now: datetime) -> Iterator[Act]:
    """Yield the acts since a time, the newest first."""
    month, before = month_of(now), ""
    while True:
        page = acts.page(month, before=before, limit=_PAGE)
        for act in page:
            if act.at < since:
                return
            yield act
        if len(page) == _PAGE:
            before = page[-1].key
        elif month == month_of(since):
            return
        else:
            month, before = month_before(month), ""
