"""Sets the webhook of a run on the fake Bot API, as the registrar does on a deployment."""

from aiohttp import ClientSession, ClientTimeout

from local.demo_secrets import DemoSecrets
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES

WEBHOOK_PATH = "/telegram"


async def set_webhook(base: str, secrets: DemoSecrets) -> None:
    """Set the webhook of the run whose site is at `base`.

    Raises:
        RuntimeError: the fake Bot API rejected it.
    """
    settings = {
        "url": f"{base}{WEBHOOK_PATH}",
        "secret_token": secrets.webhook_secret,
        "max_connections": 10,
        "allowed_updates": list(ALLOWED_UPDATES),
    }
    url = f"{base}/bot{secrets.bot_token}/setWebhook"
    async with (
        ClientSession(timeout=ClientTimeout(total=10)) as session,
        session.post(url, json=settings) as response,
    ):
        answer = await response.json()
    if not answer.get("ok"):
        raise RuntimeError(f"the fake Bot API rejected the webhook: {answer}")
