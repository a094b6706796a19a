"""The function behind subscription links: it answers VPN apps with keys, and browsers with a page."""

from typing import TYPE_CHECKING, Any

from vpnbot.startup.init_phase import without_garbage_collection

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

with without_garbage_collection():
    from vpnbot.aws.api_gateway import HttpRequest, http_response
    from vpnbot.bootstrap import SubscriptionPage
    from vpnbot.subscription_page.request import Request

    page = SubscriptionPage()


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Answer one request for a subscription link, or a health check."""
    with page.invocation():
        request = HttpRequest.of(event)
        page.observer.begin("page", f"page:{request.request_id}")
        answer = page.answer(Request.of(request))
    return http_response(answer.status, answer.body, answer.headers)
