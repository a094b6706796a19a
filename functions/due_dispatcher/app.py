"""The function that EventBridge Scheduler calls each minute: it sends due work to the queue."""

from typing import TYPE_CHECKING, Any

from vpnbot.startup.init_phase import without_garbage_collection

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

with without_garbage_collection():
    from vpnbot.bootstrap import DueDispatcher

    dispatcher = DueDispatcher()


def handler(_: dict[str, Any], __: "LambdaContext") -> dict[str, int]:
    """Claim due work and send the claims to the queue; return how many were sent."""
    with dispatcher.invocation():
        dispatcher.observer.begin("dispatch", "dispatch")
        return {"handed_out": dispatcher.dispatch()}
