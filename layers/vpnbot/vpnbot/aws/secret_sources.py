"""Where secrets come from: SSM Parameter Store, or, outside production, environment variables of the same name."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vpnbot.aws.parameter_store import ParameterStore
from vpnbot.aws.secret_names import ALL
from vpnbot.errors import AccessDenied, Misconfigured
from vpnbot.settings import Settings, Stage


class SecretSource(Protocol):
    """A source of secrets: a call reads all of them, as a mapping from name to value.

    Raises:
        Retryable: they could not be read.
        Misconfigured: the function may not read them.
    """

    def __call__(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class SsmParameters:
    """Secrets that are SecureStrings below one path in Parameter Store: those that are named, at most ten."""

    path: str
    names: tuple[str, ...] = ALL

    def __call__(self) -> Mapping[str, str]:
        """Read and decrypt them, in one call; one that is not stored is left out.

        Raises:
            Retryable: Parameter Store did not answer.
            Misconfigured: the function may not read them.
            InvalidCall: Parameter Store rejected the call, which is a bug.
        """
        if not self.names:
            return {}
        store = ParameterStore("the secrets could not be read from SSM")
        found = store.read([self._path(name) for name in self.names])
        return {path.rpartition("/")[2]: value for path, value in found.items()}

    def delete(self, name: str) -> bool:
        """Delete one secret; return False if it was not stored.

        Raises:
            Retryable, Misconfigured, InvalidCall: as for reading.
        """
        return ParameterStore(f"{name} could not be deleted from SSM").delete(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self.path.rstrip('/')}/{name}"


LONGEST_PAUSE_SECONDS = 5.0
"""The longest pause between two attempts to read secrets whose permission may be on its way."""


def retried_while_denied(
    source: SecretSource,
    seconds: float,
    pause: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> SecretSource:
    """Return a source that reads again for so many seconds while AWS denies it, with growing pauses.

    A permission that was created a moment ago does not yet hold everywhere (IAM user guide, Troubleshooting, "Changes
    that I make are not always immediately visible").

    The source raises, beside the errors of `source`:
        Misconfigured: the access is still denied at the end of this time.
    """

    def read() -> Mapping[str, str]:
        began, wait = monotonic(), 1.0
        while True:
            try:
                return source()
            except AccessDenied as error:
                waited = monotonic() - began
                if waited + wait > seconds:
                    remedy = f"{error.remedy}; the access was still denied after {waited:.0f} s"
                    raise AccessDenied(error.setting, remedy) from error
            pause(wait)
            wait = min(wait * 2, LONGEST_PAUSE_SECONDS)

    return read


def environment_secrets(environment: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """Return the secrets that environment variables hold (`BOT_TOKEN`, `WEBHOOK_SECRET`, …)."""
    return {name: value for name in ALL if (value := environment.get(name.upper()))}


def reads_parameter_store(settings: Settings) -> bool:
    """Tell whether the secrets of this stage are read from SSM at the first event."""
    if settings.stage is Stage.PRODUCTION:
        return True
    return settings.secrets_path is not None and "bot_token" not in environment_secrets()


def source_for(settings: Settings, names: tuple[str, ...]) -> SecretSource:
    """Return the source of these secrets in this stage: SSM; outside production, environment variables first.

    Raises:
        Misconfigured: production without SECRETS_PATH.
    """
    if settings.stage is Stage.PRODUCTION:
        if settings.secrets_path is None:
            raise Misconfigured("SECRETS_PATH", "production reads its secrets from SSM; set the path")
        return SsmParameters(settings.secrets_path, names)
    from_environment = environment_secrets()
    if settings.secrets_path is None or not reads_parameter_store(settings):
        return lambda: from_environment
    stored = SsmParameters(settings.secrets_path, names)
    return lambda: {**stored(), **from_environment}
