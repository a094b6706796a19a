"""Logs that forget, and that hold nobody's key."""

from tests.infrastructure.stack import Stack, references


def test_every_function_logs_to_a_group_that_forgets(stack: Stack) -> None:
    groups = stack.resources("AWS::Logs::LogGroup").values()
    assert all("RetentionInDays" in group for group in groups)
    logged = {name for group in groups for name in references(group.get("LogGroupName", ""))}
    assert logged == set(stack.resources("AWS::Lambda::Function"))


def test_access_logs_hold_no_path_for_a_path_is_a_key(stack: Stack) -> None:
    (stage,) = stack.resources("AWS::ApiGatewayV2::Stage").values()
    logged = stage["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in logged
    assert "$context.path" not in logged
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
