"""Every kind of item of a person, as this release writes it and as a later one may: read or set aside, never lost.

`recorded/kinds` has a file of the day on which the items were written, for later releases to read. A new kind of item
needs a new file, and a line in each table below.
"""

from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from local.aws import LocalAws
from tests.fakes.clock import START, Clock
from tests.fakes.contract import CLOSED, entry
from tests.integration.storage.stored import Items, Raw, recorded
from tests.integration.storage.test_rollback import by_next_release, fields_of_next_release
from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.items import items_of
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due
from vpnbot.errors import UnreadableItem
from vpnbot.storage.codec import _KINDS, to_record
from vpnbot.storage.conversions import converter
from vpnbot.storage.people.people import People
from vpnbot.storage.table import Record

RECORDING = recorded("kinds/2026-11-28")
PERSON = PersonId(next(item["pk"]["S"] for item in RECORDING if item["sk"]["S"] == "USER"))
OF_THE_PERSON = {item["sk"]["S"].partition("#")[0]: item for item in RECORDING if item["pk"]["S"] == PERSON}
"""The items of the person's first partition by kind; the second one has a closed order."""
EVERY_KIND = pytest.mark.parametrize("kind", _KINDS)
SOON = Due(START)

CHANGES: dict[str, Callable[[Person], Person]] = {
    "USER": lambda person: replace(person, user=replace(person.user, language="ru")),
    "SUB": lambda person: replace(person, subscription=replace(person.subscription, spent_bytes=9)),
    "FETCH": lambda person: replace(person, fetch=replace(person.fetch, app="another") if person.fetch else None),
    "DEVICES": lambda person: replace(
        person, devices=replace(person.devices, rejected_at=None, version=4) if person.devices else None
    ),
    "ACCESS": lambda person: replace(person, accesses=_each(person.accesses, used_bytes=8)),
    "OUT": lambda person: replace(person, outbox=_each(person.outbox, due=SOON)),
    "RELAYIN": lambda person: replace(person, questions=_each(person.questions, due=SOON)),
    "RELAYOUT": lambda person: replace(person, answers=_each(person.answers, due=SOON)),
    "TOPIC": lambda person: replace(person, topic=replace(person.topic, card_id=9) if person.topic else None),
    "WATCH": lambda person: replace(person, watches=_each(person.watches, due=SOON)),
    "ORDER": lambda person: replace(person, orders=_each(person.orders, contact="other@example.com")),
    "REFUND": lambda person: replace(person, refunds=_each(person.refunds, attempt=2)),
    "RECEIPT": lambda person: replace(person, receipts=_each(person.receipts, due=SOON)),
    "STOP": lambda person: replace(person, stops=_each(person.stops, due=SOON)),
    "METHOD": lambda person: replace(person, methods=_each(person.methods, title="MIR •• 1")),
    "REWARD": lambda person: replace(person, reward=person.reward.granted() if person.reward else None),
    "WINBACK": lambda person: replace(person, winback=person.winback.offered() if person.winback else None),
}
"""A change of each kind of item."""
LATER_VALUES: dict[str, tuple[str, dict[str, Any]]] = {
    "USER": ("met_at", {"S": "in spring"}),
    "SUB": ("status", {"S": "frozen"}),
    "FETCH": ("first_at", {"N": "1"}),
    "DEVICES": ("rejected_at", {"N": "1"}),
    "ACCESS": ("wanted", {"S": "throttled"}),
    "OUT": ("topic", {"S": "birthday"}),
    "RELAYIN": ("text", {"L": [{"S": "two"}, {"S": "parts"}]}),
    "RELAYOUT": ("kind", {"S": "song"}),
    "TOPIC": ("state", {"S": "dreaming"}),
    "WATCH": ("since", {"S": "yesterday"}),
    "ORDER": ("status", {"S": "split"}),
    "REFUND": ("why", {"S": "of the next release"}),
    "RECEIPT": ("asked_at", {"S": "soon"}),
    "STOP": ("payer", {"S": "many"}),
    "METHOD": ("agreed_at", {"M": {"day": {"N": "1"}}}),
    "REWARD": ("state", {"S": "doubled"}),
    "WINBACK": ("state", {"S": "sung"}),
}
"""A field of each kind with a value that only a later release knows."""


def _each[T](items: tuple[T, ...], **changes: object) -> tuple[T, ...]:
    assert items
    return tuple(replace(item, **changes) for item in items)  # type: ignore[type-var]  # all items are dataclasses


@pytest.fixture
def items(table_name: str, local_aws: LocalAws) -> Items:
    """The table with the recorded items."""
    items = Items(local_aws, table_name)
    items.put(RECORDING)
    return items


@pytest.fixture
def found() -> list[UnreadableItem]:
    """The items that could not be read."""
    return []


@pytest.fixture
def people(items: Items, found: list[UnreadableItem]) -> People:
    assert items.all(PERSON)
    return People(Clock(), set_aside=found.append)


def test_every_kind_is_recorded_and_has_its_row_in_the_tables() -> None:
    assert set(OF_THE_PERSON) == set(_KINDS) == set(CHANGES) == set(LATER_VALUES)


def test_recorded_items_are_read_completely_and_written_as_they_were(
    people: People, found: list[UnreadableItem]
) -> None:
    session = people.open(PERSON)
    person, closed = session.person, session.recall(CLOSED.id).order(CLOSED.id)
    assert found == []
    assert closed is not None
    records: list[Record] = [to_record(PERSON, item) for item in (*items_of(person).values(), closed)]
    written = {(record.pk, record.sk): record.serialize()["body"] for record in records}
    assert written == {(item["pk"]["S"], item["sk"]["S"]): item["body"] for item in RECORDING}


@EVERY_KIND
def test_a_change_keeps_the_fields_that_a_later_release_added_at_any_depth(
    people: People, items: Items, found: list[UnreadableItem], kind: str
) -> None:
    items.put(map(by_next_release, RECORDING))
    before = items.all(PERSON)
    session = people.open(PERSON)
    session.commit(CHANGES[kind](session.person), entry("update:1:1"))
    after = items.all(PERSON)
    assert found == []
    for key, item in before.items():
        assert fields_of_next_release(after[key]) == fields_of_next_release(item), key
    (key,) = [key for key in before if key.partition("#")[0] == kind]
    assert {**after[key], "version": 0} != {**before[key], "version": 0}
    assert fields_of_next_release(before[key])


def of_later_release(kind: str) -> Raw:
    """Return the recorded item of a kind with a value that this release does not know."""
    name, value = LATER_VALUES[kind]
    item = deepcopy(OF_THE_PERSON[kind])
    item["body"]["M"][name] = value
    return item


@EVERY_KIND
@pytest.mark.parametrize("how", ["value", "schema"])
def test_an_item_of_a_later_release_is_set_aside_and_stays_whatever_else_changes(
    people: People, items: Items, found: list[UnreadableItem], kind: str, how: str
) -> None:
    item = of_later_release(kind) if how == "value" else {**OF_THE_PERSON[kind], "schema": {"N": "99"}}
    items.put([item])
    session = people.open(PERSON)
    key = item["sk"]["S"]
    assert session.person.unreadable == {key}
    assert [str(error).startswith(key) for error in found] == [True]
    other = "METHOD" if kind != "METHOD" else "WATCH"
    with pytest.raises(UnreadableItem) if kind in {"USER", "SUB"} else nullcontext():
        session.commit(CHANGES[other](session.person), entry("update:1:1"))
    assert items.get(PERSON, key) == item


@EVERY_KIND
def test_an_item_of_a_later_release_is_not_overwritten_by_one_of_the_same_key(
    people: People, items: Items, kind: str
) -> None:
    complete = people.open(PERSON).person
    item = of_later_release(kind)
    items.put([item])
    session = people.open(PERSON)
    with pytest.raises(UnreadableItem):
        session.commit(CHANGES[kind](complete), entry("update:1:1"))
    assert items.get(PERSON, item["sk"]["S"]) == item


def test_items_of_an_unknown_kind_stay_with_their_due_time(people: People, items: Items) -> None:
    gift: Raw = {
        "pk": {"S": PERSON},
        "sk": {"S": "GIFT#1"},
        "body": {"M": {"price": {"N": "1"}}},
        "due_at": {"S": "2026-03-02T12:00:00.000000Z"},
        "due_shard": {"S": "due-2"},
        "due_attempts": {"N": "3"},
    }
    items.put([gift])
    session = people.open(PERSON)
    assert session.person.unreadable == frozenset()
    for number, kind in enumerate(CHANGES):
        session.commit(CHANGES[kind](session.person), entry(f"update:1:{number}"))
    assert items.get(PERSON, "GIFT#1") == gift


@pytest.mark.parametrize(
    ("value", "kind"),
    [(["two"], str), (1, str), ("no", bool), (1, bool), ("5", int), (Decimal("1.5"), int), (True, int), (1, Wanted)],
)
def test_a_value_of_another_type_is_refused_and_never_converted(value: object, kind: type) -> None:
    """Converted it would be read as something else, and written so over what the later release has stored."""
    with pytest.raises((TypeError, ValueError)):
        converter.structure(value, kind)


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [("a", str, "a"), (True, bool, True), (Decimal(5), int, 5), ("enabled", Wanted, Wanted.ENABLED)],
)
def test_a_value_of_its_type_is_read(value: object, kind: type, read: object) -> None:
    assert converter.structure(value, kind) == read
