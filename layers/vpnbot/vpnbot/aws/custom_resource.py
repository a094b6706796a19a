"""A CloudFormation custom resource that always answers: done, failed and why, or out of time.

CloudFormation waits for a PUT to an address it hands out; without one a deployment stands still until it times out.
(CloudFormation user guide, Custom resource request types; response objects.)
"""

import json
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from vpnbot.errors import OutOfTime, Retryable, VpnbotError

ANSWER_SECONDS = 8.0
"""Kept back from the invocation for the answer itself."""

NEVER_MADE = "never-made"
"""The physical id of what failed before it had one."""

_log = logging.getLogger(__name__)


class RequestKind(StrEnum):
    """What CloudFormation wants."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `physical_id` is None on creation."""

    kind: RequestKind
    physical_id: str | None
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has been done. A new physical id on an update makes CloudFormation delete the old one afterwards."""

    physical_id: str
    data: Mapping[str, str] = field(default_factory=dict)


def answer(
    event: Mapping[str, Any],
    seconds_left: float,
    carry_out: Callable[[Request], Outcome],
    put: Callable[[str, bytes], None] | None = None,
) -> None:
    """Carry out a request and report to CloudFormation, whatever happens and before time runs out.

    A deletion that fails is reported as done: what cannot be removed must not keep a stack from being deleted.

    Raises:
        Retryable: the report itself could not be delivered.
    """
    kind = RequestKind(event["RequestType"])
    physical_id = event.get("PhysicalResourceId")
    request = Request(kind, physical_id, event["ResourceProperties"])
    body: dict[str, Any] = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    try:
        outcome = _within(max(seconds_left - ANSWER_SECONDS, 0), lambda: carry_out(request))
        body |= {"Status": "SUCCESS", "PhysicalResourceId": outcome.physical_id, "Data": dict(outcome.data)}
    except Exception as error:  # noqa: BLE001  CloudFormation must hear of a bug too
        _log.exception("the custom resource could not be carried out")
        status = "SUCCESS" if kind is RequestKind.DELETE else "FAILED"
        reason = str(error) if isinstance(error, VpnbotError) else f"{type(error).__name__}: see the function's log"
        body |= {"Status": status, "Reason": reason[:1000], "PhysicalResourceId": physical_id or NEVER_MADE}
    (put or _put)(event["ResponseURL"], json.dumps(body).encode())


def _within(seconds: float, act: Callable[[], Outcome]) -> Outcome:
    """Run `act`, in a thread of its own because name resolution and TLS know no deadline."""
    done: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(act())
        except BaseException as error:  # noqa: BLE001  it is raised again where it is waited for
            done.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = done.get(timeout=seconds)
    except queue.Empty:
        raise OutOfTime("not done before the function's time ran out; deploy again") from None
    if isinstance(result, BaseException):
        raise result
    return result


def _put(url: str, body: bytes) -> None:
    """Deliver the report. The address is signed for an empty content type."""
    again = urllib3.Retry(2, status_forcelist=(500, 502, 503), raise_on_status=False, backoff_factor=0.1)
    http = urllib3.PoolManager(timeout=urllib3.Timeout(total=2), retries=again)
    try:
        response = http.request("PUT", url, body=body, headers={"content-type": ""})
    except HTTPError as error:
        raise Retryable(f"CloudFormation's address did not answer ({type(error).__name__})") from None
    if response.status >= 300:
        raise Retryable(f"CloudFormation's address answered {response.status}")
