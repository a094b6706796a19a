"""Requests made from API Gateway's events."""

from vpnbot.aws.api_gateway import HttpRequest


def test_an_empty_event_gives_a_request_with_defaults() -> None:
    request = HttpRequest.of({})
    assert (request.method, request.path, request.body, request.own_url) == ("GET", "/", b"", None)


def test_null_fields_are_read_as_absent() -> None:
    event = {
        "headers": None,
        "queryStringParameters": None,
        "pathParameters": None,
        "body": None,
        "requestContext": None,
    }
    assert HttpRequest.of(event).headers == {}
