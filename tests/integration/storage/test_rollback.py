"""A rollback to this release, work with it and a new deployment of the next release lose no data."""

from collections.abc import Iterator
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from local.aws import LocalAws
from tests.fakes.clock import START, Clock
from tests.fakes.contract import KEY, entry
from tests.fakes.servers import server
from tests.fakes.shop import Shop
from tests.integration.storage.stored import Items, Raw, recorded
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import CLAIM, MAX_ATTEMPTS, Due, DueItem
from vpnbot.domain.servers.circuit_breaker import tripped
from vpnbot.domain.servers.panel_errors import PanelTrouble, PanelUnavailable
from vpnbot.domain.servers.reconciliation import ReconciliationRun
from vpnbot.domain.servers.server import ServerState
from vpnbot.errors import UnreadableItem
from vpnbot.storage import upcasters
from vpnbot.storage.people.people import People
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.scheduling.run_due import run_due

PERSON = PersonId("0" * 31 + "1")
NEW: dict[str, Any] = {
    "M": {"amount": {"N": "12345678901234567890.5"}, "tags": {"SS": ["a"]}, "none": {"NULL": True}}
}
MAPS = {"arguments", "cursors", "lines", "prices", "titles"}
"""Maps from names to texts or numbers, which have no fields that a release could add."""
MAPS_OF_VALUES = {"contents"}
"""Maps from names to values of a class, whose fields a release could add to."""
RELEASE = "2026-11-23-reconciliation-runs"


def by_next_release(item: Raw) -> Raw:
    """Return the item with an added field at every level that only the next release knows."""
    changed = deepcopy(item)
    changed["added"] = NEW
    maps = [changed["body"]["M"]]
    while maps:
        fields = maps.pop()
        within = [(name, value["M"]) for name, value in fields.items() if "M" in value and name not in MAPS]
        for name, fields_within in within:
            several = name in MAPS_OF_VALUES
            maps += [value["M"] for value in fields_within.values()] if several else [fields_within]
        maps += [value["M"] for listed in fields.values() for value in listed.get("L", ()) if "M" in value]
        fields["added"] = NEW
    return changed


def fields_of_next_release(item: Raw) -> list[str]:
    """Return the paths of the fields in an item that only the next release knows."""

    def paths(fields: dict[str, Any], path: str) -> Iterator[str]:
        for name, value in fields.items():
            if name == "added" and value == NEW:
                yield f"{path}.{name}"
            elif "M" in value:
                yield from paths(value["M"], f"{path}.{name}")
            for number, part in enumerate(value.get("L", ())):
                yield from paths(part.get("M", {}), f"{path}.{name}.{number}")

    return sorted(paths(item, ""))


@pytest.fixture
def items(table_name: str, local_aws: LocalAws) -> Items:
    """The table, with all recorded items as the next release would write them."""
    items = Items(local_aws, table_name)
    items.put(map(by_next_release, recorded(RELEASE)))
    return items


@pytest.fixture
def unreadable_items() -> list[UnreadableItem]:
    """The items that the storage could not read."""
    return []


@pytest.fixture
def people(items: Items, unreadable_items: list[UnreadableItem]) -> People:
    assert items.all(PERSON)
    return People(Clock(), set_aside=unreadable_items.append)


def changed_everywhere(person: Person) -> Person:
    """Return the person with a change in every item, but with the same nested values."""
    return replace(
        person,
        user=replace(person.user, language="ru"),
        subscription=replace(person.subscription, spent_bytes=9),
        accesses=tuple(replace(access, used_bytes=8) for access in person.accesses),
        outbox=tuple(replace(notification, due=Due(START)) for notification in person.outbox),
        fetch=replace(person.fetch, app="another") if person.fetch else None,
        watches=tuple(replace(watch, due=Due(START)) for watch in person.watches),
    )


class TestUnknownFields:
    """This release keeps the fields that only the next release knows."""

    def test_a_decision_keeps_unknown_fields_in_every_item_at_every_depth(self, people: People, items: Items) -> None:
        before = items.all(PERSON)
        session = people.open(PERSON)
        session.commit(changed_everywhere(session.person), entry("update:1:1"))
        person = session.person
        session.commit(
            replace(person, subscription=replace(person.subscription, spent_bytes=10)), entry("update:1:2")
        )
        after = items.all(PERSON)
        for key, item in before.items():
            assert item != after[key], key
            assert fields_of_next_release(after[key]) == fields_of_next_release(item), key
        assert len(fields_of_next_release(after["SUB"])) == 4
        assert people.open(PERSON).person == session.person

    def test_a_replaced_value_does_not_keep_unknown_fields_of_the_old_one(self, people: People, items: Items) -> None:
        session = people.open(PERSON)
        subscription = session.person.subscription
        assert subscription.plan is not None
        other = replace(subscription, plan=replace(subscription.plan, id="year"))
        session.commit(replace(session.person, subscription=other), entry("update:1:1"))
        assert fields_of_next_release(items.get(PERSON, "SUB")) == [".added", ".body.added", ".body.key.added"]

    def test_values_of_a_list_keep_unknown_fields_as_long_as_they_stay_the_same(
        self, items: Items, unreadable_items: list[UnreadableItem]
    ) -> None:
        items.put(map(by_next_release, recorded("2026-11-28-lots")))
        session = People(Clock(), set_aside=unreadable_items.append).open(PERSON)
        subscription = session.person.subscription
        gift, bought = subscription.lots
        new = replace(gift, id="02GIFT")
        used = replace(subscription, lots=(new, replace(gift, seconds=1), bought))
        session.commit(replace(session.person, subscription=used), entry("update:1:1"))
        kept = [path for path in fields_of_next_release(items.get(PERSON, "SUB")) if ".lots." in path]
        assert kept == [".body.lots.2.added", ".body.lots.2.paid.added"]
        assert session.reload().subscription.lots == used.lots

    def test_observations_and_small_records_keep_unknown_fields(self, people: People, items: Items) -> None:
        before = items.all(PERSON)
        session = people.open(PERSON)
        access = session.person.accesses[0]
        session.observe(access, access.with_counter(99))
        session.observe(session.person.accesses[-1], session.person.accesses[-1].with_counter(100))
        people.record_reachable(session.person, reachable=False)
        assert session.person.fetch is not None
        assert session.record_load(KEY, session.person.fetch.again("another", KEY.tag, START))
        after = items.all(PERSON)
        for key in ("USER", "FETCH", f"ACCESS#{access.server_id}#{access.key.tag}"):
            assert items.get(PERSON, key) != before[key]
            assert fields_of_next_release(after[key]) == fields_of_next_release(before[key])

    def test_the_catalogue_keeps_unknown_fields(self, items: Items) -> None:
        before = items.all("SERVERS")
        catalogue = Catalogue()
        server = catalogue.get("nl")
        catalogue.replace(server, replace(server, state=ServerState.DRAINING), entry("1"))
        breaker, run = catalogue.breaker("nl"), catalogue.reconciliation_run("nl")
        assert breaker is not None
        assert run is not None
        assert catalogue.save_breaker("nl", breaker, tripped(breaker, START, PanelTrouble.TIMED_OUT, "still down"))
        catalogue.save_run(run, run.continued("v_x", START))
        after = items.all("SERVERS")
        for key in ("SERVER#nl", "BREAKER#nl", "ROUND#nl"):
            assert after[key] != before[key]
            assert fields_of_next_release(after[key]) == fields_of_next_release(before[key])

    def test_a_deletion_removes_unknown_fields_with_the_personal_data(self, shop: Shop, items: Items) -> None:
        session = shop.people.open(PERSON)
        delete_data(session, shop.fleet, shop.context, "update:1:1")
        after = items.all(PERSON)
        assert fields_of_next_release(after["USER"]) == fields_of_next_release(after["SUB"]) == []


def with_body(item: Raw, name: str, value: str) -> Raw:
    changed = deepcopy(item)
    changed["body"]["M"][name] = {"S": value}
    return changed


UNREADABLE = {
    "USER": ("language", None),
    "SUB": ("status", "frozen"),
    f"ACCESS#de#{KEY.tag}": ("wanted", "throttled"),
    f"ACCESS#nl#{KEY.tag}": ("derivation", "of_the_next_release"),
    "OUT#2026-03-01T12:00:00.000000Z#event:key_ready:1#key_ready": ("topic", "receipt"),
    "FETCH": ("first_at", "yesterday"),
    "WATCH#nl": ("since", "yesterday"),
}


def unreadable(items: Items, key: str) -> Raw:
    """Store an item in a form that this release cannot read; return it."""
    name, value = UNREADABLE[key]
    item = items.get(PERSON, key)
    changed = with_body(item, name, value) if value else {**item, "schema": {"N": "2"}}
    items.put([changed])
    return changed


class TestUnreadableItems:
    """An unreadable item is reported and never overwritten; other items are used."""

    @pytest.mark.parametrize("key", UNREADABLE)
    def test_an_unreadable_item_is_reported_and_kept_while_others_are_read(
        self, people: People, items: Items, unreadable_items: list[UnreadableItem], key: str
    ) -> None:
        complete = people.open(PERSON).person
        stored = unreadable(items, key)
        session = people.open(PERSON)
        assert session.person.unreadable == {key}
        assert [str(error).startswith(key) for error in unreadable_items] == [True]
        counts = [len(session.person.accesses), len(session.person.outbox), len(session.person.watches)]
        missing = {"ACCESS": 0, "OUT": 1, "WATCH": 2}.get(key.partition("#")[0])
        expected = [len(complete.accesses), len(complete.outbox), len(complete.watches)]
        if missing is not None:
            expected[missing] -= 1
        assert counts == expected
        with pytest.raises(UnreadableItem) if key in {"USER", "SUB"} else nullcontext():
            session.commit(changed_everywhere(session.person), entry("update:1:1"))
        assert items.get(PERSON, key) == stored

    @pytest.mark.parametrize("key", ["USER", "SUB"])
    def test_with_an_unreadable_profile_or_subscription_there_is_no_trial_or_new_profile(
        self, shop: Shop, items: Items, key: str
    ) -> None:
        stored = unreadable(items, key)
        session = shop.people.open(PERSON)
        assert not session.person.trial_available
        assert ensure_user(session, shop.context, "update:1:1", 42, "en", None) == session.person
        shop.people.record_reachable(session.person, reachable=False)
        access = session.person.accesses[0]
        session.observe(access, access.with_counter(77))
        with pytest.raises(UnreadableItem):
            delete_data(session, shop.fleet, shop.context, "update:1:2")
        assert items.get(PERSON, key) == stored

    def test_a_write_over_an_unreadable_item_is_rejected(self, people: People, items: Items) -> None:
        complete = people.open(PERSON).person
        stored = unreadable(items, f"ACCESS#de#{KEY.tag}")
        session = people.open(PERSON)
        assert session.person.missing_keys == 0
        assert not session.person.can_rotate_key
        with pytest.raises(UnreadableItem):
            session.commit(replace(session.person, accesses=complete.accesses), entry("update:1:1"))
        assert items.get(PERSON, f"ACCESS#de#{KEY.tag}") == stored

    def test_due_work_of_an_unreadable_item_is_deferred_and_never_dead_lettered(
        self, shop: Shop, items: Items
    ) -> None:
        key = f"ACCESS#de#{KEY.tag}"
        stored = unreadable(items, key)
        due_at = START
        for _ in range(MAX_ATTEMPTS + 2):
            claim = shop.index.claim(DueItem(PERSON, key, due_at), due_at)
            assert claim is not None
            assert claim.attempts <= MAX_ATTEMPTS
            shop.clock.now = due_at
            run_due(claim, shop.worker_ports, shop.pace)
            (deferred,) = [item for item in shop.index.due(due_at + 12 * CLAIM, 10) if item.sort_key == key]
            due_at = deferred.due_at
        after = items.get(PERSON, key)
        assert {**after, "due_at": 0, "due_attempts": 0} == {**stored, "due_at": 0, "due_attempts": 0}
        assert shop.index.dead_lettered() == []

    def test_an_unreadable_server_is_skipped_and_its_panel_is_not_called(self, items: Items) -> None:
        stored = with_body(items.get("SERVERS", "SERVER#nl"), "kind", "another_panel")
        items.put([stored])
        found: list[UnreadableItem] = []
        catalogue = Catalogue(set_aside=found.append)
        catalogue.add(server("de"), entry("add"), ReconciliationRun("de", START))
        assert [listing.server.id for listing in catalogue.listings()] == ["de"]
        with pytest.raises(PanelUnavailable):
            catalogue.get("nl")
        assert found
        assert items.get("SERVERS", "SERVER#nl") == stored

    @pytest.mark.parametrize(("wanted", "derivation"), [("throttled", "server"), ("enabled", "of_the_next_release")])
    def test_a_key_with_an_unknown_state_or_derivation_is_listed_as_out_of_sync(
        self, items: Items, wanted: str, derivation: str
    ) -> None:
        item = items.get(PERSON, f"ACCESS#nl#{KEY.tag}")
        facts = f"{KEY.tag} {wanted} 3 0 1 0 - 0 1 {derivation} 1 {KEY.seed} more facts"
        items.put([{**item, "facts": {"S": facts}}])
        (key,) = Catalogue().expected("nl")
        assert (key.name, key.in_sync, key.wanted) == ("v_ann", False, Wanted.ENABLED)
        assert (key.failed, key.key) == (False, None)


def test_the_next_release_reads_its_items_after_the_rollback(
    people: People, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift: Raw = {"pk": {"S": PERSON}, "sk": {"S": "GIFT#1"}, "body": {"M": {"price": {"N": "1"}}}}
    watch = items.get(PERSON, "WATCH#nl")
    body = watch["body"]["M"]
    renamed: Raw = {
        **watch,
        "schema": {"N": "2"},
        "body": {"M": {"server": body["server_id"], "since": body["since"]}},
    }
    items.put([gift, renamed])
    session = people.open(PERSON)
    assert session.person.unreadable == {"WATCH#nl"}
    session.commit(changed_everywhere(session.person), entry("update:1:1"))
    session.commit(session.person, entry("update:1:2"))
    assert items.get(PERSON, "GIFT#1") == gift
    assert items.get(PERSON, "WATCH#nl") == renamed

    def to_version_two(body: upcasters.Body) -> upcasters.Body:
        return {"server": body["server_id"], "since": body["since"]}

    monkeypatch.setattr(upcasters, "UPCASTERS", {"WATCH": (to_version_two,)})
    assert upcasters.upcasted("WATCH", 2, {"server": "nl"}) == {"server": "nl"}
    assert upcasters.upcasted("WATCH", 1, {"server_id": "nl", "since": "x"}) == {"server": "nl", "since": "x"}
    assert upcasters.schema_attribute("WATCH") == 2
