"""A broadcast waits when its author has lost the role that sends broadcasts, and administrators hear of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.roles import becomes
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.usecases.test_run_broadcast import AUTHOR, PEOPLE, decides, now, received, running, written
from vpnbot.domain.broadcasts.broadcast import State
from vpnbot.domain.broadcasts.sender import NO_RIGHT, taken_by
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.payments.alerts import AlertKind, AlertMessage
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Role

OWNER = 5000
HOUR = timedelta(hours=1)


@pytest.fixture
def shop() -> Shop:
    """A shop whose administrator has opened the bot."""
    return with_owner()


def with_owner() -> Shop:
    """Return a shop whose administrator has opened the bot and reads no news."""
    return replace(shop_in_memory(), admin_ids=frozenset({OWNER}))


def heard(shop: Shop) -> list[AlertMessage]:
    """Return the alerts that the owner was sent."""
    alerts = [each for each in shop.sender.said if each.kind is NotificationKind.MONEY_ALERT]
    to_owner = [each for each in alerts if each.person_id == shop.person_id(OWNER)]
    return [AlertMessage.restored(each.arguments) for each in to_owner]


def scheduled(shop: Shop) -> None:
    """Let a broadcast begin in an hour."""
    decides(shop, written(shop).scheduled(shop.clock() + HOUR, shop.clock()))


@pytest.mark.parametrize("role", [None, Role.SUPPORT])
@pytest.mark.parametrize(("begins", "waits"), [(running, State.PAUSED), (scheduled, State.ASLEEP)])
def test_nobody_gets_it_and_the_administrator_hears_once(
    shop: Shop, begins: Callable[[Shop], object], waits: State, role: Role | None
) -> None:
    shop.arrives(OWNER)
    begins(shop)
    becomes(shop, AUTHOR, role)
    shop.until(shop.clock() + 3 * HOUR, step=timedelta(minutes=1))
    assert (now(shop).state, now(shop).reason, received(shop)) == (waits, NO_RIGHT, Counter())
    (alert,) = heard(shop)
    assert alert.kind is AlertKind.BROADCAST_WITHHELD
    assert (alert.arguments["broadcast"], alert.arguments["title"]) == (now(shop).id, "Hello")


def test_it_stops_before_its_next_slice(shop: Shop) -> None:
    running(shop, people=2000)

    def loses_role(_: Person) -> None:
        if shop.look(AUTHOR).user.role is not None:
            becomes(shop, AUTHOR, None)

    shop.broadcast_sender.refuses = loses_role
    shop.settles(minutes=10)
    assert now(shop).state is State.PAUSED
    assert len(received(shop)) <= 20 * 48, "one slice"


def test_another_member_sends_it_to_the_rest(shop: Shop) -> None:
    shop.arrives(OWNER)
    running(shop)
    becomes(shop, AUTHOR, None)
    shop.settles(minutes=5)
    owner = shop.person_id(OWNER)
    decides(shop, taken_by(now(shop).resumed(shop.clock()), owner, 77))
    shop.settles(minutes=5)
    found = now(shop)
    assert (found.state, found.author, found.progress_message, found.reason) == (State.DONE, owner, 77, "")
    assert len(received(shop)) == PEOPLE + 1


def test_an_administrator_of_the_deployment_needs_no_role() -> None:
    shop = replace(shop_in_memory(), admin_ids=frozenset({AUTHOR}))
    running(shop)
    becomes(shop, AUTHOR, None)
    shop.settles(minutes=3)
    assert now(shop).state is State.DONE


def test_after_a_crash_at_any_point_it_waits_and_is_told_once() -> None:
    crashes, step = 0, 0
    while True:
        shop = with_owner()
        shop.arrives(OWNER)
        running(shop, people=2)
        becomes(shop, AUTHOR, None)
        shop.faults.crash_at_step(step)
        try:
            shop.settles(minutes=12)
        except Crash:
            crashes += 1
            shop.queue.claims.clear()
        else:
            break
        shop.settles(minutes=12)
        assert (now(shop).state, received(shop)) == (State.PAUSED, Counter()), step
        assert len(heard(shop)) <= 2, "a notification whose answer was lost is sent again"
        assert len({each.arguments["broadcast"] for each in heard(shop)}) == 1, step
        step += 1
    assert crashes > 5
