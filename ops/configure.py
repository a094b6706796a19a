"""The secrets of a bot: created when missing, rotated without an interruption, never printed."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence

from ops.deployment import WEBHOOK_PATH
from vpnbot.aws.secret_names import WEBHOOK_SECRET_PREVIOUS
from vpnbot.aws.secrets import parse_key_ring
from vpnbot.errors import Rejected

type Secrets = Mapping[str, str]

YOOKASSA = ("yookassa_shop_id", "yookassa_secret_key")
CRYPTO_PAY = ("cryptopay_token",)
_QUESTIONS = {
    "yookassa_shop_id": "The shop id of YooKassa (Enter keeps the stored one)",
    "yookassa_secret_key": "The secret key of YooKassa (Enter keeps the stored one)",
    "cryptopay_token": "The token of Crypto Pay (Enter keeps the stored one)",
}


def new_secrets(token: str, stored: Secrets) -> Secrets:
    """Return the secrets to store so that a bot with this token can run; other stored secrets stay unchanged."""
    wanted: dict[str, str] = {}
    if stored.get("bot_token") != token:
        wanted["bot_token"] = token
    if not stored.get("webhook_secret"):
        wanted["webhook_secret"] = _webhook_secret()
    if not stored.get(WEBHOOK_PATH):
        wanted[WEBHOOK_PATH] = _webhook_path()
    if not stored.get("key_secret"):
        wanted["key_secret"] = json.dumps({"1": _key_secret()})
    return wanted


def provider_secrets(
    environment: Secrets, asked: Sequence[str], prompt: Callable[[str], str], stored: Secrets
) -> Secrets:
    """Return the credentials of payment providers to store: from the environment, or typed for those in `asked`."""
    wanted = {}
    for name, question in _QUESTIONS.items():
        value = (environment.get(name.upper()) or (prompt(question) if name in asked else "")).strip()
        if value and stored.get(name) != value:
            wanted[name] = value
    return wanted


def rotated_webhook_secret(stored: Secrets) -> Secrets:
    """Return a new webhook secret and the present one: both are accepted until Telegram has the new one.

    The path is new too; the webhook has it, and Telegram gets it, with the next deployment.

    Raises:
        Rejected: Telegram may still have the secret before the present one, which would not be accepted any more.
    """
    if stored.get(WEBHOOK_SECRET_PREVIOUS):
        raise Rejected("the last rotation of the webhook secret is not finished: run `webhook set` first")
    return {
        WEBHOOK_SECRET_PREVIOUS: stored["webhook_secret"],
        "webhook_secret": _webhook_secret(),
        WEBHOOK_PATH: _webhook_path(),
    }


def rotated_key_secret(stored: Secrets) -> Secrets:
    """Return the ring with one more version, which new keys use. Existing keys do not change.

    Raises:
        Misconfigured: the stored value is not a ring of key secrets.
    """
    ring = parse_key_ring(stored["key_secret"])
    versions = json.loads(stored["key_secret"])
    return {"key_secret": json.dumps({**versions, str(ring.current + 1): _key_secret()})}


def _webhook_secret() -> str:
    # Bot API, setWebhook: 1-256 characters of A-Z, a-z, 0-9, _ and -.
    return secrets.token_urlsafe(32)


def _webhook_path() -> str:
    return f"telegram/{secrets.token_urlsafe(24)}"


def _key_secret() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()
