"""A transaction that is repeated with the same request token is performed once, as in DynamoDB."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from local.request_tokens import WINDOW, HttpAnswer, RequestTokens
from tests.fakes.clock import Clock

SUCCESS = HttpAnswer("200 OK", [], b'{"ConsumedCapacity": []}')
CANCELLED = HttpAnswer("400 BAD REQUEST", [], b'{"__type": "TransactionCanceledException"}')


def request(item: str = "a", token: str | None = "token") -> dict[str, Any]:
    return {"TransactItems": [item], **({"ClientRequestToken": token} if token else {})}


class Transactions:
    """Counts performed transactions; returns the given answers one after the other, then success."""

    def __init__(self, *answers: HttpAnswer) -> None:
        self._answers = list(answers)
        self.performed = 0

    def __call__(self) -> HttpAnswer:
        self.performed += 1
        return self._answers.pop(0) if self._answers else SUCCESS


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> RequestTokens:
    return RequestTokens(clock, wait_seconds=0.05)


def error_type(answer: HttpAnswer) -> str:
    """Return the name of the error that an answer reports."""
    return str(json.loads(answer.body)["__type"]).rpartition("#")[2]


def test_a_repetition_is_answered_with_success_and_not_performed_again(tokens: RequestTokens) -> None:
    perform = Transactions()
    assert [tokens.answer(request(), perform) for _ in range(3)] == [SUCCESS] * 3
    assert perform.performed == 1


def test_the_same_request_with_another_token_or_none_is_performed_again(tokens: RequestTokens) -> None:
    perform = Transactions()
    for token in ("one", "two", None, None):
        assert tokens.answer(request(token=token), perform) == SUCCESS
    assert perform.performed == 4


def test_a_token_with_other_parameters_is_rejected(tokens: RequestTokens) -> None:
    perform = Transactions()
    tokens.answer(request("a"), perform)
    answer = tokens.answer(request("b"), perform)
    assert (answer.status, error_type(answer)) == (400, "IdempotentParameterMismatchException")
    assert perform.performed == 1


def test_a_token_is_valid_for_ten_minutes(tokens: RequestTokens, clock: Clock) -> None:
    perform = Transactions()
    tokens.answer(request(), perform)
    clock.advance(WINDOW - timedelta(seconds=1))
    tokens.answer(request(), perform)
    assert perform.performed == 1
    clock.advance(timedelta(seconds=1))
    tokens.answer(request(), perform)
    assert perform.performed == 2


def test_a_cancelled_transaction_may_be_tried_again(tokens: RequestTokens) -> None:
    perform = Transactions(CANCELLED)
    assert [tokens.answer(request(), perform) for _ in range(3)] == [CANCELLED, SUCCESS, SUCCESS]
    assert perform.performed == 2


def test_an_error_in_the_emulator_does_not_block_the_token(tokens: RequestTokens) -> None:
    def fails() -> HttpAnswer:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        tokens.answer(request(), fails)
    assert tokens.answer(request(), Transactions()) == SUCCESS


class TestWhileTheFirstAttemptIsInProgress:
    """The client has given up its first attempt, but the emulator still performs it."""

    def start(self, tokens: RequestTokens, perform: Transactions) -> tuple[threading.Thread, threading.Event]:
        begun, may_end = threading.Event(), threading.Event()

        def slowly() -> HttpAnswer:
            begun.set()
            may_end.wait(10)
            return perform()

        attempt = threading.Thread(target=tokens.answer, args=(request(), slowly))
        attempt.start()
        assert begun.wait(10)
        return attempt, may_end

    def test_a_repetition_is_answered_with_transaction_in_progress(self, tokens: RequestTokens) -> None:
        perform = Transactions()
        attempt, may_end = self.start(tokens, perform)
        answer = tokens.answer(request(), perform)
        assert (answer.status, error_type(answer)) == (400, "TransactionInProgressException")
        may_end.set()
        attempt.join()
        assert tokens.answer(request(), perform) == SUCCESS
        assert perform.performed == 1

    @pytest.mark.parametrize(("outcome", "performed"), [(SUCCESS, 1), (CANCELLED, 2)])
    def test_a_repetition_waits_for_the_outcome_of_the_first_attempt(
        self, clock: Clock, outcome: HttpAnswer, performed: int
    ) -> None:
        tokens, perform = RequestTokens(clock, wait_seconds=10), Transactions(outcome)
        attempt, may_end = self.start(tokens, perform)
        threading.Timer(0.05, may_end.set).start()
        assert tokens.answer(request(), perform) == SUCCESS
        attempt.join()
        assert perform.performed == performed
