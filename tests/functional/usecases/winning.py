"""People whose paid time ends, and who are offered a discount to come back."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.sender import SentNotification
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.ordering import OFFER, applies, paid_report, places
from tests.functional.usecases.renewing import STANDARD, sells
from vpnbot.domain.money import Money
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.winback import Winback
from vpnbot.usecases.people.change_profile import switch_news
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend

PERCENT = 30
CHEAPER = Money(OFFER.price.amount_minor * (100 - PERCENT) // 100, OFFER.price.currency)
"""The price of the offer with the discount."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AFTER = 3 * DAY
MONTH = OFFER.duration


def wins_back(shop: Shop, **changes: object) -> None:
    """Sell a plan, and offer 30 percent three days after the end; `changes` are of the settings."""
    if shop.sales.plans.load().plan(STANDARD.id) is None:
        sells(shop, STANDARD)
    stored = shop.sales.settings
    before = stored.load(fresh=True)
    after = replace(before, winback=Switch.ON, winback_percent=PERCENT, winback_days=3)
    stored.observe(before, replace(after, **changes))  # type: ignore[arg-type]  # names are those of the settings
    stored.load(fresh=True)


def buys(shop: Shop, user_id: int = USER_ID) -> str:
    """Let a person buy a month, whose time begins at once; return the id of the payment."""
    order = places(shop, user_id=user_id)
    report = paid_report(shop, order.id, user_id=user_id)
    applies(shop, report)
    shop.settles(minutes=2)
    return report.payment_id


def ends(shop: Shop, user_id: int = USER_ID) -> str:
    """Let a person buy a month, and a month pass; return the id of the payment."""
    shop.arrives(user_id)
    payment_id = buys(shop, user_id)
    shop.until(shop.clock.now + MONTH, step=6 * HOUR)
    return payment_id


def is_won_back(shop: Shop, user_id: int = USER_ID) -> Winback:
    """Let the time of a person end, and days pass until the discount is offered; return the offer."""
    wins_back(shop)
    ends(shop, user_id)
    shop.until(shop.clock.now + AFTER, step=HOUR)
    assert len(told(shop, user_id)) == 1
    return winback_of(shop, user_id)


def winback_of(shop: Shop, user_id: int = USER_ID) -> Winback:
    """Return the offer that a person has."""
    found = shop.look(user_id).winback
    assert found is not None
    return found


def told(shop: Shop, user_id: int = USER_ID) -> list[SentNotification]:
    """Return the messages with an offer that a person has got."""
    mark = shop.person_id(user_id)
    said = (sent for sent in shop.sender.said if sent.person_id == mark)
    return [sent for sent in said if sent.kind is NotificationKind.WINBACK]


def waits(shop: Shop, user_id: int = USER_ID) -> bool:
    """Tell whether anything about an offer is stored with a person."""
    return shop.look(user_id).winback is not None


def stops_news(shop: Shop) -> None:
    """Let the person want no news."""
    switch_news(shop.open(), shop.context, update(), wanted=False)


def is_paused(shop: Shop) -> None:
    """Let an operator pause the person."""
    suspend(shop.open(), shop.fleet, shop.context, update(), "admin:1")


def blocks(shop: Shop) -> None:
    """Let the person block the bot, of which the shop knows."""
    shop.people.record_reachable(shop.look(), reachable=False)


def leaves(shop: Shop) -> None:
    """Let the person delete their data."""
    delete_data(shop.open(), shop.fleet, shop.context, update())


def returns(shop: Shop) -> None:
    """Let the person delete their data and come again."""
    leaves(shop)
    shop.arrives()
