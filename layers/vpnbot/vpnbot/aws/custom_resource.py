"""A CloudFormation custom resource that always sends a report: success, failure with its reason, or out of time.

CloudFormation waits for a PUT to the address in the request; without it a deployment waits until it times out.
(CloudFormation user guide, Custom resource request types; response objects.)
The reason not to use crhelper: docs/decisions/0029-libraries-measured.md.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from vpnbot.connections.request_deadline import within
from vpnbot.errors import Retryable, VpnbotError

ANSWER_SECONDS = 8.0
"""The part of the invocation's time that is reserved for the report."""

NEVER_MADE = "never-made"
"""The physical id that is reported when the creation failed; the rollback deletes the resource of this id."""

_log = logging.getLogger(__name__)


class RequestKind(StrEnum):
    """The request types of CloudFormation."""

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
    """The result. After an update with a new physical id, CloudFormation deletes the resource with the old id."""

    physical_id: str
    data: Mapping[str, str] = field(default_factory=dict)


def answer(
    event: Mapping[str, Any],
    seconds_left: float,
    carry_out: Callable[[Request], Outcome],
    put: Callable[[str, bytes], None] | None = None,
) -> None:
    """Carry out a request and report to CloudFormation, also after an error, before the function's time ends.

    `seconds_left` is the remaining time of the invocation. Requests of `TimedPools` that `carry_out` makes end in
    time (`within`); other calls need limits of their own. It runs in this thread, so that nothing runs on after the
    report: it would set what a rollback has undone meanwhile.
    `put` sends the report (address, body); tests replace it.
    A failed deletion is reported as a success, because otherwise the stack could not be deleted.

    Raises:
        Retryable: the report itself could not be delivered.
    """
    kind = RequestKind(event["RequestType"])
    physical_id = event.get("PhysicalResourceId")
    request = Request(kind, physical_id, event["ResourceProperties"])
    body: dict[str, Any] = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    try:
        with within(seconds_left - ANSWER_SECONDS):
            outcome = carry_out(request)
        body |= {"Status": "SUCCESS", "PhysicalResourceId": outcome.physical_id, "Data": dict(outcome.data)}
    except Exception as error:  # noqa: BLE001 - CloudFormation waits for a report also after a bug
        _log.exception("the custom resource could not be carried out")
        status = "SUCCESS" if kind is RequestKind.DELETE else "FAILED"
        reason = str(error) if isinstance(error, VpnbotError) else f"{type(error).__name__}: see the function's log"
        body |= {"Status": status, "Reason": reason[:1000], "PhysicalResourceId": physical_id or NEVER_MADE}
    (put or _put)(event["ResponseURL"], json.dumps(body).encode())


def _put(url: str, body: bytes) -> None:
    """Send the report. The address is signed for an empty content type."""
    retries = urllib3.Retry(2, status_forcelist=(500, 502, 503), raise_on_status=False, backoff_factor=0.1)
    http = urllib3.PoolManager(timeout=urllib3.Timeout(total=2), retries=retries)
    try:
        response = http.request("PUT", url, body=body, headers={"content-type": ""})
    except HTTPError as error:
        raise Retryable(f"the address of CloudFormation did not answer ({type(error).__name__})") from None
    if response.status >= 300:
        raise Retryable(f"the address of CloudFormation answered {response.status}")
