"""The function that receives notifications of payment providers through API Gateway; it never loads aiogram."""

import json
from typing import TYPE_CHECKING, Any

from vpnbot.startup.init_phase import without_garbage_collection

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from vpnbot.web_pages.responses import PageResponse

with without_garbage_collection():
    from vpnbot.aws.api_gateway import HttpRequest, http_response
    from vpnbot.bootstrap import PaymentWebhook

    webhook = PaymentWebhook()

LARGEST_BODY_BYTES = 64 * 1024
NOT_FOUND = http_response(404, json.dumps({"message": "Not Found"}), {"content-type": "application/json"})
"""What API Gateway itself answers for a route that does not exist."""


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Answer one notification, or one request for the page of a demo payment."""
    with webhook.invocation():
        request = HttpRequest.of(event)
        if request.body_bytes > LARGEST_BODY_BYTES:
            return http_response(413)
        order_id = request.path_parameters.get("order")
        if order_id is not None:
            return _page(_demo_payment(order_id, request))
        provider = request.path_parameters.get("provider", "")
        status = webhook.notified(provider, request.body, request.headers, request.source, request.request_id)
    return http_response(status)


def _demo_payment(order_id: str, request: HttpRequest) -> "PageResponse | None":
    token, language = request.query.get("t", ""), request.query.get("lang", "")
    if request.method == "POST":
        return webhook.act_on_demo_payment(order_id, token, language, request.body.decode(errors="replace"))
    return webhook.show_demo_payment(order_id, token, language, request.headers.get("accept-language", ""))


def _page(page: "PageResponse | None") -> dict[str, Any]:
    return http_response(page.status, page.body, page.headers) if page else NOT_FOUND
