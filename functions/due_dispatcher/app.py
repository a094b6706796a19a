"""The clock: each minute, EventBridge Scheduler."""

from typing import TYPE_CHECKING, Any

from vpnbot.bootstrap import due_dispatcher

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

dispatcher = due_dispatcher()


def handler(_: dict[str, Any], __: "LambdaContext") -> dict[str, int]:
    """Hand out what is due."""
    with dispatcher.invocation():
        return {"handed_out": dispatcher.dispatch()}
