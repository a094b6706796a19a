"""People who wait for a server or for an answer, on an emulated DynamoDB and with the threads of a worker."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.aws import LocalAws
from tests.fakes.clock import START
from tests.fakes.shop import Shop, update
from tests.functional.usecases.test_watch_server import BROKEN_SERVER, WORKING_SERVER, fails, waiting
from tests.integration.storage.stored import Items, recorded
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.servers.outage import KEPT_FOR
from vpnbot.domain.support_chat import SupportChat
from vpnbot.errors import UnreadableItem
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.table import Record
from vpnbot.usecases import ports
from vpnbot.usecases.concurrency import run_concurrently
from vpnbot.usecases.support.relay_question import relay_question

PERSON = PersonId("0" * 31 + "1")
MINUTE = timedelta(minutes=1)
PEOPLE = 12


class ShopWithThreads(Shop):
    """A shop whose workers use threads."""

    @property
    def bulk(self) -> ports.BulkPorts:
        """The ports for work on many people."""
        return replace(super().bulk, concurrently=run_concurrently)


def test_threads_notify_each_waiting_person_once_and_leave_nothing(shop: Shop) -> None:
    shop.__class__ = ShopWithThreads
    for user_id in range(1, PEOPLE + 1):
        fails(shop, user_id)
    shop.clock.advance(2 * MINUTE)
    assert [item.sort_key for item in shop.index.due(shop.clock(), 10)] == ["OUTAGE#nl"]
    shop.minute()
    assert shop.sender.said == []
    shop.panel.reported_health = WORKING_SERVER
    shop.clock.advance(KEPT_FOR)
    shop.minute()
    notified = Counter(sent.person_id for sent in shop.sender.said)
    assert (len(notified), set(notified.values())) == (PEOPLE, {1})
    assert not any(waiting(shop, user_id) for user_id in range(1, PEOPLE + 1))
    assert shop.outages.get("nl") is None


def test_a_watch_of_every_earlier_release_is_kept(shop: Shop, table_name: str, local_aws: LocalAws) -> None:
    """The recorded person is suspended, so that the wait ends without a notification."""
    items = Items(local_aws, table_name)
    items.put(item for item in recorded("2026-11-28-money") if item["pk"]["S"] == PERSON)
    shop.panel.reported_health = BROKEN_SERVER
    due_at = items.get(PERSON, "WATCH#nl")["due_at"]["S"]
    assert due_at.startswith("2026-03-01T12:05")
    shop.clock.advance(6 * MINUTE)
    shop.minute()
    assert "due_at" not in items.get(PERSON, "WATCH#nl")
    assert len([item for shard in range(16) for item in items.all(f"WAIT#server-nl#{shard}")]) == 1
    shop.panel.reported_health = WORKING_SERVER
    shop.settles(minutes=3)
    assert items.get(PERSON, "WATCH#nl") == {}
    assert not any(items.all(f"WAIT#server-nl#{shard}") for shard in range(16))


def test_a_process_writes_the_outage_once_in_some_minutes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[str] = []
    write = Record.update

    def counted(self: Record, *args: Any, **kwargs: Any) -> Any:
        updates.append(self.sk)
        return write(self, *args, **kwargs)

    monkeypatch.setattr(Record, "update", counted)
    for minute in range(9):
        shop.outages.keep("nl", START + minute * MINUTE)
        outage = shop.outages.get("nl")
        assert outage is not None
        assert outage.kept_until - (START + minute * MINUTE) > MINUTE, "much longer than a commit takes"
    assert updates == ["OUTAGE#nl"] * 2


def test_the_state_of_the_support_chat_is_never_overwritten_by_a_release_that_cannot_read_it(
    shop: Shop, table_name: str, local_aws: LocalAws
) -> None:
    items = Items(local_aws, table_name)
    (stored,) = [item for item in recorded("2026-11-28-waiting") if item["sk"]["S"] == "CHAT"]
    later = {**stored, "schema": {"N": "2"}}
    items.put([later])
    found: list[UnreadableItem] = []
    chat = StoredSupportChat(found.append)
    with pytest.raises(UnreadableItem):
        chat.load(-100500)
    with pytest.raises(UnreadableItem):
        chat.save(SupportChat(-100500, version=1), SupportChat(-100500))
    assert len(found) == 1
    assert items.get("SUPPORT", "CHAT") == later
    shop.arrives()
    relay_question(shop.open(), shop.context, update(), 7)
    shop.settles(minutes=15)
    assert [question.message_id for question in shop.look().questions] == [7]
    items.put([stored])
    shop.settles(minutes=15)
    assert shop.questions.got == [(-100900, 7)]
