"""HTTP to the API of Crypto Pay: one method a request, the token in a header, and a deadline for each request.

Crypto Pay knows no idempotence keys. So a request that makes an invoice is sent once; any other one is sent a second
time at once if its connection broke.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from vpnbot.connections.request_deadline import within
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.providers.answers import Unreadable, parsed
from vpnbot.providers.crypto_pay.errors import error_for
from vpnbot.providers.http import REQUEST_SECONDS, HttpRequest, ProviderHttp


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
        self._http = ProviderHttp("Crypto Pay")

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
        self._http.close()

    def _answer(self, method: str, body: bytes, token: str, *, once: bool) -> tuple[int, bytes]:
        """Return status and body; a request that may be repeated is sent a second time if its connection breaks."""
        headers = {"Content-Type": "application/json", "Crypto-Pay-API-Token": token}
        url = f"{self._base_url}/{method}"
        return self._http.send(HttpRequest("POST", url, headers, body, acts=once, repeatable=not once))
