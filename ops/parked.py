"""Due work that was given up: shown, and put back on the list."""

from collections.abc import Iterator
from datetime import datetime

from ops.deployment import Deployment
from vpnbot.domain.scheduling import DueItem
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind


def parked_work(deployment: Deployment) -> Iterator[DueItem]:
    """Yield what was given up.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    bind(deployment.outputs["TableName"])
    yield from DueIndex().parked()


def retry(items: Iterator[DueItem], now: datetime) -> int:
    """Make parked work due now, its attempts forgotten; return how much was still parked.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    index = DueIndex()
    return sum(index.retry(item, now) for item in items)
