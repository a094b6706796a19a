"""Logs have a retention time and contain no secret of a customer."""

from tests.infrastructure.stack import Stack, references


def test_every_function_has_a_log_group_with_a_retention_time(stack: Stack) -> None:
    groups = stack.resources("AWS::Logs::LogGroup").values()
    assert all("RetentionInDays" in group for group in groups)
    logged = {name for group in groups for name in references(group.get("LogGroupName", ""))}
    assert logged == set(stack.resources("AWS::Lambda::Function"))


def test_access_logs_contain_no_path_because_paths_contain_link_tokens(stack: Stack) -> None:
    (stage,) = stack.resources("AWS::ApiGatewayV2::Stage").values()
    logged = stage["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in logged
    assert "$context.path" not in logged
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
