"""Logs have a retention time and contain no secret of a customer."""

import re

from tests.infrastructure.stack import Stack, references


def test_every_function_has_a_log_group_with_a_retention_time(stack: Stack) -> None:
    groups = stack.resources("AWS::Logs::LogGroup").values()
    assert all("RetentionInDays" in group for group in groups)
    logged = {name for group in groups for name in references(group.get("LogGroupName", ""))}
    assert logged == set(stack.resources("AWS::Lambda::Function"))


OF_BOUNDED_LENGTH = {
    "requestTime",
    "requestId",
    "routeKey",
    "status",
    "integrationErrorMessage",
    "responseLatency",
    "responseLength",
    "identity.sourceIp",
}
"""Fields of an access log whose length the sender of a request does not choose, and that contain no path."""


def test_access_logs_contain_no_path_and_nothing_whose_length_a_sender_chooses(stack: Stack) -> None:
    """Paths contain the tokens of links and the path of the webhook; each byte of a log is paid for."""
    stages = stack.resources("AWS::ApiGatewayV2::Stage")
    logged = {
        name: set(re.findall(r"\$context\.([A-Za-z.]+)", stage["AccessLogSettings"]["Format"]))
        for name, stage in stages.items()
    }
    assert all(fields <= OF_BOUNDED_LENGTH for fields in logged.values())
    assert "routeKey" in logged["HttpApiApiGatewayDefaultStage"]
    assert "routeKey" not in logged["TelegramStage"], "its only route is the path of the webhook"
