"""Each role has only the permissions that its function needs, on only the resources that it uses."""

from tests.infrastructure.stack import Stack

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
    (statement,) = [s for _, s in stack.statements() if "kms:Decrypt" in actions_of(s)]
    assert "kms:ViaService" in statement["Condition"]["StringEquals"]
    (ours,) = statement["Condition"]["StringLike"].values()
    assert ours["Fn::Sub"].endswith(":parameter/${AWS::StackName}/*")


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


def test_only_functions_that_call_panels_may_read_their_tokens(stack: Stack) -> None:
    readers = {name for name, s in stack.statements() if "ssm:GetParameters" in actions_of(s)}
    assert readers == {"TelegramWebhookRole", "DueWorkerRole"}


def test_functions_that_call_panels_delete_their_tokens_and_the_registrar_the_previous_secret(stack: Stack) -> None:
    deleted = {
        name: s["Resource"]["Fn::Sub"].rpartition(":parameter/${AWS::StackName}/")[2]
        for name, s in stack.statements()
        if "ssm:DeleteParameters" in actions_of(s)
    }
    assert deleted == {
        "TelegramWebhookRole": "panels/*",
        "DueWorkerRole": "panels/*",
        "WebhookRegistrarRole": "webhook_secret_previous",
    }


def test_the_worker_may_list_the_tokens_of_panels(stack: Stack) -> None:
    """It sweeps those that no server uses. IAM compares the path of GetParametersByPath with the resources."""
    (statement,) = [s for _, s in stack.statements() if "ssm:GetParametersByPath" in actions_of(s)]
    assert actions_of(statement) == ["ssm:GetParametersByPath"]
    assert any(named["Fn::Sub"].endswith(":parameter/${AWS::StackName}/*") for named in statement["Resource"])
    worker = stack.resources("AWS::IAM::Role")["DueWorkerRole"]
    assert {"Ref": "SecretsPolicy"} in worker["ManagedPolicyArns"]


def test_only_functions_that_manage_servers_may_query_the_index_by_server(stack: Stack) -> None:
    querying = {name for name, s in stack.statements() if "/index/by_server" in str(s["Resource"])}
    assert querying == {"TelegramWebhookRole", "DueWorkerRole"}


def test_only_functions_that_show_or_erase_a_history_may_query_the_index_by_time(stack: Stack) -> None:
    querying = {name for name, s in stack.statements() if "/index/by_time" in str(s["Resource"])}
    assert querying == {"TelegramWebhookRole", "DueWorkerRole"}


def test_every_function_has_its_own_role_without_aws_managed_policies(stack: Stack) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in stack.resources("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles)
    for role in roles:
        policies = stack.resources("AWS::IAM::Role")[role]["ManagedPolicyArns"]
        assert {policy["Ref"] for policy in policies} <= set(stack.resources("AWS::IAM::ManagedPolicy"))


def test_only_functions_that_need_secrets_may_read_them(stack: Stack) -> None:
    readers = {
        name
        for name, role in stack.resources("AWS::IAM::Role").items()
        if {"Ref": "SecretsPolicy"} in role.get("ManagedPolicyArns", [])
    }
    assert readers == {
        "TelegramWebhookRole",
        "SubscriptionPageRole",
        "PaymentWebhookRole",
        "DueWorkerRole",
        "WebhookRegistrarRole",
    }


def test_the_payment_webhook_may_decide_and_hand_work_over_and_nothing_else(stack: Stack) -> None:
    statements = [s for name, s in stack.statements() if name == "PaymentWebhookRole"]
    allowed = {(action, str(s["Resource"])) for s in statements for action in actions_of(s)}
    table, queue = str({"Fn::GetAtt": ["Table", "Arn"]}), str({"Fn::GetAtt": ["DueQueue", "Arn"]})
    items = ("ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
    assert allowed == {(f"dynamodb:{action}", table) for action in items} | {("sqs:SendMessage", queue)}
