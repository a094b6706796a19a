"""What of a deployment costs money without a single customer, read from the templates with their conditions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.intrinsics import Node, Resolver, parse

ROOT = Path(__file__).parents[1]
POLLERS_OF_A_QUEUE = 5
"""Lambda polls a queue with five processes at first (Lambda Developer Guide, "Using Lambda with Amazon SQS")."""
_POLL_SECONDS = 20
_SECONDS_A_MONTH = 43_800 * 60
_MINUTES = {"rate(1 minute)": 1, "rate(5 minutes)": 5}
OF_STAGE: Mapping[str, Mapping[str, str]] = {
    "demo": {"Stage": "demo"},
    "production": {"Stage": "production", "Panel": "three_x_ui", "AlarmEmail": "you@example.com"},
}


@dataclass(frozen=True, slots=True)
class Deployed:
    """Numbers of what is deployed. `alarm_metrics`: an alarm costs by the metrics that it reads."""

    alarms: int
    alarm_metrics: int
    dashboards: int
    schedule_invocations: float
    polls: float
    traces_the_dispatcher: bool
    backs_up: bool
    architecture: str


@cache
def deployed(stage: str) -> Deployed:
    """Return what a stage has, with the parameters of `samconfig.toml` and the defaults of the template."""
    resources = list(_resources(ROOT / "template.yaml", OF_STAGE[stage]))
    alarms = [properties for kind, properties in resources if kind == "AWS::CloudWatch::Alarm"]
    functions = [properties for kind, properties in resources if kind == "AWS::Serverless::Function"]
    events = [event for function in functions for event in function.get("Events", {}).values()]
    schedules = [event["Properties"]["ScheduleExpression"] for event in events if event["Type"] == "ScheduleV2"]
    queues = sum(event["Type"] == "SQS" for event in events)
    (table,) = [properties for kind, properties in resources if kind == "AWS::DynamoDB::Table"]
    settings = parse((ROOT / "template.yaml").read_text("utf-8"))
    (dispatcher,) = [f for f in functions if str(f["CodeUri"]).strip("/").endswith("due_dispatcher")]
    tracing = dispatcher.get("Tracing", settings["Globals"]["Function"].get("Tracing"))
    return Deployed(
        alarms=len(alarms),
        alarm_metrics=sum(_metrics_of(alarm) for alarm in alarms),
        dashboards=sum(kind == "AWS::CloudWatch::Dashboard" for kind, _ in resources),
        schedule_invocations=sum(_SECONDS_A_MONTH / 60 / _MINUTES[expression] for expression in schedules),
        polls=queues * POLLERS_OF_A_QUEUE * _SECONDS_A_MONTH / _POLL_SECONDS,
        traces_the_dispatcher=tracing == "Active",
        backs_up=bool(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]),
        architecture=settings["Parameters"]["Architecture"]["Default"],
    )


def _metrics_of(alarm: Node) -> int:
    return sum("MetricStat" in query for query in alarm.get("Metrics", ())) or 1


def _resources(path: Path, parameters: Mapping[str, str]) -> Iterator[tuple[str, Node]]:
    """Yield type and properties of each resource that exists with these parameters, nested stacks included."""
    document = parse(path.read_text("utf-8"))
    defaults = {name: str(one.get("Default", "")) for name, one in document.get("Parameters", {}).items()}
    resolver = Resolver(
        parameters={**defaults, **parameters},
        pseudo={f"AWS::{name}": name for name in ("Region", "AccountId", "Partition", "StackName", "URLSuffix")},
        conditions=document.get("Conditions", {}),
        reference=lambda name: name,
        attribute=lambda name, attribute: f"{name}.{attribute}",
    )
    for resource in document["Resources"].values():
        if "Condition" in resource and not resolver.holds(resource["Condition"]):
            continue
        properties = resolver.resolve(resource.get("Properties", {}))
        yield resource["Type"], properties
        if resource["Type"] == "AWS::CloudFormation::Stack":
            yield from _resources(path.parent / properties["TemplateURL"], properties.get("Parameters", {}))
