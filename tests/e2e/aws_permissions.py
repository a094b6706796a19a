"""The permissions that functions need for the calls that they make, and those that template.yaml grants."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from local.aws import AwsCall
from tests.infrastructure.stack import Stack

_TRANSACTION = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
"""What each part of TransactWriteItems needs: the transaction itself needs nothing (DynamoDB developer guide)."""
_BATCHES = {"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage"}
"""What a batch needs: there is no permission for the batch (SQS developer guide)."""


class Permission(NamedTuple):
    """An action of a function on a resource, as `dynamodb:Query` on `Table/index/due`."""

    function: str
    action: str
    resource: str


def permissions_for(call: AwsCall) -> Iterator[Permission]:
    """Yield what the role of a function needs for a call that it has made."""
    folder = re.sub(r"[^a-z_].*", "", call.caller)
    function = "".join(part.capitalize() for part in folder.split("_"))
    for action, resource in _needed(call):
        yield Permission(function, f"{call.service}:{action}", resource)


def _needed(call: AwsCall) -> Iterator[tuple[str, str]]:
    request, operation = call.request, call.operation
    match call.service:
        case "dynamodb" if operation == "TransactWriteItems":
            yield from ((_TRANSACTION[kind], "Table") for item in request["TransactItems"] for kind in item)
        case "dynamodb":
            index = request.get("IndexName")
            yield operation, f"Table/index/{index}" if index else "Table"
        case "sqs":
            yield _BATCHES.get(operation, operation), request["QueueUrl"].rpartition("-")[2]
        case "ssm":
            names = request.get("Names") or [request.get("Name") or request["Path"]]
            yield from ((operation, _parameter(name)) for name in names)


def _parameter(name: str) -> str:
    below = name.strip("/").partition("/")[2]
    return "parameter/panels/*" if below.startswith("panels/") else f"parameter/{below}"


def granted(stack: Stack, function: str) -> set[tuple[str, str]]:
    """Return the actions that the role of a function may do, each with its resource; without telemetry and keys."""
    attached = stack.resources("AWS::IAM::Role")[f"{function}Role"]["ManagedPolicyArns"]
    names = {f"{function}Role", *(policy["Ref"] for policy in attached)} - {"TelemetryPolicy"}
    found: set[tuple[str, str]] = set()
    for name, statement in stack.statements():
        actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
        if name in names:
            found |= {(a, _resource(r)) for a in actions for r in resources if not a.startswith("kms:")}
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(resource: Mapping[str, Any]) -> str:
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    text = str(resource["Fn::Sub"]).replace("${Table.Arn}", "Table")
    return text if text.startswith("Table") else f"parameter/{text.partition(':parameter/${AWS::StackName}/')[2]}"
