"""The function that does due work: one claim in each SQS message."""

from typing import TYPE_CHECKING, Any

from vpnbot.startup.init_phase import without_garbage_collection

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

with without_garbage_collection():
    from vpnbot.aws.sqs import from_message
    from vpnbot.bootstrap import DueWorker
    from vpnbot.errors import Retryable

    worker = DueWorker()


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Do the due work of each message; return the ids of messages without a result, which SQS delivers again.

    Work that failed has a result: its next time is stored. After too many deliveries SQS moves a message to the
    dead-letter queue; its work stays due in the table.
    """
    failed = []
    with worker.invocation():
        for record in event["Records"]:
            worker.observer.begin("work", f"message:{record['messageId']}")
            try:
                worker.work(from_message(record["body"], redelivered=_delivered_before(record)))
            except Retryable as error:
                worker.observer.warning("the result of due work could not be stored", error)
                failed.append({"itemIdentifier": record["messageId"]})
            except Exception as error:  # noqa: BLE001 - SQS delivers the message again
                worker.observer.error("due work failed", error)
                failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _delivered_before(record: dict[str, Any]) -> bool:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) > 1
