"""`python -m ops doctor` reports each fault of a deployed bot, and what to do about it."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends
from moto.dynamodb.models import dynamodb_backends

from ops import aws_findings
from ops.deployment import Deployment
from tests.infrastructure.transformed_template import REGION
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.payments.provider_breaker import FAILURES_TO_OPEN, tripped
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.storage.codec import to_record
from vpnbot.storage.payments.breakers import StoredProviderBreakers
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.table import bind


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[OperatorCommandLine]:
    with open_command_line(monkeypatch) as operator:
        operator.run("configure")
        yield operator


@pytest.fixture
def outputs(operator: OperatorCommandLine) -> dict[str, str]:
    outputs = operator.deploy()
    operator.run("webhook", "set")
    return outputs


def put_due_work(table_name: str, at: datetime, *, dead_lettered: bool = False) -> None:
    bind(table_name)
    to_record(PersonId("0" * 32), Subscription(due=Due(at, dead_lettered=dead_lettered))).save()


def test_a_healthy_bot_passes_every_check(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    put_due_work(outputs["TableName"], datetime.now(UTC) + timedelta(days=1))
    result = operator.run("doctor")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert all(line.startswith("✔") for line in lines), result.output
    for part in (
        "@sample_bot",
        "the webhook is",
        "answers",
        "is complete",
        "nothing is quarantined",
        "done on time",
        *(f"the schedule {name} is on" for name in operator.schedules()),
        "no alarm",
    ):
        assert any(part in line for line in lines), part


def test_before_the_first_deployment_it_prints_the_deploy_command(operator: OperatorCommandLine) -> None:
    result = operator.run("doctor")
    assert result.exit_code == 1
    assert (
        f"✘ vpnbot-demo is not deployed in {REGION}\n    → deploy it: python -m ops --stage demo deploy"
        in result.output
    )


def test_without_secrets_it_prints_the_configure_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch) as operator:
        result = operator.run("doctor")
    assert result.exit_code == 1
    assert "not stored below /vpnbot-demo: bot_token, webhook_secret, webhook_path, key_secret" in result.output
    assert "→ python -m ops --stage demo configure" in result.output


def revoked_token(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/bot_token", Value="1:revoked_token", Overwrite=True)


def broken_ring(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/key_secret", Value="{}", Overwrite=True)


def _store_ring(**versions: str) -> None:
    boto3.client("ssm").put_parameter(Name="/vpnbot-demo/key_secret", Value=json.dumps(versions), Overwrite=True)


def lost_version(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-key-secret")
    _store_ring(**{"1": json.loads(operator.secrets()["key_secret"])["1"]})


def changed_version(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-key-secret")
    ring = json.loads(operator.secrets()["key_secret"])
    _store_ring(**{"1": ring["2"], "2": ring["2"]})


def path_not_deployed(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-webhook-secret")
    operator.run("webhook", "set")


def no_path(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").delete_parameter(Name="/vpnbot-demo/webhook_path")


def unfinished_rotation(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.run("configure", "--rotate-webhook-secret")


def no_webhook(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook = {"url": ""}


def foreign_webhook(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook["url"] = "https://other.example/telegram"


def another_poller(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    no_webhook(operator, outputs)
    operator.telegram.polled_by_another = True


def outdated_allowed_updates(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook["allowed_updates"] = ["message"]


def changed_connections(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.webhook["max_connections"] = 7


def many_dead_letters(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    bind(outputs["TableName"])
    due = Due(datetime.now(UTC) - timedelta(days=3), dead_lettered=True)
    for number in range(123):
        to_record(PersonId(f"{number:032x}"), Subscription(due=due)).save()


def failed_deliveries(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    description = "Wrong response from the webhook: 401 Unauthorized"
    operator.telegram.info = {"last_error_date": int(time.time()) - 60, "last_error_message": description}


def many_pending_updates(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.info = {"pending_update_count": 500}


def telegram_throttles_first_call(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    operator.telegram.planned_responses = [
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"})
    ]


def telegram_throttles_second_call(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    me = (200, {"ok": True, "result": {"username": "sample_bot"}})
    operator.telegram.planned_responses = [
        me,
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"}),
    ]


def no_time_to_live(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    off = {"Enabled": False, "AttributeName": "expires_at"}
    boto3.client("dynamodb").update_time_to_live(TableName=outputs["TableName"], TimeToLiveSpecification=off)


def no_index_of_time(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    """Only a table that was made in another way lacks it: AWS cannot delete a local index."""
    table = dynamodb_backends["123456789012"][REGION].tables[outputs["TableName"]]
    table.indexes = [index for index in table.indexes if index.name != "by_time"]


def no_index(name: str) -> Callable[[OperatorCommandLine, dict[str, str]], None]:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        boto3.client("dynamodb").update_table(
            TableName=outputs["TableName"], GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}]
        )

    return plant


def no_table(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("dynamodb").delete_table(TableName=outputs["TableName"])


def message_in(output: str) -> Callable[[OperatorCommandLine, dict[str, str]], None]:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        boto3.client("sqs").send_message(QueueUrl=outputs[output], MessageBody=json.dumps({"update_id": 1}))

    return plant


def late_due_work(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    put_due_work(outputs["TableName"], datetime.now(UTC) - timedelta(minutes=42, seconds=5))


def dead_lettered_work(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    put_due_work(outputs["TableName"], datetime.now(UTC) - timedelta(days=3), dead_lettered=True)


def schedule_off(name: str) -> Callable[[OperatorCommandLine, dict[str, str]], None]:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        scheduler = boto3.client("scheduler")
        found = scheduler.get_schedule(Name=f"{operator.stack_name}-{name}")
        kept = {part: found[part] for part in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
        scheduler.update_schedule(**kept, State="DISABLED")

    return plant


def no_schedule(name: str) -> Callable[[OperatorCommandLine, dict[str, str]], None]:
    def plant(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
        boto3.client("scheduler").delete_schedule(Name=f"{operator.stack_name}-{name}")

    return plant


def _mapping() -> str:
    (mapping,) = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return str(mapping["UUID"])


def worker_off(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("lambda").update_event_source_mapping(UUID=_mapping(), Enabled=False)


def no_worker(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("lambda").delete_event_source_mapping(UUID=_mapping())


def no_queue(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=outputs["ParkingQueueUrl"])


def lacking_secret(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    boto3.client("ssm").delete_parameter(Name="/vpnbot-demo/webhook_secret")


def ringing_alarm(operator: OperatorCommandLine, outputs: dict[str, str]) -> None:
    cloudwatch = boto3.client("cloudwatch")
    for stack in ("vpnbot-demo-AlarmsStack", "vpnbot-demonstration-AlarmsStack"):
        name = f"{stack}-PanelDownAlarm"
        cloudwatch.put_metric_alarm(
            AlarmName=name, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=1.0
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="planted")


FAILURE, WARNING = 1, 0


@pytest.mark.parametrize(
    ("plant", "exit_code", "finding", "advice"),
    [
        (revoked_token, FAILURE, "Telegram does not know it", "configure"),
        (broken_ring, FAILURE, "✘ key_secret", "your own copy"),
        (lost_version, FAILURE, "✘ key_secret has lost or changed versions that it had: 2", "your own copy"),
        (changed_version, FAILURE, "✘ key_secret has lost or changed versions that it had: 1", "your own copy"),
        (unfinished_rotation, WARNING, "! the previous webhook secret is still accepted", "webhook set"),
        (path_not_deployed, WARNING, "! the new path of the webhook is not deployed", "deploy"),
        (no_path, FAILURE, "✘ not stored below /vpnbot-demo: webhook_path", "configure"),
        (no_webhook, FAILURE, "✘ no webhook is set", "webhook set"),
        (
            foreign_webhook,
            FAILURE,
            "✘ the webhook belongs to another deployment: https://other.example/telegram",
            "webhook set",
        ),
        (another_poller, FAILURE, "✘ another program polls", "revoke the token"),
        (outdated_allowed_updates, FAILURE, "✘ the webhook asks for kinds of updates that differ", "webhook set"),
        (changed_connections, WARNING, "! Telegram opens up to 7 connections, and the stack allows", "webhook set"),
        (many_dead_letters, WARNING, "! 123 items of due work are dead-lettered", "dead-letters"),
        (failed_deliveries, WARNING, "! Telegram's last delivery failed", "the secrets differ"),
        (many_pending_updates, WARNING, "! 500 updates wait", "MaxConnections"),
        (telegram_throttles_first_call, WARNING, "! getMe: Too Many Requests", "try again"),
        (telegram_throttles_second_call, WARNING, "! getWebhookInfo: Too Many Requests", "try again"),
        (no_time_to_live, FAILURE, "lacks time to live", "python -m ops --stage demo deploy"),
        (no_index_of_time, FAILURE, " lacks by_time", "python -m ops --stage demo deploy"),
        (no_index("due"), FAILURE, " lacks due", "python -m ops --stage demo deploy"),
        (no_index("by_server"), FAILURE, " lacks by_server", "python -m ops --stage demo deploy"),
        (no_index("audience"), FAILURE, " lacks audience", "python -m ops --stage demo deploy"),
        (no_table, FAILURE, "✘ a part of the stack does not exist any more: Requested", "docs/runbooks.md"),
        (message_in("ParkingQueueUrl"), WARNING, "! 1 Telegram updates are quarantined", "replay"),
        (message_in("DueDeadLettersUrl"), WARNING, "! 1 runs of the worker crashed", "DueWorker"),
        (message_in("ClockDeadLettersUrl"), WARNING, "! 1 runs of the dispatcher", "DueDispatcher"),
        (schedule_off("clock"), FAILURE, "✘ the schedule vpnbot-demo-clock is off", "enable it"),
        (no_schedule("clock"), FAILURE, "✘ the schedule vpnbot-demo-clock does not exist", "deploy"),
        (schedule_off("webhook-watch"), FAILURE, "✘ the schedule vpnbot-demo-webhook-watch is off", "enable it"),
        (no_schedule("webhook-watch"), FAILURE, "✘ the schedule vpnbot-demo-webhook-watch does not exist", "deploy"),
        (worker_off, FAILURE, "✘ no function reads the queue of due work (Disabled)", "--enabled"),
        (no_worker, FAILURE, "✘ no function reads the queue of due work (there is no", "deploy again"),
        (no_queue, FAILURE, "✘ a part of the stack does not exist any more", "docs/runbooks.md"),
        (lacking_secret, FAILURE, "✘ not stored below /vpnbot-demo: webhook_secret", "configure"),
        (ringing_alarm, WARNING, "! alarms ring: vpnbot-demo-AlarmsStack-PanelDownAlarm\n", "docs/alarms.md"),
        (late_due_work, FAILURE, "✘ due work is 42 min late", "DueDispatcher"),
        (dead_lettered_work, WARNING, "! 1 items of due work are dead-lettered", "dead-letters"),
    ],
)
def test_each_fault_is_reported_with_advice(
    operator: OperatorCommandLine,
    outputs: dict[str, str],
    plant: Callable[[OperatorCommandLine, dict[str, str]], None],
    exit_code: int,
    finding: str,
    advice: str,
) -> None:
    plant(operator, outputs)
    result = operator.run("doctor")
    line, _, printed_advice = result.output[result.output.index(finding) :].partition("\n    → ")
    assert "\n" not in line
    assert advice in printed_advice.splitlines()[0]
    assert result.exit_code == exit_code, result.output


def test_a_deployment_that_was_rolled_back_is_reported(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    (stack,) = cloudformation_backends["123456789012"][REGION].stacks.values()
    stack.status = "UPDATE_ROLLBACK_COMPLETE"
    assert "! vpnbot-demo is deployed: UPDATE_ROLLBACK_COMPLETE\n    → " in operator.run("doctor").output


def test_an_address_that_does_not_answer_is_reported(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = operator.telegram.base
    operator.telegram.base = "http://127.0.0.1:1"
    operator.deploy()
    operator.telegram.base = address
    result = operator.run("doctor")
    assert "✘ http://127.0.0.1:1/health does not answer (no connection)" in result.output


@pytest.mark.parametrize(
    ("addresses", "finding", "advice"),
    [
        ([], "✘ the domain vpn.example.com does not resolve", "CNAME or ALIAS to d-1.execute-api.example"),
        (["127.0.0.1"], "✘ http://127.0.0.1:1/health does not answer", "points to d-1.execute-api.example"),
    ],
)
def test_a_domain_without_a_record_or_with_a_wrong_one_is_reported(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], finding: str, advice: str
) -> None:
    real = socket.getaddrinfo

    def resolved(host: str, *arguments: Any, **options: Any) -> Any:
        if host != "vpn.example.com":
            return real(host, *arguments, **options)
        if not addresses:
            raise OSError("no such name")
        return addresses

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    outputs = {"Address": "http://127.0.0.1:1", "DomainTarget": "d-1.execute-api.example"}
    deployed = Deployment("UPDATE_COMPLETE", outputs, {"DomainName": "vpn.example.com"})
    (found,) = aws_findings.address_findings(deployed)
    assert finding in str(found)
    assert advice in found.what_to_do


def test_missing_safeguards_of_a_production_table_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, stage="production") as operator:
        operator.run("configure")
        table_name = operator.deploy()["TableName"]
        client = boto3.client("dynamodb")
        off = {"PointInTimeRecoveryEnabled": False}
        client.update_continuous_backups(TableName=table_name, PointInTimeRecoverySpecification=off)
        result = operator.run("doctor")
    assert "lacks point-in-time recovery" in result.output
    assert result.exit_code == 1


def test_the_table_of_production_is_protected_by_a_command_that_doctor_names(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, stage="production") as operator:
        operator.run("configure")
        table_name = operator.deploy()["TableName"]
        advice = f"✘ the table {table_name} is not protected from deletion\n    → python -m ops --stage production"
        assert f"{advice} protect-table" in operator.run("doctor").output
        assert operator.run("protect-table").exit_code == 0
        with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
            boto3.client("dynamodb").delete_table(TableName=table_name)
        assert "not protected" not in operator.run("doctor").output
        assert operator.run("protect-table", "--off").exit_code == 0
        boto3.client("dynamodb").delete_table(TableName=table_name)


def test_an_unreachable_aws_is_reported_with_advice_about_the_network(
    operator: OperatorCommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")
    result = operator.run("doctor")
    assert result.exit_code == 1
    assert "✘ AWS cannot be reached at http://127.0.0.1:1/\n    → check the network" in result.output


def test_payment_providers_are_checked_and_what_they_say_is_kept(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    assert outputs
    shown = operator.run("doctor").output
    assert "✔ stars: account 4242 answers" in shown
    assert "/payments/demo takes notifications" in shown
    assert "stars: account 4242, checked" in operator.run("shop", "settings").output


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (False, ("! stars: its circuit breaker is open since", "it does not make payments", "it is tried again at")),
        (
            True,
            ("✘ stars: its circuit breaker is open since", "it refuses our credentials", "--stage demo configure"),
        ),
    ],
)
def test_an_open_breaker_of_a_provider_is_reported_and_does_not_keep_the_check_from_asking(
    operator: OperatorCommandLine, outputs: dict[str, str], *, refused: bool, words: tuple[str, ...]
) -> None:
    bind(outputs["TableName"])
    now, known = datetime.now(UTC), None
    for _ in range(1 if refused else FAILURES_TO_OPEN):
        known = tripped(known, now, refused=refused)
    assert StoredProviderBreakers(StoredShopSettings()).save("stars", None, known)
    shown = operator.run("doctor").output
    for part in (*words, "✔ stars: account 4242 answers"):
        assert part in shown, part
    assert StoredProviderBreakers(StoredShopSettings()).read("stars") is not None


def test_an_address_that_takes_no_notifications_is_reported(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    assert outputs
    operator.telegram.payments_status = 404
    result = operator.run("doctor")
    assert result.exit_code == 1
    assert "/payments/demo does not take notifications (404)" in result.output


EMAIL = "shop@example.com"


def subscriptions(*confirmed: str) -> Callable[[BaseClient, str, dict[str, Any]], Any]:
    """Return the calls of AWS, with subscriptions as SNS lists them: moto knows no e-mail that is not confirmed."""
    call = BaseClient._make_api_call  # the one method behind all calls

    def answered(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if operation != "ListSubscriptionsByTopic":
            return call(client, operation, parameters)
        found = [{"Protocol": "email", "Endpoint": EMAIL, "SubscriptionArn": arn} for arn in confirmed]
        notifier = {
            "Protocol": "lambda",
            "Endpoint": "arn:aws:lambda:x",
            "SubscriptionArn": "arn:aws:sns:x:y:z:lambda",
        }
        return {"Subscriptions": [notifier, *found]}

    return answered


@pytest.mark.parametrize(
    ("arns", "exit_code", "finding", "advice"),
    [
        (("PendingConfirmation", "arn:aws:sns:x:1:topic:2"), 0, "✔ alarms arrive by mail\n", ""),
        (("PendingConfirmation",), 0, "! the e-mail address of the alarms is not confirmed", "Confirmation"),
        (("Deleted",), 0, "! the e-mail address of the alarms is not confirmed", "aws sns subscribe"),
        ((), 1, "✘ the topic of the alarms does not send to AlarmEmail", "aws sns subscribe --topic-arn arn:aws:sns"),
    ],
)
def test_an_email_address_that_gets_no_alarms_is_reported(
    operator: OperatorCommandLine,
    monkeypatch: pytest.MonkeyPatch,
    arns: tuple[str, ...],
    exit_code: int,
    finding: str,
    advice: str,
) -> None:
    operator.deploy(AlarmEmail=EMAIL)
    operator.run("webhook", "set")
    monkeypatch.setattr(BaseClient, "_make_api_call", subscriptions(*arns))
    result = operator.run("doctor")
    assert finding in result.output
    assert advice in result.output[result.output.index(finding) :]
    assert result.exit_code == exit_code, result.output


def test_production_without_an_email_address_for_alarms_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_command_line(monkeypatch, stage="production") as operator:
        operator.run("configure")
        operator.deploy()
        result = operator.run("doctor")
    finding = "✘ AlarmEmail is empty: no alarm arrives by mail\n    → "
    assert finding in result.output
    assert "configure --set AlarmEmail=" in result.output[result.output.index(finding) :].splitlines()[1]
    assert result.exit_code == 1


def test_a_demo_may_be_without_an_email_address_for_alarms(
    operator: OperatorCommandLine, outputs: dict[str, str]
) -> None:
    assert "by mail" not in operator.run("doctor").output
