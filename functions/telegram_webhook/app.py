"""The function that receives Telegram's updates through API Gateway."""

import json
from typing import TYPE_CHECKING, Any

from vpnbot.startup.init_phase import without_garbage_collection

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

with without_garbage_collection():
    from vpnbot.aws.api_gateway import HttpRequest, http_response
    from vpnbot.bootstrap import TelegramWebhook
    from vpnbot.errors import Retryable
    from vpnbot.telegram.updates.receiver import Delivery
    from vpnbot.telegram.updates.webhook_response import QUARANTINED_HEADER

    webhook = TelegramWebhook()

JSON = {"content-type": "application/json"}


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Handle one Telegram update. The webhook secret is checked before the body is read."""
    with webhook.invocation():
        request = HttpRequest.of(event)
        try:
            if not webhook.authentic(request.headers.get("x-telegram-bot-api-secret-token")):
                return http_response(401)
        except Retryable:
            return http_response(503, headers={"retry-after": "1"})
        answer = webhook.receive(
            Delivery(request.body, request.own_url, lambda: context.get_remaining_time_in_millis() / 1000)
        )
    headers = dict(JSON)
    if answer.retry_after_seconds:
        headers["retry-after"] = str(answer.retry_after_seconds)
    if answer.quarantined:
        headers[QUARANTINED_HEADER] = "1"
    return http_response(answer.status, json.dumps(answer.method) if answer.method else "", headers)
