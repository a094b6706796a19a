"""Notify the operators, once, that a server fails (its panel or its VPN core), and once that it works again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.servers.reconciliation import Failure
from vpnbot.domain.servers.server import Server

REPORT_AFTER = timedelta(minutes=5)
"""A server that fails for a shorter time is not reported: it was restarted, or the network was slow."""

_FAILING_VALID_FOR = timedelta(hours=1)
_WORKING_VALID_FOR = timedelta(days=1)

type Report = Callable[[Notification, str], None]
"""Notifies the operators, at most once for the cause in the second argument; see `notify_operators`."""


def report_failing(server: Server, failure: Failure, now: datetime, report: Report) -> Failure:
    """Notify the operators if it has failed for some time; return the failure, marked if it was reported.

    Raises:
        Conflict, StorageUnavailable: as `notify_operators`.
    """
    if failure.reported or now - failure.since < REPORT_AFTER:
        return failure
    cause = _cause("server_failing", server, failure)
    message = notification(
        NotificationKind.SERVER_FAILING,
        cause,
        now,
        valid_until=now + _FAILING_VALID_FOR,
        server=server.id,
        country=server.country,
        trouble=failure.trouble,
        detail=failure.detail,
        waiting=str(failure.waiting),
    )
    report(message, cause)
    return replace(failure, reported=True)


def report_working(server: Server, failure: Failure, now: datetime, report: Report) -> None:
    """Notify the operators that a failure which was reported to them is over.

    Raises:
        Conflict, StorageUnavailable: as `notify_operators`.
    """
    if not failure.reported:
        return
    cause, valid_until = _cause("server_works", server, failure), now + _WORKING_VALID_FOR
    message = notification(
        NotificationKind.SERVER_WORKS, cause, now, valid_until=valid_until, server=server.id, country=server.country
    )
    report(message, cause)


def _cause(kind: str, server: Server, failure: Failure) -> str:
    return f"event:{kind}:{server.id}:{failure.since:%Y-%m-%dT%H:%M:%SZ}"
