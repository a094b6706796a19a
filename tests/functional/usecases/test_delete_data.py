"""Deleting a person's data: what is deleted at once, what stays, and what happens after the person returns."""

import json
from datetime import datetime, timedelta
from itertools import count

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.ordering import OFFER
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key, KeyRing, PersonId
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.user import ERASE_AFTER, User
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import DeletedMeanwhile, StorageUnavailable
from vpnbot.storage.table import to_text
from vpnbot.usecases.keys.serve_link import serve_link
from vpnbot.usecases.payments.place_order import OrderRequest, place_order
from vpnbot.usecases.people.change_profile import change_language, give_opinion, join_plans_waitlist
from vpnbot.usecases.people.delete_data import SLICE, delete_data
from vpnbot.usecases.people.export_data import export_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.servers.remove_server import remove_server
from vpnbot.usecases.subscriptions.start_trial import start_trial
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend
from vpnbot.usecases.support.relay_question import relay_question


def delete(shop: Shop, cause: str | None = None) -> None:
    """Delete the data of the person, who has asked for it."""
    delete_data(shop.open(), shop.fleet, shop.context, cause or update())


class TestDeletedAtOnce:
    """Profile, subscription, notifications, fetches and conversation."""

    def test_the_profile_keeps_that_the_trial_was_used_and_nothing_personal(self, shop: Shop) -> None:
        shop.on_trial()
        give_opinion(shop.open(), shop.context, update(), "good")
        join_plans_waitlist(shop.open(), shop.context, update())
        delete(shop)
        user = shop.look().user
        assert user == User(
            version=user.version,
            deleted_at=shop.clock.now,
            erase_until=shop.clock.now,
            trial_used=True,
            reachable=False,
            acts={LimitedAct.SETTING: (shop.clock.now,), LimitedAct.DELETION: (shop.clock.now,)},
            due=user.due,
        )

    def test_the_subscription_the_outbox_and_the_fetches_are_deleted(self, shop: Shop) -> None:
        shop.on_trial()
        key = shop.look().subscription.key
        assert key is not None
        serve_link(shop.ring.link_token(shop.person_id(), key), shop.people, shop.fleet, shop.context, app="happ")
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        assert shop.look().outbox
        assert shop.look().fetch
        delete(shop)
        person = shop.look()
        assert person.subscription.status is Status.DELETED
        assert person.subscription.key is None
        assert person.outbox == ()
        assert person.fetch is None

    def test_the_conversation_is_deleted_because_its_key_contains_the_telegram_id(self, shop: Shop) -> None:
        shop.arrives()
        session, chat = shop.open(), f"1:{USER_ID}:{USER_ID}"
        session.states.stage(chat, state="writing", data_json="{}")
        session.states.mark("message", 7)
        session.flush()
        delete_data(shop.open(), shop.fleet, shop.context, update())
        left = shop.open().states
        assert left.get(chat).state is None
        assert not left.moved("message", 7)

    def test_a_ban_stays_after_the_deletion(self, shop: Shop) -> None:
        shop.arrives()
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        delete(shop)
        shop.arrives()
        assert not shop.look().trial_available

    def test_a_deleted_person_gets_no_notifications(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.days(1)
        delete(shop)
        shop.days(40)
        assert shop.sender.said == []
        assert shop.index.next_due() is None

    def test_deleting_again_changes_nothing(self, shop: Shop) -> None:
        shop.on_trial()
        delete(shop, cause := update())
        delete(shop, cause)
        delete(shop)
        assert shop.look().subscription.status is Status.DELETED
        assert shop.history().count(cause) == 1
        assert shop.meter.counts[Metric.DELETED] == 1


class TestKeysGoWhenThePanelConfirms:
    """A deleted person's keys are stored as wanted absent until their panels have removed the clients."""

    def test_the_key_is_removed_at_once_when_the_panel_answers(self, shop: Shop) -> None:
        shop.on_trial()
        delete(shop)
        assert shop.panel.held == {}
        assert shop.look().accesses == ()

    def test_the_access_stays_wanted_absent_while_the_panel_is_down(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.fault_mode = FaultMode.DOWN
        delete(shop)
        shop.settles(minutes=60)
        (access,) = shop.look().accesses
        assert access.wanted is Wanted.ABSENT
        assert len(shop.panel.held) == 1
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=65)
        assert shop.look().accesses == ()
        assert shop.panel.held == {}

    def test_pause_resume_and_expiry_do_not_restore_a_key_that_is_wanted_absent(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        old = Access("de", Key(1, "an older seed"), Wanted.ABSENT, devices=2)
        session.commit(session.person.with_access(old))
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        assert shop.look().access("de", old.key.tag) == old
        resume(shop.open(), shop.fleet, shop.context, "ops:2", "operator")
        assert shop.look().access("de", old.key.tag) == old
        shop.days(4)
        assert shop.look().access("de", old.key.tag) == old


class TestHistoryIsErased:
    """Due work erases the ledger in slices, ten minutes after the deletion."""

    def test_the_history_stays_for_ten_minutes_so_that_redelivered_taps_find_their_cause(self, shop: Shop) -> None:
        shop.on_trial()
        shop.settles(minutes=1)
        delete(shop, cause := update())
        shop.until(shop.clock.now + ERASE_AFTER - timedelta(minutes=1))
        assert cause in shop.history()
        shop.settles(minutes=2)
        assert shop.history() == []
        assert shop.look().user.due is None

    def test_a_long_history_is_erased_completely_and_not_dead_lettered(self, shop: Shop) -> None:
        shop.arrives()
        for number in range(350):
            shop.clock.advance(timedelta(minutes=3))  # so that the limit of changes is not reached
            change_language(shop.open(), shop.context, update(), "ru" if number % 2 else "en")
        delete(shop)
        shop.settles(minutes=60)
        assert shop.history() == []
        assert shop.index.dead_lettered() == []
        assert shop.index.next_due() is None

    def test_entries_made_after_the_return_are_kept(self, shop: Shop) -> None:
        shop.on_trial()
        shop.settles(minutes=1)
        delete(shop)
        shop.settles(minutes=2)
        shop.arrives()
        change_language(shop.open(), shop.context, cause := update(), "ru")
        shop.settles(minutes=30)
        assert cause in shop.history()
        assert len(shop.history()) == 2


class TestComingBack:
    """A person who returns is new, except that the trial stays used and the old link invalid."""

    def test_a_person_who_returns_gets_a_new_profile_and_no_second_trial(self, shop: Shop) -> None:
        shop.on_trial()
        delete(shop)
        person = shop.arrives()
        assert person.user.known
        assert person.user.reachable
        assert person.user.trial_used
        assert not person.trial_available

    def test_the_old_link_stays_invalid_also_with_a_new_secret(self, shop: Shop) -> None:
        shop.arrives()
        person = shop.on_trial()
        assert person.subscription.key is not None
        old = shop.ring.link_token(person.id, person.subscription.key)
        assert serve_link(old, shop.people, shop.fleet, shop.context, app=None) is not None
        delete(shop)
        assert serve_link(old, shop.people, shop.fleet, shop.context, app=None) is None
        shop.ring = KeyRing({1: shop.ring.versions[1], 2: b"another secret of thirty-two bytes"})
        other = shop.on_trial(USER_ID + 1)
        assert other.subscription.key is not None
        assert serve_link(old, shop.people, shop.fleet, shop.context, app=None) is None

    def test_a_redelivered_old_update_does_not_restore_the_person(self, shop: Shop) -> None:
        cause = update()
        shop.tries(cause)
        delete(shop)
        shop.tries(cause)
        assert not shop.look().user.known


class TestExport:
    """The document with the data that is stored about a person."""

    def test_the_export_has_profile_subscription_keys_and_history_and_no_secret(self, shop: Shop) -> None:
        shop.on_trial()
        person = shop.look()
        document = json.loads(export_data(shop.open(), shop.people, shop.context))
        assert document["profile"]["chat_id"] == USER_ID
        assert document["profile"]["came_from"] == "ref_7"
        assert document["subscription"]["status"] == "trial"
        (time,) = document["subscription"]["time"]
        assert (time["from"], time["seconds_left"], time["paid"]) == ("trial", 3 * 86_400, None)
        assert document["keys"] == [{"server": "nl", "state": "enabled", "used_bytes": 0, "generation": 1}]
        assert [entry["what"] for entry in document["history"]] == ["met", "trial started", "key ready"]
        assert document["link_loaded"] is None
        key = person.subscription.key
        assert key is not None
        assert key.seed not in json.dumps(document)

    def test_the_export_has_the_last_fetch_and_works_for_a_new_person(self, shop: Shop) -> None:
        assert json.loads(export_data(shop.open(), shop.people, shop.context))["subscription"]["plan"] is None
        person = shop.on_trial()
        assert person.subscription.key is not None
        serve_link(
            shop.ring.link_token(person.id, person.subscription.key),
            shop.people,
            shop.fleet,
            shop.context,
            app="happ",
        )
        assert json.loads(export_data(shop.open(), shop.people, shop.context))["link_loaded"]["app"] == "happ"


def test_capacity_is_released_when_a_key_made_during_the_deletion_is_removed_later(
    shop: Shop,
) -> None:
    shop = with_servers(shop, "nl")
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial()
    shop.panel.fault_mode = FaultMode.FINE

    def deleted_meanwhile() -> None:
        delete(shop)
        shop.faults.at("panel.remove.before", PanelUnavailable(PanelTrouble.TIMED_OUT))

    shop.panel.during = deleted_meanwhile
    shop.settles(minutes=5)
    assert (shop.look().accesses, shop.panel.held) == ((), {})
    assert [listing.taken for listing in shop.servers.listings()] == [0]
    assert remove_server(shop.fleet, shop.context, "nl", update(), "operator")


class TestALongHistory:
    """A history of years is erased within minutes, and no slice lasts longer than its worker may run."""

    ENTRIES = 55_000
    CALL = timedelta(seconds=0.4)
    """Twice the time of one Query and eight BatchWriteItem calls."""

    def erasing(self, shop: Shop, monkeypatch: pytest.MonkeyPatch, *, throttled: int = 0) -> list[timedelta]:
        """Let a person with a long history delete their data; return how long the worker works in each minute.

        `throttled`: every call with a multiple of this number fails; 0: none.
        """
        shop.arrives()
        at, table = shop.clock(), shop.people.table  # type: ignore[attr-defined]  # the table in memory
        entries = ({"at": to_text(at), "cause": f"update:1:{n}.old", "what": "x"} for n in range(self.ENTRIES))
        table.ledger[shop.person_id()] |= {entry["cause"]: entry for entry in entries}
        delete(shop)
        shop.until(shop.clock() + ERASE_AFTER - timedelta(minutes=1))
        erase, calls = shop.people.erase_history, count(1)

        def slowly(person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
            shop.clock.advance(self.CALL)
            if throttled and next(calls) % throttled == 0:
                raise StorageUnavailable("DynamoDB throttled the call")
            return erase(person_id, until, kept_until)

        monkeypatch.setattr(shop.people, "erase_history", slowly)
        lasted: list[timedelta] = []
        while shop.history():
            shop.clock.advance(timedelta(minutes=1))
            began_at = shop.clock()
            shop.minute()
            lasted.append(shop.clock() - began_at)
        return lasted

    def test_it_is_erased_within_ten_minutes_in_slices(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        lasted = self.erasing(shop, monkeypatch)
        assert len(lasted) <= 10
        assert max(lasted) <= SLICE + self.CALL
        shop.settles(minutes=5)
        assert shop.index.next_due() is None

    def test_a_throttled_table_only_makes_it_last_longer(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        lasted = self.erasing(shop, monkeypatch, throttled=10)
        assert 25 < len(lasted) < 40
        assert shop.index.dead_lettered() == []


class TestUpdatesDuringTheDeletion:
    """What another process writes between the read and the commit of a deletion does not stay."""

    def test_a_first_fetch_leaves_neither_the_app_nor_its_times(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        shop.connects()
        delete_data(session, shop.fleet, shop.context, update())
        assert shop.look().fetch is None

    def test_a_conversation_is_deleted_with_the_history(self, shop: Shop) -> None:
        shop.on_trial()
        deleting, answering, chat = shop.open(), shop.open(), f"1:{USER_ID}:{USER_ID}"
        delete_data(deleting, shop.fleet, shop.context, update())
        answering.states.stage(chat, state="writing", data_json="{}")
        answering.flush()
        shop.until(shop.clock() + ERASE_AFTER + timedelta(minutes=2))
        assert shop.open().states.get(chat).state is None

    def test_a_conversation_of_a_person_who_has_returned_stays(self, shop: Shop) -> None:
        shop.on_trial()
        delete(shop)
        shop.settles(minutes=2)
        shop.arrives()
        session, chat = shop.open(), f"1:{USER_ID}:{USER_ID}"
        session.states.stage(chat, state="writing", data_json="{}")
        session.flush()
        shop.until(shop.clock() + ERASE_AFTER + timedelta(minutes=2))
        assert shop.open().states.get(chat).state == "writing"

    def test_a_change_of_the_profile_stores_nothing_about_a_deleted_person(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        delete(shop)
        gone = shop.look().user
        change_language(session, shop.context, cause := update(), "ru")
        join_plans_waitlist(session, shop.context, update())
        assert shop.look().user == gone
        assert cause not in shop.history()

    def test_what_a_person_asks_for_while_they_delete_their_data_is_not_stored(self, shop: Shop) -> None:
        shop.arrives()
        asking, buying, trying = shop.open(), shop.open(), shop.open()
        delete(shop)
        gone, history = shop.look(), shop.history()
        request = OrderRequest(OFFER, "card", "en", contact="ann@example.com")
        with pytest.raises(DeletedMeanwhile):
            relay_question(asking, shop.context, update(), 7)
        with pytest.raises(DeletedMeanwhile):
            place_order(buying, shop.payments, shop.context, update(), request)
        with pytest.raises(DeletedMeanwhile):
            start_trial(trying, shop.fleet, shop.sales, shop.context, shop.trial, update())
        assert shop.look() == gone
        assert shop.history() == history
