"""Each role has only the permissions that its function needs, on only the resources that it uses."""

from typing import Any

import pytest

from functions.alarm_notifier import app as alarm_notifier
from functions.webhook_registrar import app as webhook_registrar
from functions.webhook_watch import app as webhook_watch
from tests.infrastructure.stack import Stack
from vpnbot.aws import release_check
from vpnbot.bootstrap import DueDispatcher, DueWorker, PaymentWebhook, SubscriptionPage, TelegramWebhook

WITHOUT_ARN = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""Actions without resource-level permissions (Service Authorization Reference, AWS X-Ray)."""


def actions_of(statement: dict[str, object]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else [str(item) for item in action]  # type: ignore[attr-defined]  # IAM: text or a list of it


def test_no_role_may_scan(stack: Stack) -> None:
    scanning = [(name, s) for name, s in stack.statements() if any("Scan" in action for action in actions_of(s))]
    assert scanning == []


def test_no_action_contains_a_wildcard(stack: Stack) -> None:
    patterns = [(name, action) for name, s in stack.statements() for action in actions_of(s) if "*" in action]
    assert patterns == []


def test_only_actions_without_resources_are_allowed_on_all_resources(stack: Stack) -> None:
    for name, statement in stack.statements():
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        if "*" in resources:
            assert set(actions_of(statement)) <= WITHOUT_ARN, f"{name} may do {statement['Action']} on all resources"


def test_only_parameters_of_this_stack_are_decrypted_and_only_through_parameter_store(stack: Stack) -> None:
    statements = [s for _, s in stack.statements() if "kms:Decrypt" in actions_of(s)]
    assert statements
    for statement in statements:
        assert "kms:ViaService" in statement["Condition"]["StringEquals"]
        assert decrypted(statement)


def decrypted(statement: dict[str, Any]) -> set[str]:
    """Return the parameters that a statement decrypts, as names below the path of the stack."""
    contexts = {key: value for test in statement["Condition"].values() for key, value in test.items()}
    return below_the_path(contexts["kms:EncryptionContext:PARAMETER_ARN"])


def below_the_path(resources: Any) -> set[str]:
    """Return the names of parameters, without the path of the stack."""
    found = [named["Fn::Sub"] for named in (resources if isinstance(resources, list) else [resources])]
    path = ":parameter/${AWS::StackName}/"
    assert all(path in arn for arn in found)
    return {arn.partition(path)[2] for arn in found}


def policies_of(stack: Stack, role: str) -> set[str]:
    """Return a role and its managed policies, by logical id."""
    attached = stack.resources("AWS::IAM::Role")[role]["ManagedPolicyArns"]
    return {role, *(policy["Ref"] for policy in attached)}


READERS = {
    "TelegramWebhook": (TelegramWebhook.secret_names, True),
    "SubscriptionPage": (SubscriptionPage.secret_names, False),
    "PaymentWebhook": (PaymentWebhook.secret_names, False),
    "DueDispatcher": (DueDispatcher.secret_names, False),
    "DueWorker": (DueWorker.secret_names, True),
    "WebhookRegistrar": (webhook_registrar.SECRET_NAMES, False),
    "AlarmNotifier": (alarm_notifier.SECRET_NAMES, False),
    "WebhookWatch": (webhook_watch.SECRET_NAMES, False),
    "WebhookCheck": (release_check.SECRET_NAMES, False),
    "WorkerCheck": ((), False),
}
"""The secrets that each function reads, and whether it reads the tokens of panels."""


def test_every_function_is_checked(stack: Stack) -> None:
    assert set(READERS) == set(stack.resources("AWS::Lambda::Function"))


@pytest.mark.parametrize("function", READERS)
def test_each_function_may_read_and_decrypt_the_secrets_that_it_reads_and_no_others(
    stack: Stack, function: str
) -> None:
    names, reads_panel_tokens = READERS[function]
    of_function = policies_of(stack, f"{function}Role")
    statements = [s for name, s in stack.statements() if name in of_function]
    read = [below_the_path(s["Resource"]) for s in statements if "ssm:GetParameters" in actions_of(s)]
    plain = [decrypted(s) for s in statements if "kms:Decrypt" in actions_of(s)]
    expected = {*names, *(["panels/*"] if reads_panel_tokens else [])}
    assert set().union(*read) == set().union(*plain) == expected


def test_only_the_webhook_writes_parameters_and_only_tokens_of_panels(stack: Stack) -> None:
    writing = {"ssm:PutParameter", "kms:Encrypt"}
    statements = [(name, s) for name, s in stack.statements() if writing & set(actions_of(s))]
    assert {name for name, _ in statements} == {"TelegramWebhookRole"}
    for _, statement in statements:
        if "kms:Encrypt" in actions_of(statement):
            assert "kms:ViaService" in statement["Condition"]["StringEquals"]
            (named,) = statement["Condition"]["StringLike"].values()
        else:
            named = statement["Resource"]
        assert named["Fn::Sub"].endswith(":parameter/${AWS::StackName}/panels/*")


def test_functions_that_call_panels_delete_their_tokens_and_the_registrar_the_previous_secret(stack: Stack) -> None:
    deleted = {
        name: below_the_path(s["Resource"])
        for name, s in stack.statements()
        if "ssm:DeleteParameters" in actions_of(s)
    }
    assert deleted == {
        "PanelTokensPolicy": {"panels/*"},
        "WebhookRegistrarRole": {"webhook_secret_previous"},
    }


def test_only_the_tokens_of_panels_are_listed(stack: Stack) -> None:
    """IAM compares the path of GetParametersByPath with the resources."""
    ((name, statement),) = [(name, s) for name, s in stack.statements() if "ssm:GetParametersByPath" in actions_of(s)]
    assert name == "PanelTokensPolicy"
    assert below_the_path(statement["Resource"]) == {"panels"}


def test_only_functions_that_manage_servers_may_query_the_index_by_server(stack: Stack) -> None:
    querying = {name for name, s in stack.statements() if "/index/by_server" in str(s["Resource"])}
    assert querying == {"TelegramWebhookRole", "DueWorkerRole"}


def test_only_functions_that_show_or_erase_a_history_may_query_the_index_by_time(stack: Stack) -> None:
    querying = {name for name, s in stack.statements() if "/index/by_time" in str(s["Resource"])}
    assert querying == {"TelegramWebhookRole", "DueWorkerRole"}


def test_only_functions_that_count_or_reach_many_people_may_query_the_index_of_the_audience(stack: Stack) -> None:
    querying = {name for name, s in stack.statements() if "/index/audience" in str(s["Resource"])}
    assert querying == {"TelegramWebhookRole", "DueWorkerRole"}


def test_every_function_has_its_own_role_without_aws_managed_policies(stack: Stack) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in stack.resources("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles)
    for role in roles:
        policies = stack.resources("AWS::IAM::Role")[role]["ManagedPolicyArns"]
        assert {policy["Ref"] for policy in policies} <= set(stack.resources("AWS::IAM::ManagedPolicy"))


def test_the_payment_webhook_may_decide_and_hand_work_over_and_nothing_else(stack: Stack) -> None:
    statements = [s for name, s in stack.statements() if name == "PaymentWebhookRole"]
    allowed = {(action, str(s["Resource"])) for s in statements for action in actions_of(s)}
    table, queue = str({"Fn::GetAtt": ["Table", "Arn"]}), str({"Fn::GetAtt": ["DueQueue", "Arn"]})
    items = ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
    assert allowed == {(f"dynamodb:{action}", table) for action in items} | {("sqs:SendMessage", queue)}


def test_the_alarm_notifier_may_use_no_table_and_no_queue_but_its_failure_destination(stack: Stack) -> None:
    """It has to work while these are broken."""
    statements = [s for name, s in stack.statements() if name == "AlarmNotifierRole"]
    allowed = {(action, str(s["Resource"])) for s in statements for action in actions_of(s)}
    assert allowed == {("sqs:SendMessage", str({"Fn::GetAtt": ["ClockDeadLetters", "Arn"]}))}
    attached = policies_of(stack, "AlarmNotifierRole")
    assert attached == {"AlarmNotifierRole", "TelemetryPolicy", "BotTokenPolicy"}
