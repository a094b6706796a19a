"""`ClientRequestToken` of TransactWriteItems, which moto ignores: a repeated transaction is not carried out again.

Rules: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html. A token is valid
for 10 minutes after its transaction has ended. The token of a failed transaction is not kept: its repetition is
carried out.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

WINDOW = timedelta(minutes=10)
WAIT_SECONDS = 2.0
"""How long a repetition waits for the first request; less than the 3 s after which vpnbot's storage times out.

A loaded machine can take seconds where DynamoDB takes milliseconds, and a client repeats a call only twice.
"""

_OTHER_PARAMETERS = "The provided client token was used with different parameters"
_IN_PROGRESS = "The transaction with the given request token is already in progress"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete response: the status line without the protocol, the headers, the body."""

    status_line: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return int(self.status_line.split(" ", 1)[0])


@dataclass(slots=True)
class _Transaction:
    """The first request with a token. `answer` and `ended_at` are set when it has succeeded."""

    request: Mapping[str, Any]
    ended: threading.Event = field(default_factory=threading.Event)
    ended_at: datetime | None = None
    answer: HttpAnswer | None = None


class RequestTokens:
    """The tokens of the last 10 minutes; safe to use from several threads."""

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """`clock` returns aware datetimes; the validity of a token is measured with it."""
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._transactions: dict[str, _Transaction] = {}

    def answer(self, request: Mapping[str, Any], perform: Callable[[], HttpAnswer]) -> HttpAnswer:
        """Return the response to a TransactWriteItems request; call `perform` unless the same one has succeeded."""
        token = request.get("ClientRequestToken")
        if not token:
            return perform()
        while True:
            with self._lock:
                self._forget_expired()
                first = self._transactions.get(token)
                if first is None:
                    first = self._transactions[token] = _Transaction(request)
                    break
            if first.request != request:
                return _error("IdempotentParameterMismatchException", _OTHER_PARAMETERS)
            if not first.ended.wait(self._wait_seconds):
                return _error("TransactionInProgressException", _IN_PROGRESS)
            if first.answer is not None:
                return first.answer
        return self._perform_first(token, first, perform)

    def _perform_first(self, token: str, first: _Transaction, perform: Callable[[], HttpAnswer]) -> HttpAnswer:
        succeeded = False
        try:
            answer = perform()
            succeeded = answer.status == 200
        finally:
            with self._lock:
                if succeeded:
                    first.answer, first.ended_at = answer, self._clock()
                else:
                    del self._transactions[token]
            first.ended.set()
        return answer

    def _forget_expired(self) -> None:
        """Transactions are kept in the order of their start, so that the oldest ones come first."""
        expired = self._clock() - WINDOW
        for token, transaction in list(self._transactions.items()):
            if transaction.ended_at is None:
                continue
            if transaction.ended_at > expired:
                break
            del self._transactions[token]


def _error(kind: str, message: str) -> HttpAnswer:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "Message": message}).encode()
    headers = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(body)))]
    return HttpAnswer("400 BAD REQUEST", headers, body)
