"""The panels' API tokens: SecureStrings in SSM Parameter Store, one for each server, read on first use.

Outside production an environment variable `PANEL_TOKEN_<SERVER>` takes precedence.
"""

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from vpnbot.aws.parameter_store import ParameterStore
from vpnbot.errors import Misconfigured
from vpnbot.settings import Settings, Stage

REREAD_SECONDS = 60


class PanelTokens:
    """Implements the port `PanelTokens`. A token is cached in the process, and read again if the panel rejects it."""

    def __init__(
        self,
        path: str | None,
        variables: Mapping[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._variables = variables
        self._monotonic = monotonic
        self._store = ParameterStore("Parameter Store did not answer about a panel's token")
        self._cached: dict[str, tuple[str, float]] = {}

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str] = os.environ) -> "PanelTokens":
        """Return the tokens of a deployment; in production environment variables are ignored."""
        return cls(settings.secrets_path, {} if settings.stage is Stage.PRODUCTION else environment)

    def get(self, server_id: str, *, again: bool = False) -> str:
        """Return a panel's token; with `again` read it again, at most once in `REREAD_SECONDS`.

        Raises:
            Misconfigured: no token is stored, or the function may not read it.
            Retryable: Parameter Store did not answer.
        """
        given = self._variables.get(_variable(server_id))
        if given:
            return given
        cached = self._cached.get(server_id)
        if cached and not (again and self._monotonic() - cached[1] >= REREAD_SECONDS):
            return cached[0]
        token = self._read(server_id)
        self._cached[server_id] = (token, self._monotonic())
        return token

    def put(self, server_id: str, token: str) -> None:
        """Store a panel's token.

        Raises:
            Misconfigured: SECRETS_PATH is not set, or the function may not write below it.
            Retryable: Parameter Store did not answer.
        """
        name = self._name(server_id)
        self._store.write(name, token)
        self._cached[server_id] = (token, self._monotonic())

    def remove(self, server_id: str) -> None:
        """Delete a panel's token; no error if it is not stored.

        Raises:
            As `put`.
        """
        self._store.delete(self._name(server_id))
        self._cached.pop(server_id, None)

    def last_changes(self) -> Mapping[str, datetime]:
        """Return the names of all stored tokens, each with the time of its last change; no token is decrypted.

        Raises:
            As `put`, but without SECRETS_PATH there are no stored tokens.
        """
        if self._path is None:
            return {}
        found = self._store.last_changes(self._name("").rstrip("/"))
        return {name.rpartition("/")[2]: changed_at for name, changed_at in found.items()}

    def _read(self, server_id: str) -> str:
        name = self._name(server_id)
        found = self._store.read([name])
        if name not in found:
            raise Misconfigured(name, f"not set; run `python -m ops server token {server_id}`")
        return found[name]

    def _name(self, server_id: str) -> str:
        if self._path is None:
            raise Misconfigured("SECRETS_PATH", f"set it, or outside production {_variable(server_id)}")
        return f"{self._path.rstrip('/')}/panels/{server_id}"


def _variable(server_id: str) -> str:
    return f"PANEL_TOKEN_{server_id.upper().replace('-', '_')}"
