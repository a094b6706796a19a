"""Checks of what makes a deployment run by itself: the schedule, the reader of the queue of due work, its alarms."""

from collections.abc import Iterator

import boto3

from ops.deployment import Deployment, Target
from ops.findings import Finding, failure, ok, warning

_READS = frozenset({"Enabled", "Enabling", "Creating", "Updating"})
"""States of an event source mapping that reads its queue, or will in a minute (Lambda API, EventSourceMapping)."""


def schedule_findings(target: Target) -> Iterator[Finding]:
    """Check that the dispatcher is started each minute; without it nothing ends and nobody is reminded."""
    client, name = boto3.client("scheduler"), f"{target.stack_name}-clock"
    try:
        state = client.get_schedule(Name=name)["State"]
    except client.exceptions.ResourceNotFoundException:
        yield failure(
            f"the schedule {name} does not exist", f"{target.deploy}, or make it again as template.yaml has it"
        )
        return
    if state == "ENABLED":
        yield ok(f"the schedule {name} is on")
    else:
        yield failure(
            f"the schedule {name} is off: nothing ends, and nobody is reminded",
            "EventBridge in the console, Schedules: enable it",
        )


def worker_findings(deployment: Deployment) -> Iterator[Finding]:
    """Check that a function reads the queue of due work."""
    url = deployment.output("DueQueueUrl")
    attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    pages = boto3.client("lambda").get_paginator("list_event_source_mappings")
    found = [
        mapping
        for page in pages.paginate(EventSourceArn=attributes["QueueArn"])
        for mapping in page["EventSourceMappings"]
    ]
    if any(mapping["State"] in _READS for mapping in found):
        yield ok("DueWorker reads the queue of due work")
        return
    states = ", ".join(mapping["State"] for mapping in found) or "there is no event source mapping"
    enable = "".join(
        f"aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled" for mapping in found[:1]
    )
    yield failure(f"no function reads the queue of due work ({states})", enable or "deploy again")


def alarm_findings(target: Target) -> Iterator[Finding]:
    """Name the alarms of the stack and its nested stacks that ring."""
    pages = boto3.client("cloudwatch").get_paginator("describe_alarms")
    ringing = [
        alarm["AlarmName"]
        for page in pages.paginate(AlarmNamePrefix=f"{target.stack_name}-", StateValue="ALARM")
        for alarm in page.get("MetricAlarms", [])
    ]
    if ringing:
        yield warning(f"alarms ring: {', '.join(ringing)}", "docs/alarms.md says what each one means")
    else:
        yield ok("no alarm rings")
