"""An offer waits for a version that can read the person, and for a Telegram that can be called."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop
from tests.fakes.table import Table
from tests.functional.usecases.gifting import FRIEND
from tests.functional.usecases.winning import AFTER, HOUR, MONTH, buys, ends, told, waits, winback_of, wins_back
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.winback import WinbackState
from vpnbot.errors import TelegramSilent
from vpnbot.telegram.messages.pausing_sender import PausingSender, TelegramPause


@pytest.mark.parametrize("key", ["USER", "SUB", "ORDER#1", "REFUND#1#1"])
def test_while_a_version_cannot_read_the_person_it_waits_for_one_that_can(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    wins_back(shop)
    ends(shop)
    due, read = winback_of(shop).ended_at + AFTER, Table.person
    shop.until(due - HOUR)

    def by_an_old_version(table: Table, person_id: PersonId) -> Person:
        hidden = {"USER": {"user": User()}, "SUB": {"subscription": Subscription()}}.get(key, {})
        return replace(read(table, person_id), unreadable=frozenset({key}), **hidden)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Table, "person", by_an_old_version)
        shop.until(due + 2 * HOUR, step=timedelta(minutes=10))
    assert (told(shop), waits(shop)) == ([], True)
    shop.until(due + 4 * HOUR, step=timedelta(minutes=10))
    assert len(told(shop)) == 1


def test_only_the_call_that_was_not_answered_counts_as_made(shop: Shop) -> None:
    wins_back(shop)
    for user_id in (42, FRIEND):
        shop.arrives(user_id)
        buys(shop, user_id)
    shop.until(shop.clock.now + MONTH, step=6 * HOUR)
    both = (42, FRIEND)
    due = max(winback_of(shop, user_id).ended_at for user_id in both) + AFTER
    recording = shop.sender
    shop.sender = PausingSender(recording, TelegramPause(shop.clock))  # type: ignore[assignment]  # as in production
    shop.until(min(winback_of(shop, user_id).ended_at for user_id in both) + AFTER - HOUR)
    shop.clock.now = due
    shop.faults.at("say.before", TelegramSilent("no answer"))
    shop.minute()
    states = sorted(winback_of(shop, user_id).state for user_id in both)
    assert states == [WinbackState.OFFERED, WinbackState.WAITING]
    shop.settles()
    shop.sender = recording
    assert sum(len(told(shop, user_id)) for user_id in both) == 1
    assert [winback_of(shop, user_id).state for user_id in both] == [WinbackState.OFFERED] * 2
