"""Dead-lettered work: due work that failed too often. List it and make it due again."""

from collections.abc import Iterator
from datetime import datetime

from ops.deployment import Deployment
from vpnbot.domain.scheduling import DueItem
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind


def dead_lettered_work(deployment: Deployment) -> Iterator[DueItem]:
    """Yield the dead-lettered work.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    bind(deployment.outputs["TableName"])
    yield from DueIndex().dead_lettered()


def retry(items: Iterator[DueItem], now: datetime) -> int:
    """Make dead-lettered work due now with its attempts set to 0; return how many items were still dead-lettered.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    index = DueIndex()
    return sum(index.retry(item, now) for item in items)
