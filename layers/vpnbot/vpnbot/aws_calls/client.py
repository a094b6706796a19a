"""Our own client of a service: one signed request for a call, with kept connections, repeats and one deadline."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from botocore import exceptions as of_botocore
from urllib3 import exceptions as of_urllib3

from vpnbot.aws_calls.answers import Answer, Failure, code_of, read_answer
from vpnbot.aws_calls.credentials import Credentials, Keys, find_credentials
from vpnbot.aws_calls.endpoint import Endpoint
from vpnbot.aws_calls.retrying import Repeat, Retrying
from vpnbot.aws_calls.service import Service
from vpnbot.aws_calls.signing import SKEW_CODES, Signing
from vpnbot.connections.request_deadline import read_at_most, timed_pool, within
from vpnbot.connections.tls import tls_context


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


class AwsClient:
    """Calls one service. Safe to use from several threads.

    `credentials` returns those of the process, or None if there are none yet.
    """

    def __init__(
        self,
        service: Service,
        endpoint: Endpoint,
        limits: Limits,
        credentials: Callable[[], Credentials | None] = find_credentials,
        *,
        retrying: Retrying | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._service = service
        self._endpoint = endpoint
        self._path = urlsplit(endpoint.url).path
        self._limits = limits
        self._find_credentials = credentials
        self._retrying = retrying or Retrying(limits.attempts, service.pause_seconds)
        self._sleep = sleep
        self._signing = Signing(service, endpoint, limits.attempts)
        self._pool = timed_pool(
            endpoint.url,
            connections=limits.connections,
            connect_seconds=limits.connect_seconds,
            read_seconds=limits.read_seconds,
            tls=tls_context,
        )
        self._lock = Lock()
        self._credentials = credentials()

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Make a call, and return its result.

        Raises:
            ClientError, BotoCoreError: as `send`.
        """
        return self.send(operation, json.dumps(parameters).encode())

    def send(self, operation: str, body: bytes) -> Any:
        """Make a call whose parameters are written already, and return its result. All attempts send the same.

        Raises:
            ClientError: the service refused it, for the last time.
            BotoCoreError: there are no credentials, or there was no answer in time, in all attempts together.
        """
        with within(self._limits.call_seconds):
            return self._call(operation, body)

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
                result = read_answer(answer, operation, self._service)
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
            content = read_at_most(received, self._service.largest_answer)
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
