"""A person's subscription link: for VPN apps their keys, for browsers a page."""

from typing import TYPE_CHECKING, Any

from vpnbot.aws.api_gateway import HttpRequest, http_response
from vpnbot.bootstrap import subscription_page
from vpnbot.subscription_page.request import Request

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

page = subscription_page()


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Answer one request for a subscription link, or for the health of this door."""
    with page.invocation():
        answer = page.answer(Request.of(HttpRequest.of(event)))
    return http_response(answer.status, answer.body, answer.headers)
