"""Every role may do exactly what its door does, to exactly what it does it to."""

from tests.infrastructure.stack import Stack

WITHOUT_ARN = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""Actions for which IAM knows no resource (Service Authorization Reference, AWS X-Ray)."""


def actions_of(statement: dict[str, object]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else [str(item) for item in action]  # type: ignore[attr-defined]  # IAM: text or a list of it


def test_no_role_may_scan(stack: Stack) -> None:
    scanning = [(name, s) for name, s in stack.statements() if any("Scan" in action for action in actions_of(s))]
    assert scanning == []


def test_no_action_is_a_pattern(stack: Stack) -> None:
    patterns = [(name, action) for name, s in stack.statements() for action in actions_of(s) if "*" in action]
    assert patterns == []


def test_every_resource_is_named_where_it_has_a_name(stack: Stack) -> None:
    for name, statement in stack.statements():
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        if "*" in resources:
            assert set(actions_of(statement)) <= WITHOUT_ARN, f"{name} may do {statement['Action']} to everything"


def test_secrets_are_decrypted_only_through_parameter_store_and_only_our_own(stack: Stack) -> None:
    (statement,) = [s for _, s in stack.statements() if "kms:Decrypt" in actions_of(s)]
    assert "kms:ViaService" in statement["Condition"]["StringEquals"]
    (ours,) = statement["Condition"]["StringLike"].values()
    assert ours["Fn::Sub"].endswith(":parameter/${AWS::StackName}/*")


def test_only_the_tokens_of_panels_are_ever_written_and_only_from_the_chat(stack: Stack) -> None:
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


def test_only_those_who_ask_panels_may_read_their_tokens(stack: Stack) -> None:
    readers = {name for name, s in stack.statements() if "ssm:GetParameters" in actions_of(s)}
    assert readers == {"TelegramWebhookRole", "DueWorkerRole"}


def test_who_looks_after_the_servers_may_ask_the_index_of_keys(stack: Stack) -> None:
    asking = {name for name, s in stack.statements() if "/index/by_server" in str(s["Resource"])}
    assert asking == {"TelegramWebhookRole", "DueWorkerRole"}


def test_who_shows_a_history_and_who_erases_it_may_ask_the_index_by_time(stack: Stack) -> None:
    asking = {name for name, s in stack.statements() if "/index/by_time" in str(s["Resource"])}
    assert asking == {"TelegramWebhookRole", "DueWorkerRole"}


def test_every_function_has_a_role_of_its_own_without_policies_of_amazon(stack: Stack) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in stack.resources("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles)
    for role in roles:
        policies = stack.resources("AWS::IAM::Role")[role]["ManagedPolicyArns"]
        assert {policy["Ref"] for policy in policies} <= set(stack.resources("AWS::IAM::ManagedPolicy"))


def test_only_doors_that_need_secrets_may_read_them(stack: Stack) -> None:
    readers = {
        name
        for name, role in stack.resources("AWS::IAM::Role").items()
        if {"Ref": "SecretsPolicy"} in role.get("ManagedPolicyArns", [])
    }
    assert readers == {"TelegramWebhookRole", "SubscriptionPageRole", "DueWorkerRole", "WebhookRegistrarRole"}
