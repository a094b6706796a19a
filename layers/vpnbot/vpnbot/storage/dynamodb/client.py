"""Our own client of DynamoDB: one signed request for a call, over kept connections, with repeats and one deadline."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Lock
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from botocore import exceptions as of_botocore
from urllib3 import exceptions as of_urllib3

from vpnbot.request_deadline import read_at_most, timed_pool, within
from vpnbot.storage.dynamodb.answers import Answer, Failure, code_of, read_answer
from vpnbot.storage.dynamodb.credentials import Credentials, Keys
from vpnbot.storage.dynamodb.endpoint import Endpoint
from vpnbot.storage.dynamodb.retrying import Repeat, Retrying
from vpnbot.storage.dynamodb.signing import SKEW_CODES, Signing, body_of
from vpnbot.tls import tls_context

OPERATIONS = frozenset(
    {
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
    }
)
"""The operations on items. Any other is made by botocore's client, which is built for it."""
LARGEST_ANSWER = 24 * 1024 * 1024
"""DynamoDB answers 16 MB at most, which JSON can make a little longer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call waits for a connection and for the next bytes, in seconds, and how often it is attempted."""

    connect_seconds: float
    read_seconds: float
    attempts: int
    connections: int

    @property
    def attempt_seconds(self) -> float:
        """How long one attempt may take, however slowly the bytes arrive."""
        return self.connect_seconds + self.read_seconds

    @property
    def call_seconds(self) -> float:
        """How long a call may take, with all of its attempts and the pauses between them."""
        return self.attempts * self.attempt_seconds


class DynamoDBClient:
    """What PynamoDB uses of botocore's client. Safe to use from several threads.

    `credentials` returns those of the process, or None if there are none yet; `other` builds botocore's client.
    """

    _request_signer = None
    """PynamoDB would look here for missing credentials, and build a client of botocore."""

    def __init__(
        self,
        endpoint: Endpoint,
        limits: Limits,
        credentials: Callable[[], Credentials | None],
        other: Callable[[], Any],
        *,
        retrying: Retrying | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.meta = SimpleNamespace(endpoint_url=endpoint.url, region_name=endpoint.region)
        self._endpoint = endpoint
        self._path = urlsplit(endpoint.url).path
        self._limits = limits
        self._find_credentials = credentials
        self._other = other
        self._retrying = retrying or Retrying(limits.attempts)
        self._sleep = sleep
        self._signing = Signing(endpoint, limits.attempts)
        self._pool = timed_pool(
            endpoint.url,
            connections=limits.connections,
            connect_seconds=limits.connect_seconds,
            read_seconds=limits.read_seconds,
            tls=tls_context,
        )
        self._lock = Lock()
        self._credentials = credentials()

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> Any:
        """Make a call, and return its result; PynamoDB calls this for every operation.

        Raises:
            ClientError: DynamoDB refused it, for the last time.
            BotoCoreError: there are no credentials, or there was no answer in time, in all attempts together.
        """
        if operation_name not in OPERATIONS:
            return self._other()._make_api_call(operation_name, operation_kwargs)
        with within(self._limits.call_seconds):
            return self._call(operation_name, body_of(operation_name, operation_kwargs))

    def _call(self, operation: str, body: bytes) -> Any:
        ends, invocation = time.monotonic() + self._limits.call_seconds, str(uuid4())
        repeat: Repeat | None = None
        clock_was_corrected = False
        attempts = count(1)
        attempt = next(attempts)
        while True:
            answer: Answer | None = None
            try:
                headers = self._signing.headers(operation, body, self._frozen_credentials(), invocation, attempt)
                answer = self._send(body, headers)
                result = read_answer(answer, operation)
            except (of_botocore.ClientError, of_botocore.BotoCoreError) as failure:
                if not clock_was_corrected and self._corrects_clock(failure, answer):
                    clock_was_corrected = True
                    continue
                repeat = self._retrying.repeat(failure, answer, attempt)
                if repeat is None or time.monotonic() + repeat.seconds >= ends:
                    raise
                self._sleep(repeat.seconds)
                attempt = next(attempts)
            else:
                self._retrying.succeeded(repeat)
                return result

    def _send(self, body: bytes, headers: Any) -> Answer:
        """Make one attempt.

        Raises:
            HTTPClientError, ConnectionError: those of botocore; there was no complete answer.
        """
        with within(self._limits.attempt_seconds), _as_botocore(self._endpoint.url):
            received = self._pool.urlopen(
                "POST",
                self._path,
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            content = read_at_most(received, LARGEST_ANSWER)
        if content is None:
            raise of_botocore.HTTPClientError(error=ValueError("the answer is too large"))
        return Answer(received.status, {name.lower(): value for name, value in received.headers.items()}, content)

    def _corrects_clock(self, failure: Failure, answer: Answer | None) -> bool:
        return (
            answer is not None
            and code_of(failure) in SKEW_CODES
            and self._signing.correct_clock(answer.headers.get("date"))
        )

    def _frozen_credentials(self) -> Keys:
        """Return the credentials of now; those that expire are renewed by botocore.

        Raises:
            NoCredentialsError: there are none.
        """
        found = self._credentials
        if found is None:  # for example because the service that issues them did not answer
            with self._lock:
                found = self._credentials = self._find_credentials()
        if found is None:
            raise of_botocore.NoCredentialsError
        return found.get_frozen_credentials()


@contextmanager
def _as_botocore(url: str) -> Iterator[None]:
    """Raise the errors of urllib3 as those that botocore raises for the same failure."""
    try:
        yield
    except of_urllib3.SSLError as error:
        raise of_botocore.SSLError(endpoint_url=url, error=error) from error
    except of_urllib3.NewConnectionError as error:
        raise of_botocore.EndpointConnectionError(endpoint_url=url, error=error) from error
    except of_urllib3.ConnectTimeoutError as error:
        raise of_botocore.ConnectTimeoutError(endpoint_url=url, error=error) from error
    except of_urllib3.TimeoutError as error:
        raise of_botocore.ReadTimeoutError(endpoint_url=url, error=error) from error
    except (of_urllib3.ProtocolError, of_urllib3.IncompleteRead) as error:
        raise of_botocore.ConnectionClosedError(endpoint_url=url, error=error) from error
    except (of_urllib3.HTTPError, OSError) as error:
        raise of_botocore.HTTPClientError(error=error) from error
