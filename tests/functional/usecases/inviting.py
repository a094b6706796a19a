"""People who come by an invitation, pay, and get their money back, for tests of rewards."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import PRICE, card, paid_report, places
from vpnbot.domain.invites.reward import RewardState
from vpnbot.domain.money import Money
from vpnbot.domain.needs import NeedKind
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.usecases.payments.apply_payment import apply_payment
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.people.ensure_user import ensure_user

INVITER, FRIEND = 42, 43
DAY = 86_400
HOLD = timedelta(days=3)
REWARD_DAYS, WELCOME_DAYS = 7, 5
ONE_DAY_LATER = timedelta(days=1)


def rewards(shop: Shop, **changes: object) -> None:
    """Switch invitations on: 7 days for who invites, 5 for the friend, from 100 roubles, after 3 days, 10 a month."""
    stored = shop.sales.settings
    before = stored.load(fresh=True)
    after = replace(before, invites=Switch.ON, reward_days=REWARD_DAYS, welcome_days=WELCOME_DAYS)
    stored.observe(before, replace(after, **changes))  # type: ignore[arg-type]  # names are those of the settings
    stored.load(fresh=True)


def comes(shop: Shop, friend: int = FRIEND, by: int | None = INVITER) -> None:
    """Let a person open the bot by the link of another one."""
    inviter = None if by is None else shop.person_id(by)
    ensure_user(shop.open(friend), shop.context, update(), friend, "en", None if by is None else "r", inviter)


def leaves(shop: Shop, user_id: int) -> None:
    """Let a person delete their data."""
    delete_data(shop.open(user_id), shop.fleet, shop.context, update())


def buys(shop: Shop, user_id: int = FRIEND, money: Money = PRICE) -> str:
    """Let a person place an order and pay it; return the id of the payment."""
    order = places(shop, user_id=user_id)
    report = paid_report(shop, order.id, money=money, user_id=user_id)
    apply_payment(report, Source.NOTIFICATION, shop.payments, shop.context)
    return report.payment_id


def gets_back(shop: Shop, payment_id: str, money: Money = PRICE) -> None:
    """Let the provider send money of a payment back, and tell of it."""
    refund_id = card(shop).sends_back(payment_id, money)
    apply_refund(card(shop).refunds[refund_id], shop.payments, shop.context)


def invited(shop: Shop) -> str:
    """Let a person be invited and pay for the first time; return the id of the payment."""
    rewards(shop)
    shop.on_trial(INVITER)
    shop.clock.advance(timedelta(minutes=1))
    comes(shop)
    return buys(shop)


def state_of(shop: Shop, friend: int = FRIEND) -> RewardState | None:
    """Return the state of the reward for a person's first payment; None: there is none."""
    reward = shop.look(friend).reward
    return None if reward is None else reward.state


def days_of(shop: Shop, user_id: int, welcome: bool = False) -> float:
    """Return the days that a person has left of rewards for inviting, or of the welcome."""
    subscription = shop.look(user_id).subscription
    found = (lot for lot in subscription.lots_left(shop.clock()) if lot.id.startswith("referral:"))
    return sum(lot.seconds for lot in found if lot.id.endswith("/welcome") is welcome) / DAY


def end_of(shop: Shop, user_id: int) -> Subscription:
    """Return the subscription of a person."""
    return shop.look(user_id).subscription


def ledger_adds_up(shop: Shop, user_id: int) -> bool:
    """Tell whether the seconds of a person's ledger are all time that was granted."""
    with shop.faults.quiet():
        rows = shop.people.history(shop.person_id(user_id))
    seconds = sum(int(str(row.get("seconds") or 0)) for row in rows)
    return seconds == entitlement_seconds(shop.look(user_id).subscription, shop.clock())


def told(shop: Shop, user_id: int) -> list[Kind]:
    """Return what a person was told about rewards."""
    mark = shop.person_id(user_id)
    kinds = {Kind.REWARD, Kind.WELCOME, Kind.REWARD_TAKEN}
    return [sent.kind for sent in shop.sender.said if sent.person_id == mark and sent.kind in kinds]


def waits(shop: Shop) -> list[str]:
    """Return the people whose reward waits for an owner."""
    return [need.person for need in shop.staff.needs.waiting(limit=50) if need.kind is NeedKind.REWARD]


def after_the_hold(shop: Shop) -> None:
    """Let the hold pass, and what follows it."""
    shop.days((HOLD + timedelta(hours=1)) / timedelta(days=1))
    shop.settles(minutes=20)


def code_of(shop: Shop) -> str:
    """Return the invite code of the friend, which names the reward."""
    return shop.ring.invite_code(shop.person_id(FRIEND))
