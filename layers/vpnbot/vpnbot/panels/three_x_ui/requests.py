"""Requests to one panel with its token, which may be replaced at any time."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from vpnbot.domain.servers.panel_errors import PanelNotCalled, PanelRejected, PanelTrouble
from vpnbot.errors import Misconfigured, Retryable
from vpnbot.panels.three_x_ui.envelope import EnvelopeRejected
from vpnbot.panels.three_x_ui.http import PanelHttp


class Tokens(Protocol):
    """The store of the panels' tokens; `again` reads a token from the store again."""

    def get(self, server_id: str, *, again: bool = False) -> str: ...


class PanelRequests:
    """Sends requests with the panel's token, and again with the token that is stored now if the panel rejects it.

    Raises:
        EnvelopeRejected: a business error of the panel; `read` raises PanelRejected instead.
        PanelUnavailable, PanelRejected: see `PanelHttp.get`.
        PanelNotCalled: the token could not be read, and no request was sent.
    """

    def __init__(self, http: PanelHttp, tokens: Tokens, token_id: str) -> None:
        self._http = http
        self._tokens = tokens
        self._token_id = token_id

    def read(self, path: str, **query: Any) -> Any:
        """Return `obj` of the answer to a GET for which the panel has no business errors that the caller expects."""
        try:
            return self.get(path, **query)
        except EnvelopeRejected as rejection:
            raise unexpected(rejection) from rejection

    def get(self, path: str, **query: Any) -> Any:
        """Return `obj` of the answer to a GET."""
        return self._sent(lambda token: self._http.get(token, path, **query))

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, once: bool = False) -> Any:
        """Return `obj` of the answer to a POST; `once` if it must not be sent a second time."""
        return self._sent(lambda token: self._http.post(token, path, body, once=once))

    def _sent(self, request: Callable[[str], Any]) -> Any:
        token = self._token()
        try:
            return request(token)
        except PanelRejected as rejection:
            newer = self._token(again=True) if rejection.trouble is PanelTrouble.WRONG_TOKEN else token
            if newer == token:
                raise
        return request(newer)

    def _token(self, *, again: bool = False) -> str:
        try:
            return self._tokens.get(self._token_id, again=again)
        except Misconfigured as error:
            raise PanelRejected(PanelTrouble.NO_TOKEN, error.setting) from error
        except Retryable as error:
            raise PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE, after=error.after) from error


def unexpected(rejection: EnvelopeRejected) -> PanelRejected:
    """Return the error for a business error of the panel that has no meaning of its own here."""
    return PanelRejected(PanelTrouble.REFUSED, str(rejection))
