"""Dead-lettered work: due work that failed too often. List it and make it due again."""

from collections.abc import Sequence
from datetime import datetime

from ops.deployment import Deployment
from vpnbot.domain.scheduling import DueItem
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import bind


def dead_lettered_work(deployment: Deployment) -> Sequence[DueItem]:
    """Return all dead-lettered work.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    bind(deployment.output("TableName"))
    return DueIndex().dead_lettered(limit=None)


def retry(items: Sequence[DueItem], now: datetime) -> int:
    """Make dead-lettered work due now with its attempts set to 0; return how many items were still dead-lettered.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    index = DueIndex()
    return sum(index.retry(item, now) for item in items)
