"""Due items carry the correlation id of what made them due, without a call of their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.contract import entry, met, with_every_item
from tests.fakes.shop import Shop
from vpnbot import correlation
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.scheduling import Due
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.table import Record

TAP, RUN = "update:7", "work:abc"


@pytest.fixture(autouse=True)
def _no_activity_is_left() -> Iterator[None]:
    yield
    correlation.end()


def with_due_items(shop: Shop) -> tuple[str, str]:
    """Commit a person with due items under the id of a tap; return the key of an access whose panel lags."""
    correlation.begin("update", TAP)
    session = shop.open()
    person = with_every_item(met(session))
    session.commit(person, entry("update:1:3", "every item"))
    (lagging,) = [access for access in person.accesses if access.due is not None]
    return session.person.id, sort_key(lagging)


def test_what_a_decision_makes_due_has_the_id_of_the_tap(shop: Shop) -> None:
    person, key = with_due_items(shop)
    records = list(Record.query(person))
    assert {record.due_origin for record in records if record.due_at} == {TAP}
    assert {record.due_origin for record in records if not record.due_at} == {None}
    assert Record.get(person, key).due_at


def test_an_observation_of_another_activity_keeps_the_id(shop: Shop) -> None:
    person, key = with_due_items(shop)
    correlation.begin("work", RUN)
    session = shop.open()
    (access,) = [access for access in session.person.accesses if access.due is not None]
    session.observe(access, replace(access, due=Due(shop.clock() + timedelta(hours=1))))
    assert Record.get(person, key).due_origin == TAP


def test_a_claim_has_the_id_and_finished_work_has_none(shop: Shop) -> None:
    person, key = with_due_items(shop)
    later = shop.clock() + timedelta(days=400)
    index = DueIndex()
    (item,) = [item for item in index.due(later, 50) if item.sort_key == key]
    claim = index.claim(item, later)
    assert claim is not None
    assert claim.origin == TAP
    index.done(claim)
    assert Record.get(person, key).due_origin is None
