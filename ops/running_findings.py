"""Checks of what runs a deployment without an operator: schedules, the reader of the queue of due work, alarms."""

from collections.abc import Iterator

import boto3

from ops.deployment import Deployment, Target
from ops.findings import Finding, failure, ok, warning
from vpnbot.settings import Stage

_READS = frozenset({"Enabled", "Enabling", "Creating", "Updating"})
"""States of an event source mapping that reads its queue, or will in a minute (Lambda API, EventSourceMapping)."""
_SCHEDULES = {
    "clock": "nothing ends, and nobody is reminded",
    "webhook-watch": "nobody hears of updates that Telegram cannot deliver",
}
"""The schedules of template.yaml by the end of their names, and what happens without each."""


def schedule_findings(target: Target) -> Iterator[Finding]:
    """Check that each schedule of the stack is there and on."""
    for name, without_it in _SCHEDULES.items():
        yield _schedule_finding(target, f"{target.stack_name}-{name}", without_it)


def _schedule_finding(target: Target, name: str, without_it: str) -> Finding:
    client = boto3.client("scheduler")
    try:
        state = client.get_schedule(Name=name)["State"]
    except client.exceptions.ResourceNotFoundException:
        return failure(
            f"the schedule {name} does not exist: {without_it}",
            f"{target.deploy}, or make it again as template.yaml has it",
        )
    if state == "ENABLED":
        return ok(f"the schedule {name} is on")
    return failure(f"the schedule {name} is off: {without_it}", "EventBridge in the console, Schedules: enable it")


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


def alarm_email_findings(deployment: Deployment, target: Target) -> Iterator[Finding]:
    """Check that alarms reach the operators by mail, also while Telegram does not work."""
    email = deployment.parameters.get("AlarmEmail", "")
    if not email:
        if target.stage is Stage.PRODUCTION:
            yield failure(
                "AlarmEmail is empty: no alarm arrives by mail",
                f"python -m ops {target.options} configure --set AlarmEmail=you@example.com, then {target.deploy}",
            )
        return
    topic = deployment.output("AlarmTopicArn")
    pages = boto3.client("sns").get_paginator("list_subscriptions_by_topic")
    confirmed = [
        subscription["SubscriptionArn"].startswith("arn:")  # else it is the word PendingConfirmation, or Deleted
        for page in pages.paginate(TopicArn=topic)
        for subscription in page["Subscriptions"]
        if subscription["Protocol"] == "email" and subscription["Endpoint"] == email
    ]
    if any(confirmed):
        yield ok("alarms arrive by mail")
    elif confirmed:
        yield warning(
            "the e-mail address of the alarms is not confirmed, so no mail is sent",
            'open the link in the mail "AWS Notification - Subscription Confirmation" (look in spam, too). It is '
            f"valid for three days; a new one: aws sns subscribe --topic-arn {topic} --protocol email "
            "--notification-endpoint and the address",
        )
    else:
        yield failure(
            "the topic of the alarms does not send to AlarmEmail",
            f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint and the address",
        )
