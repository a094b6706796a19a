"""How a person gets into each state that home can show."""

from collections.abc import Callable

from tests.fakes.panel import Mood
from tests.functional.conversation.stage import Somebody
from vpnbot.usecases.delete_data import delete_data
from vpnbot.usecases.suspend import suspend


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
    delete_data(world.open(user.user_id), world.shop, "update:1:0")
    user.stage.passes(minutes=30)
    user.sends("/start")


def paused(user: Somebody) -> None:
    """Be paused by the operator."""
    key_ready(user)
    world = user.stage.world
    suspend(world.open(user.user_id), world.shop, "ops:1", "operator")
    user.stage.passes(minutes=2)
    user.sends("/start")


SITUATIONS: dict[str, Callable[[Somebody], None]] = {
    situation.__name__: situation
    for situation in (new, making_key, key_ready, running, last_day, expired, link_gone, trial_used, paused)
}
