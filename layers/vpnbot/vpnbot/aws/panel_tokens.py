"""The panels' API tokens: SecureStrings in SSM Parameter Store, one for each server, read on first use.

Outside production an environment variable `PANEL_TOKEN_<SERVER>` takes precedence.
The reason not to use `parameters` of Powertools: docs/decisions/0029-libraries-measured.md.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any

from vpnbot.aws_refusals import permanent_refusal
from vpnbot.errors import Misconfigured, Retryable
from vpnbot.settings import Settings, Stage

REREAD_SECONDS = 60
_CONNECT_SECONDS, _READ_SECONDS = 1, 3


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
        self._client_lock = Lock()
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
        with _translated_errors():
            self._ssm.put_parameter(Name=name, Value=token, Type="SecureString", Overwrite=True)
        self._cached[server_id] = (token, self._monotonic())

    def remove(self, server_id: str) -> None:
        """Delete a panel's token; no error if it is not stored.

        Raises:
            As `put`.
        """
        name = self._name(server_id)
        with _translated_errors():
            self._ssm.delete_parameters(Names=[name])
        self._cached.pop(server_id, None)

    def last_changes(self) -> Mapping[str, datetime]:
        """Return the names of all stored tokens, each with the time of its last change; no token is decrypted.

        Raises:
            As `put`, but without SECRETS_PATH there are no stored tokens.
        """
        if self._path is None:
            return {}
        folder = self._name("").rstrip("/")
        with _translated_errors():
            pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=folder, WithDecryption=False)
            found = [parameter for page in pages for parameter in page["Parameters"]]
        return {parameter["Name"].rpartition("/")[2]: parameter["LastModifiedDate"] for parameter in found}

    def _read(self, server_id: str) -> str:
        name = self._name(server_id)
        with _translated_errors():
            found = self._ssm.get_parameters(Names=[name], WithDecryption=True)["Parameters"]
        if not found:
            raise Misconfigured(name, f"not set; run `python -m ops server token {server_id}`")
        return str(found[0]["Value"])

    def _name(self, server_id: str) -> str:
        if self._path is None:
            raise Misconfigured("SECRETS_PATH", f"set it, or outside production {_variable(server_id)}")
        return f"{self._path.rstrip('/')}/panels/{server_id}"

    @property
    def _ssm(self) -> Any:
        with self._client_lock:
            return self._client

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        limits = Config(
            connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries={"total_max_attempts": 2}
        )
        return boto3.client("ssm", config=limits)


def _variable(server_id: str) -> str:
    return f"PANEL_TOKEN_{server_id.upper().replace('-', '_')}"


@contextmanager
def _translated_errors() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    from vpnbot.aws.error_codes import code_of

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        refusal = permanent_refusal(code_of(error), "Parameter Store", "SECRETS_PATH")
        raise refusal or Retryable("Parameter Store did not answer about a panel's token") from error
