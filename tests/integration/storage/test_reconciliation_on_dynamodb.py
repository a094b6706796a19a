"""Tests of reconciliation, run again with the servers and keys on an emulated DynamoDB."""

from dataclasses import replace
from uuid import UUID

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from tests.functional.usecases.test_reconciliation_continues import (
    TestClientsThatChange,
    TestHastening,
    TestSlicesAreSmall,
)
from vpnbot.domain.people.items import sort_key
from vpnbot.domain.servers.drift import ExpectedClient
from vpnbot.storage.servers.catalogue import Catalogue
from vpnbot.storage.table import Record

__all__ = ["TestClientsThatChange", "TestHastening", "TestSlicesAreSmall"]


@pytest.fixture
def empty_shop(empty_shop: Shop) -> Shop:
    """A shop whose people and servers are in the table."""
    empty_shop.servers = Catalogue()  # type: ignore[assignment]  # the one on DynamoDB
    return empty_shop


def test_an_index_entry_of_an_earlier_release_is_completed_by_the_next_run(empty_shop: Shop) -> None:
    """Such an entry has no facts from which the credentials are derived; the run after it compares them."""
    shop = with_servers(empty_shop, "nl")
    (access,) = shop.on_trial().accesses
    record = Record.get(shop.person_id(), sort_key(access), consistent_read=True)
    record.update(actions=[Record.facts.set(" ".join((record.facts or "").split(" ")[:8]))])
    (place, client) = next(iter(shop.panel.held.items()))
    shop.panel.held[place] = replace(client, credentials=replace(client.credentials, client_id=UUID(int=7)))
    assert shop.servers.expected("nl")[0].key is None
    assert reconcile_now(shop).different == 0
    assert shop.servers.expected("nl")[0] == ExpectedClient.of(shop.person_id(), access)
    assert reconcile_now(shop).different == 1
    assert shop.panel.held[place] == client
