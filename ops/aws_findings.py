"""Checks of the deployed stack: secrets, table, queues, due work, public address."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import boto3

from ops.deployment import WEBHOOK_PATH, Deployment, Target
from ops.findings import Finding, failure, ok, warning
from vpnbot.aws.secret_names import WEBHOOK_SECRET_PREVIOUS
from vpnbot.aws.secrets import parse_key_ring
from vpnbot.errors import Misconfigured, TelegramUnavailable
from vpnbot.settings import Stage
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind
from vpnbot.telegram.bot_api.transport import Transport

CLOCK_MAY_LAG = timedelta(minutes=3)
"""One minute each for the schedule, the queue and the work itself."""


def secret_findings(secrets: Mapping[str, str], target: Target) -> Iterator[Finding]:
    """Check that all secrets are stored and well-formed. No value is shown."""
    configure = f"python -m ops {target.options} configure"
    wanted = ("bot_token", "webhook_secret", WEBHOOK_PATH, "key_secret")
    missing = [name for name in wanted if not secrets.get(name)]
    if missing:
        yield failure(f"not stored below {target.secrets_path}: {', '.join(missing)}", configure)
    else:
        yield ok(f"the secrets are stored below {target.secrets_path}")
    if secrets.get(WEBHOOK_SECRET_PREVIOUS):
        yield warning(
            "the previous webhook secret is still accepted",
            f"a deployment or python -m ops {target.options} webhook set gives Telegram the new one and ends the old",
        )
    if secrets.get("key_secret"):
        yield from _ring_findings(secrets["key_secret"], target)


def _ring_findings(stored: str, target: Target) -> Iterator[Finding]:
    """Check that the ring of key secrets still has every version that it ever had."""
    restore = "restore key_secret from your own copy; with a new one every existing key and person is lost"
    try:
        present = parse_key_ring(stored).versions
    except Misconfigured as error:
        yield failure(str(error), restore)
        return
    lost = sorted(
        {version for ring in _earlier_rings(target) for version in ring if ring[version] != present.get(version)}
    )
    if lost:
        versions = ", ".join(map(str, lost))
        yield failure(
            f"key_secret has lost or changed versions that it had: {versions}",
            f"{restore} (aws ssm get-parameter-history shows what it was)",
        )


def _earlier_rings(target: Target) -> Iterator[Mapping[int, bytes]]:
    for value in target.earlier("key_secret"):
        with suppress(Misconfigured):  # it was never in use
            yield parse_key_ring(value).versions


def table_findings(deployment: Deployment, target: Target) -> Iterator[Finding]:
    """Check the table, its indexes, and in production its deletion protection and backups."""
    client, name = boto3.client("dynamodb"), deployment.output("TableName")
    table = client.describe_table(TableName=name)["Table"]
    indexes = {
        index["IndexName"]
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for index in table.get(kind, [])
    }
    time_to_live = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    lacking = sorted({"due", "by_time", "by_server", "audience"} - indexes)
    lacking += [] if time_to_live in {"ENABLED", "ENABLING"} else ["time to live"]
    if target.stage is Stage.PRODUCTION:
        if not table.get("DeletionProtectionEnabled"):
            yield failure(
                f"the table {name} is not protected from deletion", f"python -m ops {target.options} protect-table"
            )
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        lacking += [] if recovery == "ENABLED" else ["point-in-time recovery"]
    if table["TableStatus"] != "ACTIVE":
        yield failure(f"the table {name} is {table['TableStatus']}", "wait, then run doctor again")
    elif lacking:
        yield failure(f"the table {name} lacks {', '.join(lacking)}", target.deploy)
    else:
        yield ok(f"the table {name} is complete")


def queue_findings(deployment: Deployment, target: Target) -> Iterator[Finding]:
    """Count the messages in queues that should be empty."""
    checks = {
        "ParkingQueueUrl": (
            "Telegram updates are quarantined",
            f"fix the bug, deploy, then python -m ops {target.options} replay",
        ),
        "DueDeadLettersUrl": (
            "runs of the worker crashed",
            "read the log of DueWorker; the work itself stays due",
        ),
        "ClockDeadLettersUrl": ("runs of the dispatcher or the registrar failed", "read the log of DueDispatcher"),
    }
    client, empty = boto3.client("sqs"), True
    for output, (what, what_to_do) in checks.items():
        name = "ApproximateNumberOfMessages"
        answer = client.get_queue_attributes(QueueUrl=deployment.output(output), AttributeNames=[name])
        count = int(answer["Attributes"][name])
        if count:
            empty = False
            yield warning(f"{count} {what}", what_to_do)
    if empty:
        yield ok("nothing is quarantined or dead-lettered, and no run has failed")


def clock_findings(deployment: Deployment, target: Target, now: datetime) -> Iterator[Finding]:
    """Check how late the oldest due work is, and whether any work is dead-lettered."""
    bind(deployment.output("TableName"))
    index = DueIndex()
    following = index.next_due()
    lag = now - following.due_at if following else timedelta(0)
    if lag > CLOCK_MAY_LAG:
        minutes = int(lag.total_seconds() // 60)
        yield failure(f"due work is {minutes} min late", "read the logs of DueDispatcher and DueWorker")
    else:
        yield ok("due work is done on time")
    dead_lettered = len(index.dead_lettered(limit=None))
    if dead_lettered:
        yield warning(
            f"{dead_lettered} items of due work are dead-lettered", f"python -m ops {target.options} dead-letters"
        )


def address_findings(deployment: Deployment) -> Iterator[Finding]:
    """Check that a domain of one's own resolves, and that the public address answers."""
    domain, target = deployment.parameters.get("DomainName"), deployment.outputs.get("DomainTarget", "")
    if domain and not _resolves(domain):
        yield failure(
            f"the domain {domain} does not resolve: no link works",
            f"create its DNS record: CNAME or ALIAS to {target}",
        )
        return
    try:
        status = Transport().get(f"{deployment.address}/health").status
    except TelegramUnavailable:
        status = 0
    if status == 200:
        yield ok(f"{deployment.address} answers")
    else:
        record = f"check its certificate, and that its DNS record points to {target}" if domain else "deploy again"
        yield failure(f"{deployment.address}/health does not answer ({status or 'no connection'})", record)


def _resolves(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, 443))
    except OSError:
        return False
