"""Outages of servers are measured: when they began and ended, what shows it, and whose keys did not work."""

from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.downtimes import DowntimesInMemory, HurtPeopleInMemory
from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.usecases.reconciled_servers import drain, reconcile_now, with_servers
from tests.functional.usecases.test_watch_server import waits
from vpnbot.domain.scheduling import FOLLOW_DOWNTIME, kind_of
from vpnbot.domain.servers.downtime import Downtime, Evidence, Verdict
from vpnbot.domain.servers.hurt import Hurt, KeyElsewhere
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.servers.spans import Span
from vpnbot.usecases.people.delete_data import delete_data

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop() -> Shop:
    """A shop with one server and three people with a key."""
    shop = with_servers(shop_in_memory(), "nl")
    for user_id in (1, 2, 3):
        shop.on_trial(user_id)
    return shop


def stored(shop: Shop) -> list[Downtime]:
    """Return the downtimes, the oldest first."""
    assert isinstance(shop.staff.downtimes, DowntimesInMemory)
    return list(shop.staff.downtimes.stored.values())


def the_only(shop: Shop) -> Downtime:
    """Return the only downtime."""
    (found,) = stored(shop)
    return found


def hurt(shop: Shop, user_id: int) -> Hurt | None:
    """Return what is recorded about a person in the only downtime."""
    assert isinstance(shop.staff.hurt, HurtPeopleInMemory)
    return shop.staff.hurt.stored.get((the_only(shop).id, shop.person_id(user_id)))


def minutes(shop: Shop, number: int) -> datetime:
    """Let minutes pass, one by one; return the time."""
    shop.settles(minutes=number)
    return shop.clock()


class TestWhenItBeginsAndEnds:
    """Both bounds of the beginning are kept; the end is known to a minute."""

    def test_a_core_that_stopped_is_found_by_the_next_run_and_its_end_within_a_minute(self, shop: Shop) -> None:
        reconcile_now(shop)
        good = START
        shop.clock.advance(5 * MINUTE)
        shop.panel.stopped.add("nl")
        found_at = shop.clock()
        reconcile_now(shop)
        assert (the_only(shop).last_good_at, the_only(shop).first_bad_at) == (good, found_at)
        minutes(shop, 60)
        assert the_only(shop).open
        shop.panel.stopped.clear()
        back_at = shop.clock()
        minutes(shop, 3)
        found = the_only(shop)
        assert found.first_good_at is not None
        assert found.last_bad_at <= back_at <= found.first_good_at <= back_at + MINUTE
        assert (found.evidence, found.counts, found.frozen, found.due) == (Evidence.CORE_STOPPED, True, True, None)

    def test_a_silent_panel_begins_with_the_first_failed_call_and_proves_nothing(self, shop: Shop) -> None:
        shop.guarded = True
        shop.panel.away.add("nl")
        shop.clock.advance(MINUTE)
        began_at = shop.clock()
        shop.on_trial(7)  # the call for the key of this person fails
        minutes(shop, 20)
        shop.panel.away.clear()
        minutes(shop, 6)
        found = the_only(shop)
        assert (found.first_bad_at, found.evidence, found.counts) == (began_at, Evidence.SILENT, False)
        assert found.first_good_at is not None
        assert found.first_good_at - began_at <= 22 * MINUTE
        assert found.judged(Verdict.DOWN).counts
        assert not found.judged(Verdict.NOT_DOWN).counts

    def test_an_interruption_that_is_over_at_the_next_look_is_none(self, shop: Shop) -> None:
        shop.guarded = True
        shop.panel.away.add("nl")
        shop.on_trial(7)
        shop.panel.away.clear()
        minutes(shop, 20)
        assert stored(shop) == []

    def test_a_silent_panel_that_then_says_that_the_core_stopped_is_proof(self, shop: Shop) -> None:
        shop.panel.away.add("nl")
        reconcile_now(shop)
        minutes(shop, 3)
        assert the_only(shop).evidence is Evidence.SILENT
        shop.panel.away.clear()
        shop.panel.stopped.add("nl")
        minutes(shop, 3)
        shop.panel.stopped.clear()
        shop.panel.away.add("nl")
        minutes(shop, 3)
        assert the_only(shop).evidence is Evidence.CORE_STOPPED
        assert the_only(shop).open

    def test_the_check_for_people_who_wait_begins_one_too(self, shop: Shop) -> None:
        shop.panel.stopped.add("nl")
        waits(shop, 1)
        minutes(shop, 3)
        assert the_only(shop).first_bad_at <= START + 2 * MINUTE

    def test_a_second_outage_is_another_one_and_a_server_that_leaves_ends_it(self, shop: Shop) -> None:
        for number in range(2):
            shop.panel.stopped.add("nl")
            reconcile_now(shop)
            minutes(shop, 10)
            if not number:
                shop.panel.stopped.clear()
                minutes(shop, 10)
        first, second = stored(shop)
        assert first.first_good_at is not None
        assert first.first_good_at <= second.first_bad_at
        assert second.last_good_at is not None
        shop.servers.ids = []
        minutes(shop, 5)
        assert not stored(shop)[1].open
        assert shop.index.next_due() is None or kind_of(shop.index.next_due()) is not FOLLOW_DOWNTIME  # type: ignore[arg-type]  # not None

    def test_a_refusing_panel_and_a_lost_server_begin_none(self, shop: Shop) -> None:
        from vpnbot.domain.servers.panel_errors import PanelTrouble

        shop.panel.refusing["nl"] = PanelTrouble.WRONG_TOKEN
        reconcile_now(shop)
        minutes(shop, 60)
        drain(shop, "nl", ServerState.DECOMMISSIONED)
        minutes(shop, 60)
        assert stored(shop) == []


class TestWhoIsHurt:
    """The people with working keys there are recorded, each with the time in which the key did not work."""

    def test_everybody_with_a_key_is_recorded_from_the_beginning_to_the_end(self, shop: Shop) -> None:
        shop.panel.stopped.add("nl")
        reconcile_now(shop)
        minutes(shop, 30)
        shop.panel.stopped.clear()
        minutes(shop, 3)
        found = the_only(shop)
        assert found.first_good_at is not None
        whole = (Span(found.first_bad_at, found.first_good_at),)
        assert [row.spans for user_id in (1, 2, 3) if (row := hurt(shop, user_id))] == [whole] * 3
        minutes(shop, 60)
        assert [row.spans for user_id in (1, 2, 3) if (row := hurt(shop, user_id))] == [whole] * 3

    def test_who_comes_later_or_leaves_is_recorded_for_that_time_alone(self, shop: Shop) -> None:
        shop.panel.stopped.add("nl")
        reconcile_now(shop)
        minutes(shop, 30)
        left_at = shop.clock()
        delete_data(shop.open(1), shop.fleet, shop.context, update())
        shop.on_trial(9)
        minutes(shop, 30)
        shop.panel.stopped.clear()
        minutes(shop, 3)
        leaver, comer, found = hurt(shop, 1), hurt(shop, 9), the_only(shop)
        assert leaver is not None
        assert comer is not None
        (had,), (has,) = leaver.spans, comer.spans
        assert had.since == found.first_bad_at
        assert left_at <= had.until <= left_at + 6 * MINUTE
        assert left_at <= has.since <= left_at + 6 * MINUTE
        assert has.until == found.first_good_at

    def test_an_outage_that_ends_before_the_first_recording_has_its_people(self, shop: Shop) -> None:
        shop.panel.stopped.add("nl")
        shop.servers.make_run_due("nl", shop.clock())
        shop.minute()
        shop.panel.stopped.clear()
        minutes(shop, 3)
        found = hurt(shop, 2)
        assert found is not None
        assert (len(found.spans), found.open_since) == (1, None)

    def test_the_other_servers_of_a_person_are_recorded(self) -> None:
        shop = with_servers(shop_in_memory(), "de", "nl")
        shop.on_trial(1)
        with_two = shop.look(1).living_accesses
        assert {access.server_id for access in with_two} == {"de", "nl"}
        shop.panel.stopped.add("nl")
        reconcile_now(shop, "nl")
        minutes(shop, 5)
        found = hurt(shop, 1)
        assert found is not None
        assert found.other_keys == (KeyElsewhere("de", the_only(shop).first_bad_at),)

    @pytest.mark.parametrize("step", range(40))
    def test_a_crash_at_any_point_of_the_recording_loses_nobody(self, shop: Shop, step: int) -> None:
        shop.panel.stopped.add("nl")
        shop.servers.make_run_due("nl", shop.clock())
        shop.minute()
        shop.clock.advance(MINUTE)
        shop.faults.crash_at_step(step)
        for _ in range(20):
            try:
                shop.minute()
            except Crash:
                shop.faults.clear()
            shop.clock.advance(MINUTE)
        shop.faults.clear()
        shop.panel.stopped.clear()
        minutes(shop, 8)
        found = the_only(shop)
        assert (found.frozen, found.due) == (True, None)
        assert [len(row.spans) for user_id in (1, 2, 3) if (row := hurt(shop, user_id))] == [1, 1, 1]
