"""Claims and quarantined updates in SQS."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION
from vpnbot.aws.sqs import SqsDueQueue, SqsQuarantine, from_message, to_message
from vpnbot.aws_calls.endpoint import CLIENT_VARIABLE
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import InvalidCall, Misconfigured, Retryable


@pytest.fixture(params=["", "botocore"], ids=["our client", "botocore's"])
def url(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty queue, for each of the clients that can make the calls."""
    monkeypatch.setenv(CLIENT_VARIABLE, request.param)
    for name, value in {
        **FAKE_CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": local_aws.endpoint,
    }.items():
        monkeypatch.setenv(name, value)
    queue = local_aws.client("sqs").create_queue(QueueName=f"q-{uuid4().hex[:8]}")["QueueUrl"]
    yield queue
    local_aws.client("sqs").delete_queue(QueueUrl=queue)


def bodies(local_aws: LocalAws, url: str) -> list[str]:
    """Take all messages from the queue; return their bodies."""
    found = []
    while messages := local_aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            local_aws.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
    return found


def claim(number: int = 0) -> DueItem:
    """Return a sample claim."""
    due_at = datetime(2026, 3, 1, 12, 0, 0, 123456, UTC) + timedelta(seconds=number)
    return DueItem(PersonId("ab" * 16), f"OUT#{number}", due_at, attempts=3)


def test_a_claim_is_decoded_as_it_was_encoded_to_the_microsecond() -> None:
    sent = replace(claim(), due_since=claim().due_at - timedelta(minutes=5))
    assert from_message(to_message(sent)) == sent
    assert from_message(to_message(claim()), redelivered=True) == replace(
        claim(), due_since=claim().due_at, redelivered=True
    )


def test_a_claim_of_an_earlier_release_is_decoded() -> None:
    body = json.loads(to_message(claim()))
    del body["due_since"], body["origin"]
    assert from_message(json.dumps(body)) == claim()
    assert from_message(json.dumps(body)).origin == ""


def test_a_claim_carries_the_correlation_id_of_what_made_it_due() -> None:
    assert from_message(to_message(replace(claim(), origin="update:7"))).origin == "update:7"


def test_the_number_of_waiting_claims_is_known(local_aws: LocalAws, url: str) -> None:
    queue = SqsDueQueue(url)
    assert queue.waiting() == 0
    queue.send([claim(n) for n in range(12)])
    assert queue.waiting() == 12


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"person": 1}', to_message(claim()).replace("2026", "x")])
def test_an_invalid_claim_is_rejected(body: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_message(body)


@pytest.mark.parametrize("number", [0, 1, 10, 11, 25])
def test_any_number_of_claims_is_sent_in_batches(local_aws: LocalAws, url: str, number: int) -> None:
    SqsDueQueue(url).send([claim(n) for n in range(number)])
    assert sorted(from_message(body).sort_key for body in bodies(local_aws, url)) == sorted(
        claim(n).sort_key for n in range(number)
    )


def test_a_quarantined_update_is_stored_with_the_reason(local_aws: LocalAws, url: str) -> None:
    SqsQuarantine(url).put({"update_id": 1, "message": {"text": "Привет"}}, "KeyError")
    (body,) = bodies(local_aws, url)
    assert json.loads(body) == {"reason": "KeyError", "update": {"update_id": 1, "message": {"text": "Привет"}}}
    assert "Привет" in body, "not escaped, so that an operator can read it"


@pytest.mark.parametrize("character", ["\ud83d", "\ufffe", "\x00", "💥"])
def test_an_update_with_characters_that_sqs_rejects_is_quarantined(
    local_aws: LocalAws, url: str, character: str
) -> None:
    SqsQuarantine(url).put({"text": character}, "KeyError")
    (body,) = bodies(local_aws, url)
    assert json.loads(body)["update"] == {"text": character}
    assert ("\\u" in body) is (character != "💥"), "escaped only if SQS rejects the character"


def test_a_missing_quarantine_has_to_be_corrected(url: str) -> None:
    with pytest.raises(Misconfigured, match="PARKING_QUEUE_URL"):
        SqsQuarantine(f"{url}-gone").put({}, "x")


def test_claims_that_no_queue_accepts_are_released_whatever_the_reason(url: str) -> None:
    with pytest.raises(Retryable, match="SQS"):
        SqsDueQueue(f"{url}-gone").send([claim()])
    with pytest.raises(Retryable, match="SQS"):
        SqsDueQueue(f"{url}-gone").waiting()


class _Client:
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def call(self, operation: str, parameters: Any) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "InvalidClientTokenId"])
def test_a_quarantine_that_denies_the_call_has_to_be_corrected(code: str) -> None:
    quarantine = SqsQuarantine("https://sqs.example/q")
    quarantine.__dict__["_calls"] = _Client(ClientError({"Error": {"Code": code}}, "SendMessage"))
    with pytest.raises(Misconfigured, match=code):
        quarantine.put({"text": "x"}, "KeyError")


@pytest.mark.parametrize(
    "answer", [{"Failed": [{"Id": "0", "Code": "Throttled"}]}, ReadTimeoutError(endpoint_url="https://sqs")]
)
def test_claims_that_were_not_all_accepted_are_a_temporary_error(answer: Any) -> None:
    queue = SqsDueQueue("https://sqs.example/q")
    queue.__dict__["_calls"] = _Client(answer)
    with pytest.raises(Retryable):
        queue.send([claim()])


@pytest.mark.parametrize("code", ["InvalidMessageContents", "InvalidParameterValue"])
def test_an_update_that_sqs_always_rejects_is_not_retried(code: str) -> None:
    """SQS rejects, for example, a message that is too large."""
    quarantine = SqsQuarantine("https://sqs.example/q")
    quarantine.__dict__["_calls"] = _Client(ClientError({"Error": {"Code": code}}, "SendMessage"))
    with pytest.raises(InvalidCall, match=code):
        quarantine.put({"text": "x"}, "KeyError")
