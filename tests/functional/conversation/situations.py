"""Functions that bring a person into each state that the home screen can show."""

from collections.abc import Callable
from dataclasses import replace

from tests.fakes.panel import FaultMode
from tests.functional.conversation.harness import ChatUser
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def new(user: ChatUser) -> None:
    """Open the bot for the first time."""
    user.sends("/start")


def making_key(user: ChatUser) -> None:
    """Start the trial while the panel is down."""
    user.harness.shop.panel.fault_mode = FaultMode.DOWN
    new(user)
    user.harness.deliver(user.tap("try", user.screen.id))


def key_ready(user: ChatUser) -> None:
    """Start the trial."""
    new(user)
    user.harness.deliver(user.tap("try", user.screen.id))


def running(user: ChatUser) -> None:
    """Start the trial, and open the home screen."""
    key_ready(user)
    user.sends("/start")


def last_day(user: ChatUser) -> None:
    """Reach the last day of the trial."""
    key_ready(user)
    user.harness.passes(days=2, hours=19, minutes=50)
    user.sends("/start")


def expired(user: ChatUser) -> None:
    """Let the trial end."""
    key_ready(user)
    user.harness.passes(days=5)
    user.sends("/start")


def link_gone(user: ChatUser) -> None:
    """Let so much time pass after the trial that the link is removed."""
    key_ready(user)
    user.harness.passes(days=40)
    user.sends("/start")


def trial_used(user: ChatUser) -> None:
    """Use the trial, delete all data, and open the bot again."""
    key_ready(user)
    shop = user.harness.shop
    delete_data(shop.open(user.user_id), shop.fleet, shop.context, "update:1:0")
    user.harness.passes(minutes=30)
    user.sends("/start")


def limited_to(user: ChatUser, traffic_limit_bytes: int) -> None:
    """Set the traffic limit of the person's plan."""
    session = user.harness.shop.open(user.user_id)
    subscription = session.person.subscription
    assert subscription.plan is not None
    plan = replace(subscription.plan, traffic_limit_bytes=traffic_limit_bytes)
    session.commit(replace(session.person, subscription=replace(subscription, plan=plan)))


def used_up(user: ChatUser) -> None:
    """Use the whole traffic of the plan."""
    key_ready(user)
    limited_to(user, 5_000_000_000)
    shop = user.harness.shop
    session = shop.open(user.user_id)
    access = session.person.accesses[0]
    record_traffic(session, shop.context, access.server_id, access.key.tag, 5_100_000_000)
    user.harness.passes(minutes=2)
    user.sends("/start")


def rotated(user: ChatUser) -> None:
    """Replace the link with a new one."""
    running(user)
    key = user.person.subscription.key
    assert key is not None
    user.harness.deliver(user.tap(f"rotate:{key.tag}", user.screen.id))


def making_new_key(user: ChatUser) -> None:
    """Replace the link with a new one while the panel is down."""
    running(user)
    user.harness.shop.panel.fault_mode = FaultMode.DOWN
    key = user.person.subscription.key
    assert key is not None
    user.harness.deliver(user.tap(f"rotate:{key.tag}", user.screen.id))


def waiting_long(user: ChatUser) -> None:
    """Wait for a key while the panel is down for half an hour."""
    making_key(user)
    user.harness.passes(minutes=30)
    user.sends("/start")


def paused(user: ChatUser) -> None:
    """Let the operator pause the subscription."""
    key_ready(user)
    shop = user.harness.shop
    suspend(shop.open(user.user_id), shop.fleet, shop.context, "ops:1", "operator")
    user.harness.passes(minutes=2)
    user.sends("/start")


SITUATIONS: dict[str, Callable[[ChatUser], None]] = {
    situation.__name__: situation
    for situation in (
        new,
        making_key,
        waiting_long,
        key_ready,
        running,
        rotated,
        making_new_key,
        used_up,
        last_day,
        expired,
        link_gone,
        trial_used,
        paused,
    )
}
