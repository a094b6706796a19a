"""The zone of the times in a chat, so that the page beside it shows the same ones."""

from datetime import timedelta

from local.ledger_view import LedgerView
from local.telegram.fake_telegram import FakeTelegram
from vpnbot.domain.sending_window import LANGUAGE_ZONES
from vpnbot.domain.shop import SHOP
from vpnbot.storage.plans.records import SETTINGS

_MINUTE = timedelta(minutes=1)


def zone_minutes(ledger: LedgerView, telegram: FakeTelegram, user_id: int | None) -> int:
    """Return how many minutes the zone of the shop is ahead of UTC.

    Without one, return that of the language in which the bot talks to the person, or will: that of their Telegram.
    """
    settings = ledger.item(SHOP, SETTINGS).get("body", {})
    if (hours := settings.get("zone_hours")) is not None:
        return int(hours) * 60 + int(settings.get("zone_minutes", 0))
    known = {} if user_id is None else ledger.item(ledger.ring.person_id(user_id), "USER").get("body", {})
    account = telegram.conversations.accounts.get(user_id or 0)
    language = str(known.get("language") or (account.language if account else ""))
    return LANGUAGE_ZONES.get(language.partition("-")[0], timedelta()) // _MINUTE
