"""CloudFormation always gets a report of a custom resource: success, failure with its reason, or out of time."""

import json
from collections.abc import Callable
from typing import Any

from vpnbot.aws.custom_resource import NEVER_MADE, Outcome, Request, answer
from vpnbot.errors import Misconfigured, TelegramUnavailable


def report(
    kind: str, carry_out: Callable[[Request], Outcome], seconds_left: float = 60, physical_id: str | None = None
) -> dict[str, Any]:
    """Return the report that CloudFormation gets for a request."""
    event = {
        "RequestType": kind,
        "ResponseURL": "https://cloudformation.example/answer",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Webhook",
        "ResourceProperties": {"Url": "https://api.example/telegram"},
    }
    reports: list[bytes] = []
    event |= {"PhysicalResourceId": physical_id} if physical_id else {}
    answer(event, seconds_left, carry_out, lambda url, body: reports.append(body))
    (body,) = reports
    content: dict[str, Any] = json.loads(body)
    assert (content["StackId"], content["RequestId"], content["LogicalResourceId"]) == ("stack", "request", "Webhook")
    return content


def failing(error: Exception) -> Callable[[Request], Outcome]:
    """Return work that raises this error."""

    def carry_out(request: Request) -> Outcome:
        raise error

    return carry_out


def test_a_success_is_reported_with_its_data() -> None:
    content = report("Create", lambda request: Outcome("42", {"a": "b"}))
    assert (content["Status"], content["PhysicalResourceId"], content["Data"]) == ("SUCCESS", "42", {"a": "b"})


def test_a_wrong_setting_is_reported_with_its_correction() -> None:
    content = report("Create", failing(Misconfigured("bot_token", "not set; run configure")))
    assert content["Status"] == "FAILED"
    assert content["Reason"] == "bot_token: not set; run configure"
    assert content["PhysicalResourceId"] == NEVER_MADE


def test_a_bug_is_reported_without_its_message() -> None:
    content = report("Update", failing(KeyError("123:token")), physical_id="42")
    assert content["Status"] == "FAILED"
    assert "123:token" not in content["Reason"]
    assert content["PhysicalResourceId"] == "42", "another id would make CloudFormation delete the old one"


def test_a_failed_deletion_is_reported_as_a_success_so_that_the_stack_can_be_deleted() -> None:
    content = report("Delete", failing(TelegramUnavailable("down")), physical_id="42")
    assert (content["Status"], content["PhysicalResourceId"]) == ("SUCCESS", "42")
