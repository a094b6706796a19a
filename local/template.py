"""Reads functions, routes, queues, schedules and the table from `template.yaml`."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from local.intrinsics import Node, Resolver, UnsupportedTemplateError, parse
from local.stack import (
    ACCOUNT_ID,
    API_ID,
    REGION,
    STORED_PARAMETERS,
    Deployment,
    Function,
    Queue,
    QueueMapping,
    Route,
    Schedule,
    Table,
    Template,
)

# A local run does not use resources of these types; a reference to one of them still raises an error.
WATCH = "WebhookWatch"
"""The function whose schedule the local run leaves out."""
_NOT_RUN = re.compile(
    r"AWS::(Serverless::(HttpApi|LayerVersion)|Logs::|CloudWatch::|SNS::|IAM::|Lambda::|ApiGatewayV2::|Scheduler::"
    r"|CloudFormation::|SSM::|Route53::|CertificateManager::)|Custom::"
)


def load(path: Path, deployment: Deployment, parameters: Mapping[str, str] | None = None) -> Template:
    """Read a template as a deployment with these parameters does.

    Raises:
        UnsupportedTemplateError: the local run does not support something in it, or a parameter is not declared.
    """
    return _Reader(path, deployment, parameters or {}).read()


class _Reader:
    def __init__(self, path: Path, deployment: Deployment, parameters: Mapping[str, str]) -> None:
        document = parse(path.read_text("utf-8"))
        self._root = path.parent
        self._deployment = deployment
        self._globals: dict[str, Node] = document.get("Globals", {}).get("Function", {})
        self._resources: dict[str, Node] = document.get("Resources", {})
        self._resolver = Resolver(
            parameters=_parameters(document.get("Parameters", {}), parameters),
            pseudo={
                "AWS::Region": REGION,
                "AWS::AccountId": ACCOUNT_ID,
                "AWS::Partition": "aws",
                "AWS::StackName": deployment.stack_name,
                "AWS::URLSuffix": "amazonaws.com",
            },
            conditions=document.get("Conditions", {}),
            reference=self._reference,
            attribute=self._attribute,
        )

    def read(self) -> Template:
        functions: dict[str, Function] = {}
        sources: list[tuple[str, Node]] = []
        routes: list[Route] = []
        queues: list[Queue] = []
        tables: list[Table] = []
        for name, resource in self._resources.items():
            if "Condition" in resource and not self._resolver.holds(resource["Condition"]):
                continue
            properties = resource.get("Properties", {})
            match resource["Type"]:
                case "AWS::Serverless::Function":
                    functions[name] = self._function(name, properties)
                    sources += [(name, source) for source in properties.get("Events", {}).values()]
                case "AWS::ApiGatewayV2::Route":
                    routes.append(self._route(properties))
                case "AWS::SQS::Queue":
                    queues.append(self._queue(name, properties))
                case "AWS::DynamoDB::Table":
                    tables.append(self._table(name, properties))
                case other:
                    if not (other.startswith("AWS::SQS::QueuePolicy") or _NOT_RUN.match(other)):
                        raise UnsupportedTemplateError(f"{name}: resources of this type are not run locally: {other}")
        return self._with_sources(functions, sources, routes, queues, tables)

    def _with_sources(
        self,
        functions: dict[str, Function],
        sources: list[tuple[str, Node]],
        routes: list[Route],
        queues: list[Queue],
        tables: list[Table],
    ) -> Template:
        mappings: list[QueueMapping] = []
        schedules: list[Schedule] = []
        by_arn = {self._arn("sqs", queue.name): queue for queue in queues}
        for name, source in sources:
            properties = source["Properties"]
            match source["Type"]:
                case "HttpApi":
                    routes.append(Route(properties["Method"].upper(), properties["Path"], name))
                case "SQS":
                    mappings.append(self._mapping(name, properties, by_arn))
                case "ScheduleV2" if name == WATCH:
                    pass  # here is no CloudWatch that would get what it publishes
                case "ScheduleV2":
                    expression = self._resolver.resolve(properties["ScheduleExpression"])
                    schedules.append(Schedule(name, _rate(expression)))
                case "SNS":
                    pass  # a topic of alarms: here is no CloudWatch, so none rings
                case other:
                    raise UnsupportedTemplateError(f"{name}: the local run has no event source of type {other}")
        return Template(functions, tuple(routes), tuple(mappings), tuple(schedules), tuple(queues), tuple(tables))

    def _function(self, name: str, properties: Node) -> Function:
        def setting(key: str, default: Node) -> Node:
            return self._resolver.resolve(properties.get(key, self._globals.get(key, default)))

        variables = {
            **self._globals.get("Environment", {}).get("Variables", {}),
            **properties.get("Environment", {}).get("Variables", {}),
        }
        return Function(
            name=name,
            folder=(self._root / str(setting("CodeUri", "."))).resolve(),
            handler=str(setting("Handler", "app.handler")),
            timeout_seconds=float(setting("Timeout", 3)),
            memory_mb=int(setting("MemorySize", 128)),
            architecture=str(setting("Architectures", ["x86_64"])[0]),
            environment={key: str(value) for key, value in self._resolver.resolve(variables).items()},
        )

    def _route(self, properties: Node) -> Route:
        """Read a route that is a resource of its own; its integration names the function by its alias."""
        method, path = str(self._resolver.resolve(properties["RouteKey"])).split(" ", 1)
        integration = str(self._resolver.resolve(properties["Target"])).removeprefix("integrations/")
        uri = self._resources[integration]["Properties"]["IntegrationUri"]
        return Route(method, path, str(self._resolver.resolve(uri)))

    def _mapping(self, function: str, properties: Node, by_arn: Mapping[str, Queue]) -> QueueMapping:
        resolved = self._resolver.resolve(properties)
        if resolved["Queue"] not in by_arn:
            raise UnsupportedTemplateError(f"{function}: {resolved['Queue']} is not a queue of this template")
        concurrency = resolved.get("ScalingConfig", {}).get("MaximumConcurrency")
        return QueueMapping(
            queue_url=by_arn[resolved["Queue"]].url,
            function=function,
            batch_size=int(resolved.get("BatchSize", 10)),
            partial_failures="ReportBatchItemFailures" in resolved.get("FunctionResponseTypes", []),
            maximum_concurrency=None if concurrency is None else int(concurrency),
        )

    def _queue(self, logical_id: str, properties: Node) -> Queue:
        name = self._physical_name(logical_id, "QueueName")
        resolved = self._resolver.resolve({k: v for k, v in properties.items() if k != "Tags"})
        attributes = {key: str(value) for key, value in resolved.items() if isinstance(value, int | str | bool)}
        attributes.pop("QueueName", None)
        redrive = resolved.get("RedrivePolicy")
        if redrive:
            target, count = redrive["deadLetterTargetArn"], int(redrive["maxReceiveCount"])
            attributes["RedrivePolicy"] = f'{{"deadLetterTargetArn": "{target}", "maxReceiveCount": {count}}}'
        target_name = redrive["deadLetterTargetArn"].rpartition(":")[2] if redrive else None
        return Queue(logical_id, name, self._url(name), attributes, target_name)

    def _table(self, logical_id: str, properties: Node) -> Table:
        wanted = (
            "KeySchema",
            "AttributeDefinitions",
            "BillingMode",
            "LocalSecondaryIndexes",
            "GlobalSecondaryIndexes",
        )
        create: dict[str, Node] = {
            key: self._resolver.resolve(properties[key]) for key in wanted if key in properties
        }
        for index in create.get("GlobalSecondaryIndexes", []):
            index.pop("OnDemandThroughput", None)
        create["TableName"] = self._physical_name(logical_id, "TableName")
        ttl = self._resolver.resolve(properties.get("TimeToLiveSpecification", {}))
        return Table(logical_id, create, ttl.get("AttributeName") if ttl.get("Enabled") else None)

    def _physical_name(self, logical_id: str, name_property: str) -> str:
        named = self._resources[logical_id].get("Properties", {}).get(name_property)
        return str(self._resolver.resolve(named)) if named else f"{self._deployment.stack_name}-{logical_id}"

    def _url(self, queue_name: str) -> str:
        return f"{self._deployment.aws_endpoint}/{ACCOUNT_ID}/{queue_name}"

    def _arn(self, service: str, name: str) -> str:
        return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{name}"

    def _reference(self, name: str) -> str:
        name = name.removesuffix(".Alias")
        function, dot, attribute = name.partition(".")
        if dot and attribute == "Version":
            return f"{self._attribute(function, 'Arn')}:1"
        match self._resources.get(name, {}).get("Type"):
            case "AWS::DynamoDB::Table":
                return self._physical_name(name, "TableName")
            case "AWS::SQS::Queue":
                return self._url(self._physical_name(name, "QueueName"))
            case "AWS::Serverless::Function" | "AWS::ApiGatewayV2::Integration":
                return name
            case "AWS::Serverless::HttpApi" | "AWS::ApiGatewayV2::Api":
                return API_ID
        raise UnsupportedTemplateError(f"!Ref {name}: the local run cannot resolve it")

    def _attribute(self, name: str, attribute: str) -> str:
        match (self._resources.get(name, {}).get("Type"), attribute):
            case ("AWS::DynamoDB::Table", "Arn"):
                return self._arn("dynamodb", f"table/{self._physical_name(name, 'TableName')}")
            case ("AWS::SQS::Queue", "Arn"):
                return self._arn("sqs", self._physical_name(name, "QueueName"))
            case ("AWS::SQS::Queue", "QueueName"):
                return self._physical_name(name, "QueueName")
            case ("AWS::SQS::Queue", "QueueUrl"):
                return self._url(self._physical_name(name, "QueueName"))
            case ("AWS::CloudFormation::CustomResource", "Username"):
                return self._deployment.bot_username
            case ("AWS::Serverless::Function", "Arn"):
                return self._arn("lambda", f"function:{name}")
        raise UnsupportedTemplateError(f"!GetAtt {name}.{attribute}: the local run cannot resolve it")


def _parameters(declared: Mapping[str, Node], given: Mapping[str, str]) -> dict[str, str]:
    if unknown := set(given) - set(declared):
        raise UnsupportedTemplateError(f"parameters that the template does not declare: {', '.join(sorted(unknown))}")
    values = {name: given.get(name, _default(name, declaration)) for name, declaration in declared.items()}
    if missing := sorted(name for name, value in values.items() if value is None):
        raise UnsupportedTemplateError(f"parameters without a value: {', '.join(missing)}")
    return {name: str(value) for name, value in values.items()}


def _default(name: str, declaration: Mapping[str, Node]) -> Node | None:
    is_stored = str(declaration["Type"]).startswith("AWS::SSM::Parameter::Value")
    return STORED_PARAMETERS.get(name) if is_stored else declaration.get("Default")


def _rate(expression: str) -> timedelta:
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not match:
        raise UnsupportedTemplateError(f"{expression!r}: the local run supports only rate(…)")
    return timedelta(**{f"{match.group(2)}s": int(match.group(1))})
