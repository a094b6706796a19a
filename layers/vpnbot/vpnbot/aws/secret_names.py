"""The names of the secrets, in groups; template.yaml lets each function read the groups that it needs."""

BOT_TOKEN = ("bot_token",)
KEY_SECRET = ("key_secret",)
WEBHOOK_SECRET_PREVIOUS = "webhook_secret_previous"  # noqa: S105 - its name, not its value
"""The secret that Telegram may still send after a rotation; it is deleted when Telegram has the new one."""
WEBHOOK_SECRETS = ("webhook_secret", WEBHOOK_SECRET_PREVIOUS)
PROVIDER_SECRETS = ("yookassa_shop_id", "yookassa_secret_key", "cryptopay_token")
ALL = (*BOT_TOKEN, *KEY_SECRET, *WEBHOOK_SECRETS, *PROVIDER_SECRETS)
