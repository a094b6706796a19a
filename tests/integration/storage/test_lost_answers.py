"""DynamoDB commits a transaction and its answer is lost; the client repeats the call with the same request token."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from tests.functional.usecases.test_reconciliation_continues import (
    TestClientsThatChange as ReconciliationOfClientsThatChange,
)
from tests.integration.aws_clients import BOTH, use_client
from vpnbot.aws_calls.client import AwsClient
from vpnbot.domain.people.ledger import Entry
from vpnbot.storage.servers.catalogue import Catalogue


@pytest.fixture
def empty_shop(empty_shop: Shop) -> Shop:
    """A shop whose people and servers are in the table."""
    empty_shop.servers = Catalogue()  # type: ignore[assignment]  # the one on DynamoDB
    return empty_shop


@pytest.fixture(autouse=True, params=BOTH)
def lost(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Lose the first answer to each transaction; yield the transactions whose answers were lost."""
    of_botocore, of_ours, lost = URLLib3Session.send, AwsClient._send, list[bytes]()

    def lose(target: Any, body: bytes) -> None:
        if "TransactWriteItems" in str(target) and body not in lost:
            lost.append(body)
            raise ReadTimeoutError(endpoint_url="http://dynamodb")

    def send_botocores(self: URLLib3Session, request: Any) -> Any:
        answer = of_botocore(self, request)
        lose(request.headers.get("X-Amz-Target"), request.body)
        return answer

    def send_ours(self: AwsClient, body: bytes, headers: Any) -> Any:
        answer = of_ours(self, body, headers)
        lose(headers["X-Amz-Target"], body)
        return answer

    use_client(monkeypatch, request.param)
    monkeypatch.setattr(URLLib3Session, "send", send_botocores)
    monkeypatch.setattr(AwsClient, "_send", send_ours)
    yield lost
    assert lost


def test_a_commit_whose_answer_was_lost_succeeds_once(shop: Shop, lost: list[bytes]) -> None:
    session = shop.open()
    user = replace(session.person.user, language="ru")
    after = session.commit(replace(session.person, user=user), Entry("update:1:1", "arrived", START))
    assert len(lost) == 1
    assert shop.look() == after
    assert shop.history() == ["update:1:1"]


class TestClientsThatChange(ReconciliationOfClientsThatChange):
    """A server is emptied and filled again as if no answer were lost."""
