"""The deployed stack: secrets, table, queues, the clock, the address."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import boto3

from ops.deployment import Deployment, Target
from ops.findings import Finding, ill, odd, well
from vpnbot.aws.secrets import parse_key_ring
from vpnbot.errors import Misconfigured, TelegramUnavailable
from vpnbot.settings import Stage
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind
from vpnbot.telegram.bot_api.transport import Transport

CLOCK_MAY_LAG = timedelta(minutes=3)
"""A minute for the schedule, one for the queue, one for the work."""


def secret_findings(secrets: Mapping[str, str], target: Target) -> Iterator[Finding]:
    """Look whether all secrets are there and well formed; none is shown."""
    configure = f"python -m ops {target.options} configure"
    missing = [name for name in ("bot_token", "webhook_secret", "key_secret") if not secrets.get(name)]
    if missing:
        yield ill(f"not stored below {target.secrets_path}: {', '.join(missing)}", configure)
    else:
        yield well(f"the secrets are stored below {target.secrets_path}")
    if secrets.get("key_secret"):
        try:
            parse_key_ring(secrets["key_secret"])
        except Misconfigured as error:
            yield ill(str(error), "put back the ring from your own copy; a new one would orphan every key")


def table_findings(deployment: Deployment, target: Target) -> Iterator[Finding]:
    """Look whether the table is there, with its indexes and safeguards."""
    client, name = boto3.client("dynamodb"), deployment.outputs["TableName"]
    table = client.describe_table(TableName=name)["Table"]
    indexes = {
        index["IndexName"]
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for index in table.get(kind, [])
    }
    time_to_live = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    lacking = sorted({"due", "by_time"} - indexes)
    lacking += [] if time_to_live in {"ENABLED", "ENABLING"} else ["time to live"]
    if target.stage is Stage.PRODUCTION:
        lacking += [] if table.get("DeletionProtectionEnabled") else ["deletion protection"]
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        lacking += [] if recovery == "ENABLED" else ["point-in-time recovery"]
    if table["TableStatus"] != "ACTIVE":
        yield ill(f"the table {name} is {table['TableStatus']}", "wait, then ask again")
    elif lacking:
        yield ill(f"the table {name} lacks {', '.join(lacking)}", f"sam deploy --config-env {target.stage}")
    else:
        yield well(f"the table {name} is complete")


def queue_findings(deployment: Deployment, target: Target) -> Iterator[Finding]:
    """Count what lies in queues that should be empty."""
    cures = {
        "ParkingQueueUrl": (
            "Telegram updates are quarantined",
            f"mend the bug, then python -m ops {target.options} replay",
        ),
        "DueDeadLettersUrl": (
            "runs of the worker crashed",
            "read the log of DueWorker; the work itself is still due",
        ),
        "ClockDeadLettersUrl": ("runs of the clock or the registrar failed", "read the log of DueDispatcher"),
    }
    client, full = boto3.client("sqs"), False
    for output, (what, what_to_do) in cures.items():
        name = "ApproximateNumberOfMessages"
        answer = client.get_queue_attributes(QueueUrl=deployment.outputs[output], AttributeNames=[name])
        count = int(answer["Attributes"][name])
        if count:
            full = True
            yield odd(f"{count} {what}", what_to_do)
    if not full:
        yield well("nothing is quarantined or dead-lettered, and no run has failed")


def clock_findings(deployment: Deployment, target: Target, now: datetime) -> Iterator[Finding]:
    """Look how late the oldest due work is, and what was given up."""
    bind(deployment.outputs["TableName"])
    index = DueIndex()
    following = index.next_due()
    lag = now - following.due_at if following else timedelta(0)
    if lag > CLOCK_MAY_LAG:
        minutes = int(lag.total_seconds() // 60)
        yield ill(f"the clock is {minutes} min late", "read the logs of DueDispatcher and DueWorker")
    else:
        yield well("the clock keeps time")
    dead_lettered = len(index.dead_lettered())
    if dead_lettered:
        yield odd(f"{dead_lettered} pieces of work are dead-lettered", f"python -m ops {target.options} dead-letters")


def address_findings(deployment: Deployment) -> Iterator[Finding]:
    """Look whether the address answers."""
    try:
        status = Transport().get(f"{deployment.address}/health").status
    except TelegramUnavailable:
        status = 0
    if status == 200:
        yield well(f"{deployment.address} answers")
    else:
        yield ill(
            f"{deployment.address} does not answer ({status or 'no connection'})", "check the domain and its DNS"
        )
