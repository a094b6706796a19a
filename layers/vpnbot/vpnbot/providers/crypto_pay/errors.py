"""The errors of Crypto Pay's API: HTTP status, and the object `{"ok": false, "error": {"code": …, "name": …}}`."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from vpnbot.domain.orders.provider_errors import ProviderRejected, ProviderUnavailable, WrongAccount
from vpnbot.errors import VpnbotError

THROTTLED_AFTER = timedelta(seconds=5)
"""After 429: Crypto Pay publishes neither a rate nor `Retry-After`."""
SECRET = "cryptopay_token"  # noqa: S105 - the name of the secret
_NAME = re.compile(r"[A-Z0-9_]{1,80}")


def error_for(status: int, answer: Mapping[str, Any] | None, *, acts: bool) -> VpnbotError:
    """Return the error for an answer that has no result; `answer` is None if it is not a JSON object.

    `acts`: the request may change something, so that an answer which says nothing leaves its outcome unknown. A
    status from 400 to 499 counts only with the error object of Crypto Pay: a proxy answers with such a status too.
    """
    code, name = _named(answer)
    status = code or status
    if status == 429:
        return ProviderUnavailable("Crypto Pay answered 429", after=THROTTLED_AFTER, unknown=False, down=False)
    if not name or not 400 <= status < 500:
        return ProviderUnavailable(f"Crypto Pay answered {status} {name}".rstrip(), unknown=acts)
    if status in {401, 403}:
        return WrongAccount(SECRET, f"Crypto Pay refuses the token ({name}): store it again, and check its allowlist")
    return ProviderRejected(name.lower(), f"Crypto Pay: {name}")


def _named(answer: Mapping[str, Any] | None) -> tuple[int, str]:
    """Return code and name of an error object; 0 and an empty text if it is none."""
    error = answer.get("error") if answer is not None and answer.get("ok") is False else None
    if not isinstance(error, dict):
        return 0, ""
    code, name = error.get("code"), error.get("name")
    return (
        code if isinstance(code, int) and not isinstance(code, bool) else 0,
        name if isinstance(name, str) and _NAME.fullmatch(name) else "",
    )
