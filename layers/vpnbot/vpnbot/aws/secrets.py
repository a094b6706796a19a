"""The secrets of one process: webhook secrets, which are compared here, the ring of key secrets, and credentials."""

import hmac
import json
import re
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from vpnbot.aws.secret_names import WEBHOOK_SECRET_PREVIOUS
from vpnbot.aws.secret_sources import SecretSource
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.errors import Misconfigured

REREAD_SECONDS = 60
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
"""An empty one is compared too: it never matches, and a deployment without a secret is reported."""


class Secrets:
    """The secrets of one process: read on first use, and again when a webhook secret does not match."""

    def __init__(self, source: SecretSource, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._values: Mapping[str, str] | None = None
        self._read_at = float("-inf")

    def get(self, name: str, *, again: bool = False) -> str:
        """Return one secret; with `again` read the secrets again, at most once in `REREAD_SECONDS`.

        Raises:
            Misconfigured: the secret is not set.
            Retryable: the secrets could not be read.
        """
        if again and self._monotonic() - self._read_at >= REREAD_SECONDS:
            self._read()
        value = self.find(name)
        if value is None:
            raise Misconfigured(name, "not set; run `python -m ops configure`")
        return value

    def find(self, name: str) -> str | None:
        """Return a secret that a deployment need not have, such as that of a payment provider; None: it is not set.

        Raises:
            Retryable: the secrets could not be read.
        """
        return self._all().get(name) or None

    def key_ring(self) -> KeyRing:
        """Return the ring of key secrets; a version that it lacks is looked for in Parameter Store once a minute.

        Another process may have made a key with a version that was added after this process had read the ring.

        Raises:
            Misconfigured: it is missing or malformed.
            Retryable: the secrets could not be read.
        """
        return KeyRing(_KeyVersions(self, parse_key_ring(self.get("key_secret")).versions))

    def webhook_secret_matches(self, presented: str) -> bool:
        """Return, in constant time, whether this is the current webhook secret, or the previous one if it is stored.

        For any but the current one the secrets are read again, at most once a minute: a rotation needs no
        redeployment, and the previous secret ends a minute after it was deleted.

        A text that Telegram could not have been given (Bot API, setWebhook: 1-256 characters A-Z, a-z, 0-9, _ and -)
        is rejected without reading anything.

        Raises:
            Misconfigured: no webhook secret is set.
            Retryable: the secrets could not be read.
        """
        if not _WEBHOOK_SECRET.fullmatch(presented):
            return False
        self.get("webhook_secret")
        current, previous = self._matches(presented)
        if not current and self._monotonic() - self._read_at >= REREAD_SECONDS:
            self._read()
            current, previous = self._matches(presented)
        return current or previous

    def _matches(self, presented: str) -> tuple[bool, bool]:
        """Tell whether this is the current webhook secret, and whether it is the previous one."""
        current, previous = (self._all().get(name, "") for name in ("webhook_secret", WEBHOOK_SECRET_PREVIOUS))
        is_current = hmac.compare_digest(presented.encode(), current.encode())
        is_previous = hmac.compare_digest(presented.encode(), previous.encode())
        return is_current and current != "", is_previous and previous != ""

    def _all(self) -> Mapping[str, str]:
        return self._read() if self._values is None else self._values

    def _read(self) -> Mapping[str, str]:
        self._read_at = self._monotonic()
        self._values = self._source()
        return self._values


class _KeyVersions(Mapping[int, bytes]):
    """The versions of the key secret; the secrets are read again when one is asked for that is not among them."""

    def __init__(self, secrets: Secrets, known: Mapping[int, bytes]) -> None:
        self._secrets = secrets
        self._known = known

    def __getitem__(self, version: int) -> bytes:
        if version not in self._known:
            self._known = parse_key_ring(self._secrets.get("key_secret", again=True)).versions
        return self._known[version]

    def __iter__(self) -> Iterator[int]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@lru_cache(maxsize=2)
def parse_key_ring(text: str) -> KeyRing:
    """Parse `{"1": "<base64url>", …}`; the highest version is the current one.

    Raises:
        Misconfigured: the text has another form, or a secret is shorter than 32 bytes.
    """
    try:
        versions = {int(version): urlsafe_b64decode(secret) for version, secret in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise Misconfigured("key_secret", 'not a ring like {"1": "<base64url of 32 bytes>"}') from error
    if not versions or any(len(secret) < 32 for secret in versions.values()):
        raise Misconfigured("key_secret", "every version needs at least 32 bytes")
    return KeyRing(versions)
