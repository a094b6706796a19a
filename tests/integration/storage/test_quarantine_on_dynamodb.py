"""Quarantined updates are items of their senders: a deletion removes them, also after a crash at any step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.errors import AccessDenied, InvalidCall, Retryable, StorageUnavailable
from vpnbot.storage.codec import ledger_partition
from vpnbot.storage.people.quarantine import Reference, StoredQuarantine, quarantined_update
from vpnbot.storage.table import Record
from vpnbot.usecases.people.delete_data import delete_data

TEXT = {"update_id": 5, "message": {"text": "private words"}}
PAYMENT = {"update_id": 6, "message": {"successful_payment": {}}}


@dataclass
class Queue:
    """Keeps what is sent; it fails with `error`, if that is set."""

    references: list[dict[str, Any]] = field(default_factory=list)
    whole: list[Mapping[str, Any]] = field(default_factory=list)
    error: BaseException | None = None

    def refer(self, update_id: int, reference: Mapping[str, str], reason: str) -> None:
        """Keep a reference."""
        if self.error is not None:
            raise self.error
        self.references.append({"update_id": update_id, "stored": dict(reference), "reason": reason})

    def put(self, update: Mapping[str, Any], reason: str) -> None:
        """Keep a whole update."""
        self.whole.append(update)


def stored_as(person_id: PersonId, update_id: int) -> Reference:
    """Return where an update of a person is stored."""
    return Reference(ledger_partition(person_id), f"QUARANTINED#{update_id}")


def test_the_queue_has_no_personal_data(shop: Shop) -> None:
    queue, person_id = Queue(), shop.person_id()
    StoredQuarantine(queue, shop.clock).put(person_id, TEXT, "KeyError")
    (message,) = queue.references
    assert "private" not in repr(message)
    assert message == {
        "update_id": 5,
        "stored": {"partition": f"{person_id}#LOG", "key": "QUARANTINED#5"},
        "reason": "KeyError",
    }
    assert "private words" in (quarantined_update(Reference(**message["stored"])) or "")


def test_a_deletion_removes_the_updates_of_the_person_and_of_nobody_else(shop: Shop) -> None:
    shop.on_trial()
    shop.arrives(77)
    quarantine = StoredQuarantine(Queue(), shop.clock)
    for person_id in (shop.person_id(), shop.person_id(77)):
        quarantine.put(person_id, TEXT, "KeyError")
        quarantine.put(person_id, PAYMENT, "KeyError", about_money=True)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.settles(minutes=12)
    assert quarantined_update(stored_as(shop.person_id(), 5)) is None
    assert quarantined_update(stored_as(shop.person_id(), 6)) is not None, "a payment that is not applied yet"
    assert quarantined_update(stored_as(shop.person_id(77), 5)) is not None


def test_all_of_it_expires_with_the_queue(shop: Shop) -> None:
    quarantine = StoredQuarantine(Queue(), shop.clock)
    quarantine.put(shop.person_id(), TEXT, "KeyError")
    quarantine.put(shop.person_id(), PAYMENT, "KeyError", about_money=True)
    for number in (5, 6):
        record = Record.get(f"{shop.person_id()}#LOG", f"QUARANTINED#{number}")
        assert record.expires_at == int(shop.clock.now.timestamp()) + 14 * 86400


@pytest.mark.parametrize("failure", [Crash(), Retryable("SQS")])
def test_after_a_crash_before_the_reference_the_next_delivery_stores_the_same_item(
    shop: Shop, failure: BaseException
) -> None:
    queue = Queue(error=failure)
    quarantine = StoredQuarantine(queue, shop.clock)
    with pytest.raises(type(failure)):
        quarantine.put(shop.person_id(), TEXT, "KeyError")
    queue.error = None
    for _ in range(2):  # and after a crash behind it
        quarantine.put(shop.person_id(), TEXT, "KeyError")
    assert len(queue.references) == 2, "a replay delivers the update once, and finds nothing the second time"
    partition = list(Record.query(f"{shop.person_id()}#LOG"))
    assert len(partition) == 1


def test_a_table_that_does_not_answer_makes_telegram_deliver_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue()
    monkeypatch.setattr(Record, "save", _failing(StorageUnavailable("DynamoDB")))
    with pytest.raises(StorageUnavailable):
        StoredQuarantine(queue, shop.clock).put(shop.person_id(), TEXT, "KeyError")
    assert (queue.references, queue.whole) == ([], [])


@pytest.mark.parametrize("refusal", [AccessDenied("TABLE_NAME", "allow it"), InvalidCall("DynamoDB")])
def test_while_the_table_refuses_every_write_no_update_is_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    queue = Queue()
    monkeypatch.setattr(Record, "save", _failing(refusal))
    StoredQuarantine(queue, shop.clock).put(shop.person_id(), TEXT, "KeyError")
    assert (queue.references, queue.whole) == ([], [TEXT])


def _failing(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("about_money", [False, True])
def test_the_queue_takes_the_whole_update_of_a_sender_who_cannot_be_named(shop: Shop, about_money: bool) -> None:
    queue = Queue()
    StoredQuarantine(queue, shop.clock).put(None, TEXT, "Misconfigured", about_money=about_money)
    assert (queue.whole, queue.references) == ([TEXT], [])
