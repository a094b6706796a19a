"""The credentials that requests are signed with: those that botocore would find."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

_TOKENS = ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN")


class Keys(Protocol):
    """What a request is signed with."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str | None: ...


class Credentials(Protocol):
    """Where the keys of the moment come from: a class of botocore, which renews them, or the one below."""

    def get_frozen_credentials(self) -> Keys:
        """Return the keys of the moment."""


class EnvironmentCredentials(NamedTuple):
    """Keys of the environment. A function has them without SnapStart, and they do not change while it lives."""

    access_key: str
    secret_key: str
    token: str | None

    def get_frozen_credentials(self) -> Keys:
        """Return the keys."""
        return self


def chain_of_botocore() -> Credentials | None:
    """Return what botocore's chain finds; the clients of a process share it, and so what renews the keys."""
    found: Credentials | None = _session().get_credentials()
    return found


def find_credentials(
    of_botocore: Callable[[], Credentials | None] = chain_of_botocore, environment: Mapping[str, str] = os.environ
) -> Credentials | None:
    """Return the keys of the environment, which botocore takes first too; otherwise what its chain finds.

    The chain is asked also where the keys of the environment expire or are not complete. Its modules take 30 ms to
    import, 3 MB, and a function without SnapStart needs none of them.
    """
    access_key, secret_key = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key and not environment.get("AWS_CREDENTIAL_EXPIRATION"):
        token = next(filter(None, map(environment.get, _TOKENS)), None)
        return EnvironmentCredentials(access_key, secret_key, token)
    return of_botocore()


@cache
def _session() -> Any:
    from botocore.session import get_session

    return get_session()
