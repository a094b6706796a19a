"""Due work, one claim a message, handed over by SQS."""

from typing import TYPE_CHECKING, Any

from vpnbot.aws.sqs import from_message
from vpnbot.bootstrap import due_worker

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

worker = due_worker()


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Do what is due. A message that fails is reported, so that it comes back and then goes to the dead letters."""
    failed = []
    with worker.invocation():
        for record in event["Records"]:
            worker.observer.begin(f"message:{record['messageId']}")
            try:
                worker.work(from_message(record["body"]))
            except Exception as error:  # noqa: BLE001 - it comes back, and then goes to the dead letters
                worker.observer.error("due work failed", error)
                failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
