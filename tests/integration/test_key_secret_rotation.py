"""A rotation of the key secret while functions of before run on: they read the ring again and serve the new keys."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.integration.lambda_functions import KEY_RING, LambdaFunctions, call, message, tap
from vpnbot.aws.secrets import REREAD_SECONDS, parse_key_ring

BOTH = json.dumps({**json.loads(KEY_RING), "2": urlsafe_b64encode(b"another secret of thirty-two bytes").decode()})
PERSON = 4711


@pytest.fixture
def page(lambda_functions: LambdaFunctions) -> ModuleType:
    """The subscription page, loaded with the ring of before."""
    return lambda_functions.load("subscription_page", KEY_SECRET=KEY_RING)


def stores(container: Any, ring: str) -> None:
    """Change the key secret in the store of a loaded function, a minute after it read its secrets."""
    values: Mapping[str, str] = {**container.secrets._source(), "key_secret": ring}
    container.secrets._source = lambda: values
    container.secrets._read_at -= REREAD_SECONDS


def token_of_new_version(functions: LambdaFunctions) -> str:
    """Make a key with the second version of the secret; return the token of its link."""
    newer = functions.webhook(KEY_SECRET=BOTH)
    assert call(newer, message(update_id=10, user_id=PERSON))["statusCode"] == 200
    assert call(newer, tap("try", 11, user_id=PERSON))["statusCode"] == 200
    ring = parse_key_ring(BOTH)
    person = newer.webhook.people.open(ring.person_id(PERSON)).person
    assert person.subscription.key.secret_version == 2
    return ring.link_token(person.id, person.subscription.key)


def fetched(page: ModuleType, token: str) -> dict[str, Any]:
    """Return the answer to an app that fetches a link."""
    event = {"rawPath": f"/s/{token}", "pathParameters": {"token": token}, "headers": {"user-agent": "Happ/1.0"}}
    answer: dict[str, Any] = page.handler(event, LambdaContext())
    return answer


def test_older_functions_serve_a_key_of_the_new_version(lambda_functions: LambdaFunctions, page: ModuleType) -> None:
    older = lambda_functions.webhook(KEY_SECRET=KEY_RING)
    assert call(older, message(user_id=1))["statusCode"] == 200
    token = token_of_new_version(lambda_functions)
    stores(older.webhook, BOTH)
    stores(page.page, BOTH)
    assert call(older, message(update_id=30, user_id=PERSON))["statusCode"] == 200
    assert fetched(page, token)["statusCode"] == 200


def test_while_a_version_is_missing_telegram_and_apps_come_again(
    lambda_functions: LambdaFunctions, page: ModuleType
) -> None:
    token = token_of_new_version(lambda_functions)
    older = lambda_functions.webhook(KEY_SECRET=KEY_RING)
    answers = call(older, message(update_id=30, user_id=PERSON)), fetched(page, token)
    assert [(answer["statusCode"], answer["headers"]["retry-after"]) for answer in answers] == [(503, "60")] * 2
    assert lambda_functions.quarantined() == []
