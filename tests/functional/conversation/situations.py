"""How a person gets into each state that home can show."""

from collections.abc import Callable
from dataclasses import replace

from tests.fakes.panel import Mood
from tests.functional.conversation.stage import Somebody
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def new(user: Somebody) -> None:
    """Open the bot for the first time."""
    user.sends("/start")


def making_key(user: Somebody) -> None:
    """Take the trial while the panel is down."""
    user.stage.world.panel.mood = Mood.DOWN
    new(user)
    user.stage.deliver(user.tap("try", user.screen.id))


def key_ready(user: Somebody) -> None:
    """Take the trial."""
    new(user)
    user.stage.deliver(user.tap("try", user.screen.id))


def running(user: Somebody) -> None:
    """Have the trial, and look at home."""
    key_ready(user)
    user.sends("/start")


def last_day(user: Somebody) -> None:
    """Have less than a day left."""
    key_ready(user)
    user.stage.passes(days=2, hours=19, minutes=50)
    user.sends("/start")


def expired(user: Somebody) -> None:
    """Have had the trial."""
    key_ready(user)
    user.stage.passes(days=5)
    user.sends("/start")


def link_gone(user: Somebody) -> None:
    """Have had the trial so long ago that the link is not kept any more."""
    key_ready(user)
    user.stage.passes(days=40)
    user.sends("/start")


def trial_used(user: Somebody) -> None:
    """Come back after having had everything deleted."""
    key_ready(user)
    world = user.stage.world
    delete_data(world.open(user.user_id), world.fleet, world.context, "update:1:0")
    user.stage.passes(minutes=30)
    user.sends("/start")


def limited_to(user: Somebody, traffic_limit_bytes: int) -> None:
    """Have a plan that grants only so much traffic."""
    session = user.stage.world.open(user.user_id)
    subscription = session.person.subscription
    assert subscription.plan is not None
    plan = replace(subscription.plan, traffic_limit_bytes=traffic_limit_bytes)
    session.commit(replace(session.person, subscription=replace(subscription, plan=plan)))


def used_up(user: Somebody) -> None:
    """Have used all the traffic there was."""
    key_ready(user)
    limited_to(user, 5_000_000_000)
    world = user.stage.world
    session = world.open(user.user_id)
    access = session.person.accesses[0]
    record_traffic(session, world.context, access.server_id, access.key.tag, 5_100_000_000)
    user.stage.passes(minutes=2)
    user.sends("/start")


def rotated(user: Somebody) -> None:
    """Have asked for a new link."""
    running(user)
    key = user.person.subscription.key
    assert key is not None
    user.stage.deliver(user.tap(f"rotate:{key.tag}", user.screen.id))


def making_anew(user: Somebody) -> None:
    """Have asked for a new link while the panel is down."""
    running(user)
    user.stage.world.panel.mood = Mood.DOWN
    key = user.person.subscription.key
    assert key is not None
    user.stage.deliver(user.tap(f"rotate:{key.tag}", user.screen.id))


def waiting_long(user: Somebody) -> None:
    """Wait for a key while the panel is down for half an hour."""
    making_key(user)
    user.stage.passes(minutes=30)
    user.sends("/start")


def paused(user: Somebody) -> None:
    """Be paused by the operator."""
    key_ready(user)
    world = user.stage.world
    suspend(world.open(user.user_id), world.fleet, world.context, "ops:1", "operator")
    user.stage.passes(minutes=2)
    user.sends("/start")


SITUATIONS: dict[str, Callable[[Somebody], None]] = {
    situation.__name__: situation
    for situation in (
        new,
        making_key,
        waiting_long,
        key_ready,
        running,
        rotated,
        making_anew,
        used_up,
        last_day,
        expired,
        link_gone,
        trial_used,
        paused,
    )
}
