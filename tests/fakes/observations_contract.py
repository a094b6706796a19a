"""The storage contract for writes without a decision: observations of one item, link fetches, reachability."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import (
    ENDPOINT,
    KEY,
    entry,
    in_order,
    met,
    with_a_key,
    with_every_item,
)
from tests.fakes.shop import Shop
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.devices import Device, Devices
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.scheduling import (
    Due,
    DueItem,
)
from vpnbot.errors import ClaimLost, Conflict
from vpnbot.usecases.ports import Session


class TestObservations:
    """`observe` changes an item only if it is still as it was claimed."""

    def loaded(self, shop: Shop) -> Session:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        return session

    def access(self, session: Session) -> Access:
        found = session.person.access("de", KEY.tag)
        assert found is not None
        return found

    def test_an_applied_key_is_recorded_in_the_table_and_in_the_session(self, shop: Shop) -> None:
        session = self.loaded(shop)
        access = self.access(session)
        session.observe(access, access.applied(1, ENDPOINT))
        assert in_order(session.person) == in_order(shop.look())
        assert self.access(session).in_sync
        assert session.person.user.version == 2, "an observation does not change the version"

    def test_an_observation_can_remove_an_access(self, shop: Shop) -> None:
        session = self.loaded(shop)
        session.observe(self.access(session), None)
        assert session.person == shop.look()
        assert [access.server_id for access in session.person.accesses] == ["nl"]

    @pytest.mark.parametrize("removed", [False, True])
    def test_an_access_with_a_new_revision_is_a_lost_claim(self, shop: Shop, removed: bool) -> None:
        session = self.loaded(shop)
        old = self.access(session)
        other = shop.open()
        other.commit(other.person.with_access(replace(old, wanted_revision=2)), entry("update:1:3"))
        with pytest.raises(ClaimLost):
            session.observe(old, None if removed else old.applied(1, ENDPOINT))
        assert in_order(shop.look()) == in_order(other.person)

    def test_an_access_with_a_new_due_time_is_a_lost_claim(self, shop: Shop) -> None:
        session = self.loaded(shop)
        item = DueItem(shop.person_id(), f"ACCESS#de#{KEY.tag}", START, 2)
        assert shop.index.claim(item, START) is not None
        with pytest.raises(ClaimLost):
            session.observe(self.access(session), None)

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda access: replace(access, leaving_at=START),
            lambda access: access.with_counter(7),
            lambda access: replace(access, devices=5),
            lambda access: replace(access, capacity_shard=3),
        ],
        ids=["it began to leave", "its traffic was recorded", "it got more devices", "it took capacity"],
    )
    def test_a_key_that_has_changed_since_is_a_lost_claim_and_keeps_the_change(
        self, shop: Shop, meanwhile: Callable[[Access], Access]
    ) -> None:
        session = self.loaded(shop)
        old = self.access(session)
        other = shop.open()
        other.commit(other.person.with_access(meanwhile(old)))
        with pytest.raises(ClaimLost):
            session.observe(old, old.with_counter(5))
        assert in_order(shop.look()) == in_order(other.person)

    def test_a_removed_access_cannot_be_observed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        access = self.access(session)
        shop.open().observe(access, None)
        with pytest.raises(ClaimLost):
            session.observe(access, access.applied(1, ENDPOINT))
        assert all(access.server_id != "de" for access in shop.look().accesses)

    def test_notifications_can_be_postponed_kept_without_a_due_time_and_removed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        due, kept = sorted(session.person.outbox, key=lambda item: item.id)
        later = due.rescheduled(Due(START + timedelta(hours=1), 3))
        session.observe(due, later)
        session.observe(later, replace(later, due=None))
        session.observe(kept, None)
        assert session.person == shop.look()
        (left,) = shop.look().outbox
        assert left.due is None

    def test_a_notification_that_another_worker_has_changed_cannot_be_removed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        due = min(session.person.outbox, key=lambda item: item.id)
        shop.open().observe(due, replace(due, due=None))
        with pytest.raises(ClaimLost):
            session.observe(due, None)


def device(name: str) -> Device:
    return Device(name, "happ", START, START)


def listed(shop: Shop) -> Devices:
    return shop.look().devices or Devices()


class TestFetchesAndReachability:
    """Loads of the link and reachability are written without a decision."""

    def test_a_link_fetch_is_stored_without_changing_the_version(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        fetch = LinkFetch(START, START, "happ", KEY.tag)
        assert shop.open().record_load(KEY, fetch)
        assert shop.look().fetch == fetch
        assert shop.look().user.version == 2

    def test_only_one_of_several_first_fetches_is_recorded(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        first = LinkFetch(START, START, "happ", KEY.tag)
        recorded = [shop.open().record_load(KEY, first, first=True) for _ in range(4)]
        assert recorded == [True, False, False, False]
        later = first.again("v2rayng", KEY.tag, START + timedelta(hours=1))
        assert shop.open().record_load(KEY, later)
        assert shop.look().fetch == later

    def test_of_two_devices_at_once_the_first_is_stored(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        fetch = LinkFetch(START, START, "happ", KEY.tag)
        for _ in range(2):
            known = listed(shop)
            first, second = shop.open(), shop.open()
            one, other = (known.loaded_by(device(f"{known.version}{name}"), 9)[0] for name in "ab")
            assert first.record_load(KEY, fetch, one)
            assert not second.record_load(KEY, fetch, other)
            assert listed(shop) == one == first.person.devices
            assert second.reload().devices == one

    def test_a_decision_about_devices_that_have_changed_meanwhile_is_a_conflict(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        deciding, known = shop.open(), Devices().loaded_by(device("a"), 2)[0]
        assert shop.open().record_load(KEY, None, known)
        with pytest.raises(Conflict):
            deciding.commit(replace(deciding.person, devices=Devices(version=1)), entry("update:1:3"))
        deciding.reload()
        deciding.commit(replace(deciding.person, devices=known.without("a", START)), entry("update:1:3"))
        assert listed(shop) == Devices(version=2)
        assert shop.look().fetch is None

    def test_a_deletion_removes_devices_that_it_has_not_read(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        deleting = shop.open()
        assert shop.open().record_load(KEY, None, Devices().loaded_by(device("a"), 2)[0])
        person = deleting.person
        gone = replace(
            person, user=person.user.deleted(START, Due(START)), subscription=person.subscription.deleted()
        )
        deleting.commit(gone, entry("update:1:3"))
        assert shop.look().devices is None
        assert not shop.open().record_load(KEY, None, Devices().loaded_by(device("b"), 2)[0])
        assert shop.look().devices is None

    def test_a_deletion_removes_a_first_fetch_that_it_has_not_read(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        deleting = shop.open()
        assert shop.open().record_load(KEY, LinkFetch(START, START, "happ", KEY.tag))
        person = deleting.person
        gone = replace(
            person, user=person.user.deleted(START, Due(START)), subscription=person.subscription.deleted()
        )
        deleting.commit(gone, entry("update:1:3"))
        assert shop.look().fetch is None

    @pytest.mark.parametrize("current_key", [None, Key(1, "0ther" * 8)])
    def test_a_link_fetch_for_a_key_that_the_person_no_longer_has_is_not_stored(
        self, shop: Shop, current_key: Key | None
    ) -> None:
        """Otherwise the app of a person whose data was just deleted would create an item for them again."""
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person, current_key), entry("update:1:2"))
        assert not shop.open().record_load(KEY, LinkFetch(START, START, "happ", KEY.tag))
        assert shop.look().fetch is None

    def test_reachability_is_recorded_unless_the_person_has_changed(self, shop: Shop) -> None:
        person = met(shop.open())
        shop.people.record_reachable(person, reachable=False)
        recorded = shop.look()
        assert (recorded.user.reachable, recorded.user.version) == (False, 2)
        shop.people.record_reachable(person, reachable=True)
        assert shop.look() == recorded
