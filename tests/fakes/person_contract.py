"""The storage contract for people: what is loaded and committed, and which commits are rejected."""

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import entry, met, with_every_item
from tests.fakes.shop import Shop
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import (
    Due,
)
from vpnbot.errors import AlreadyDecided, Conflict


class TestLoadAndCommit:
    """A person is loaded whole and committed in one transaction."""

    def test_an_unknown_person_loads_with_defaults_and_version_zero(self, shop: Shop) -> None:
        person = shop.look()
        assert person == Person(shop.person_id())
        assert person.user.version == 0

    def test_a_load_returns_what_was_committed_to_the_microsecond(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        committed = session.commit(with_every_item(session.person), entry("update:1:2"))
        assert session.person == committed
        assert shop.look() == committed
        assert session.reload() == committed

    def test_a_commit_removes_items_that_the_person_no_longer_has(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        session.commit(Person(session.person.id, session.person.user), entry("update:1:3"))
        person = shop.look()
        assert (person.accesses, person.outbox, person.questions) == ((), (), ())
        assert (person.fetch, person.watches) == (None, ())

    def test_each_commit_raises_the_version_by_one(self, shop: Shop) -> None:
        session = shop.open()
        assert met(session).user.version == 1
        assert session.commit(session.person, entry("update:1:2")).user.version == 2
        assert session.commit(session.person).user.version == 3
        assert shop.look().user.version == 3

    def test_people_are_stored_apart_from_each_other(self, shop: Shop) -> None:
        met(shop.open(1))
        assert shop.look(2).user.version == 0
        assert shop.history(2) == []


class TestCommitConditions:
    """A cause is committed once, and only by a session that has loaded the latest version."""

    def test_the_second_of_two_first_contacts_conflicts(self, shop: Shop) -> None:
        first, second = shop.open(), shop.open()
        met(first)
        with pytest.raises(Conflict):
            met(second, "update:1:2")
        assert shop.history() == ["update:1:1"]

    def test_a_commit_from_a_stale_session_conflicts_and_writes_nothing(self, shop: Shop) -> None:
        met(shop.open())
        fresh, stale = shop.open(), shop.open()
        fresh.commit(fresh.person, entry("update:1:2"))
        with pytest.raises(Conflict):
            stale.commit(with_every_item(stale.person), entry("update:1:3"))
        assert shop.look().accesses == ()
        assert "update:1:3" not in shop.history()
        assert stale.person.user.version == 1, "the session still has the person that it loaded"

    def test_a_decided_cause_is_rejected_even_from_the_latest_version(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        with pytest.raises(AlreadyDecided):
            session.commit(with_every_item(session.person), entry("update:1:1"))
        assert shop.look().accesses == ()

    def test_already_decided_is_reported_before_a_stale_version(self, shop: Shop) -> None:
        met(shop.open())
        stale = shop.open()
        fresh = shop.open()
        fresh.commit(fresh.person, entry("update:1:2"))
        with pytest.raises(AlreadyDecided):
            stale.commit(stale.person, entry("update:1:2"))

    def test_already_decided_is_reported_with_removed_items_and_several_causes(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_every_item(session.person), entry("update:1:2"))
        bare = Person(session.person.id, session.person.user)
        with pytest.raises(AlreadyDecided):
            session.commit(bare, entry("update:1:3"), entry("update:1:2"))
        assert shop.look().accesses != ()
        assert "update:1:3" not in shop.history()

    def test_the_session_knows_which_causes_are_in_the_ledger(self, shop: Shop) -> None:
        session = shop.open()
        assert not session.decided("update:1:1")
        met(session)
        assert session.decided("update:1:1")
        assert not session.decided("update:1:10")

    def test_a_person_who_returns_after_deletion_continues_from_the_stored_version(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        deleted = session.person.user.deleted(START, erase=Due(START))
        session.commit(Person(session.person.id, deleted), entry("update:1:2"))
        returning = shop.open()
        assert returning.person.user.version == 2
        assert met(returning, "update:1:3").user.version == 3
