"""The secrets of one run, generated for each run unless the environment contains them."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

CRYPTO_PAY_APP = 4242
"""The id of the app on the fake Crypto Pay; a real token contains its own."""
DEMO_BOT_ID = 7_000_000_001
"""The bot's id on the fake Telegram; a real token contains its own."""


@dataclass(frozen=True, slots=True)
class DemoSecrets:
    """The values that the functions of one run get as environment variables."""

    bot_token: str
    webhook_secret: str
    key_secret: str
    cryptopay_token: str = field(default_factory=lambda: f"{CRYPTO_PAY_APP}:{secrets.token_urlsafe(26)}")

    @classmethod
    def fresh(cls, bot_token: str | None = None, environment: Mapping[str, str] = os.environ) -> "DemoSecrets":
        """Return new secrets; `WEBHOOK_SECRET` and `KEY_SECRET` of the environment are used if they are set."""
        return cls(
            bot_token=bot_token or f"{DEMO_BOT_ID}:{secrets.token_urlsafe(26)}",
            webhook_secret=environment.get("WEBHOOK_SECRET") or secrets.token_urlsafe(32),
            key_secret=environment.get("KEY_SECRET") or _fresh_ring(),
        )

    @property
    def bot_id(self) -> int:
        """The bot's id: the token's first part."""
        return int(self.bot_token.partition(":")[0])

    def variables(self) -> dict[str, str]:
        """Return the secrets as environment variables."""
        return {
            "BOT_TOKEN": self.bot_token,
            "WEBHOOK_SECRET": self.webhook_secret,
            "KEY_SECRET": self.key_secret,
            "CRYPTOPAY_TOKEN": self.cryptopay_token,
        }


def _fresh_ring() -> str:
    return json.dumps({"1": urlsafe_b64encode(secrets.token_bytes(32)).decode()})
