"""HTTP to the API of Crypto Pay: one method a request, the token in a header, and a deadline for each request.

Crypto Pay knows no idempotence keys. So a request that makes an invoice is sent once; any other one is sent a second
time at once if its connection broke.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,  # noqa: A004 - urllib3's own
)

from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.providers.crypto_pay.errors import Unreadable, error_for, parsed
from vpnbot.request_deadline import TimedPools, within

REQUEST_SECONDS = 5.0
"""The longest time for one request with its whole answer, and for a second attempt after a broken connection."""
LARGEST_ANSWER_BYTES = 4_000_000
_NOT_SENT = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


class Token(Protocol):
    """Returns the token; with `again` the one that is stored now, after Crypto Pay has refused the other.

    Raises:
        Misconfigured: none is stored.
        Retryable: the secrets could not be read.
    """

    def __call__(self, *, again: bool = False) -> str: ...


class CryptoPayClient:
    """Requests of one app. Safe to use from several threads."""

    def __init__(self, base_url: str, token: Token) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._pools = TimedPools()

    def call(self, method: str, parameters: Mapping[str, Any], *, once: bool = False) -> Any:
        """Call a method of the API, and return `result`; `once`: the call makes something new each time.

        The answer must be complete after `REQUEST_SECONDS`, or earlier if the caller has less time (`within`).

        Raises:
            ProviderUnavailable: Crypto Pay throttled the call, failed or did not answer in time, or with garbage.
            WrongAccount: Crypto Pay refuses the token.
            ProviderRejected: Crypto Pay does not accept the call; `reason` is its name of the error in lower case.
        """
        body = json.dumps(parameters, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        with within(REQUEST_SECONDS):
            token = self._token()
            status, content = self._answer(method, body, token, once=once)
            if status == 401 and (stored := self._token(again=True)) != token:
                status, content = self._answer(method, body, stored, once=once)
        try:
            answer = parsed(content)
        except Unreadable as error:
            if status == 200:
                raise ProviderUnavailable(f"Crypto Pay's answer: {error}", unknown=once) from None
            raise error_for(status, None, acts=once) from None
        if status != 200 or answer.get("ok") is not True:
            raise error_for(status, answer, acts=once)
        return answer.get("result")

    def close(self) -> None:
        """Close the kept connections."""
        self._pools.clear()

    def _answer(self, method: str, body: bytes, token: str, *, once: bool) -> tuple[int, bytes]:
        """Return status and body; a request that may be repeated is sent a second time if its connection breaks."""
        for is_last in (once, True):
            try:
                return self._sent_once(method, body, token)
            except HTTPError as error:
                if is_last or not isinstance(error, ProtocolError):
                    unknown = once and not isinstance(error, _NOT_SENT)
                    raise ProviderUnavailable(_in_words(error), unknown=unknown) from error
        raise AssertionError("the loop has returned or raised")

    def _sent_once(self, method: str, body: bytes, token: str) -> tuple[int, bytes]:
        answer = self._pools.request(
            "POST",
            f"{self._base_url}/{method}",
            body=body,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "Crypto-Pay-API-Token": token,
            },
            redirect=False,
            preload_content=False,
        )
        complete = False
        try:
            content = answer.read(LARGEST_ANSWER_BYTES + 1)
            complete = len(content) <= LARGEST_ANSWER_BYTES
        finally:
            if not complete:
                answer.close()  # otherwise the rest would be read as the next answer
            answer.release_conn()
        return answer.status, content if complete else b""


def _in_words(error: HTTPError) -> str:
    match error:
        case NameResolutionError() | NewConnectionError() | ConnectTimeoutError():
            return "no connection to Crypto Pay"
        case TimeoutError():
            return "Crypto Pay did not answer in time"
        case SSLError():
            return "Crypto Pay's certificate is not accepted"
    return "the connection to Crypto Pay broke"
