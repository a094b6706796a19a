"""HTTP to a payment provider: kept connections, a limit for the answer, errors that say whether it may have acted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,  # noqa: A004 - urllib3's own
)

from vpnbot.connections.request_deadline import TimedPools, read_at_most
from vpnbot.domain.orders.provider_errors import ProviderUnavailable

REQUEST_SECONDS = 5.0
"""The longest time for one request with its whole answer, and for a second attempt after a broken connection."""
LARGEST_ANSWER_BYTES = 4_000_000

_NOT_SENT = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `acts`: it may change something. `repeatable`: the provider does not do it twice if sent twice."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    acts: bool = False
    repeatable: bool = True


class ProviderHttp:
    """The connections to one provider, whose name the errors have. Safe to use from several threads."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._pools = TimedPools()

    def send(self, request: HttpRequest) -> tuple[int, bytes]:
        """Return status and body; an answer beyond the limit has no body.

        A repeatable request is sent a second time at once if its connection breaks, because a kept connection may
        have been closed meanwhile. One that timed out is not sent again. The caller sets the deadline (`within`).

        Raises:
            ProviderUnavailable: there was no answer; `unknown` if the request acts, and may have been received.
        """
        sent = False
        for is_last in (not request.repeatable, True):
            try:
                return self._sent_once(request)
            except HTTPError as error:
                sent = sent or not isinstance(error, _NOT_SENT)
                if is_last or not isinstance(error, ProtocolError):
                    raise ProviderUnavailable(self._in_words(error), unknown=sent and request.acts) from error
        raise AssertionError("the loop has returned or raised")

    def close(self) -> None:
        """Close the kept connections."""
        self._pools.clear()

    def _sent_once(self, request: HttpRequest) -> tuple[int, bytes]:
        answer = self._pools.request(
            request.method,
            request.url,
            body=request.body,
            headers={"Accept": "application/json", **request.headers},
            redirect=False,
            preload_content=False,
        )
        return answer.status, read_at_most(answer, LARGEST_ANSWER_BYTES) or b""

    def _in_words(self, error: HTTPError) -> str:
        match error:
            case NameResolutionError() | NewConnectionError() | ConnectTimeoutError():
                return f"no connection to {self._provider}"
            case TimeoutError():
                return f"{self._provider} did not answer in time"
            case SSLError():
                return f"the certificate of {self._provider} is not accepted"
        return f"the connection to {self._provider} broke"
