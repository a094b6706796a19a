"""What a person wrote before they deleted their data does not stay, however late Telegram delivers it again."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser, Update
from tests.integration.storage.test_quarantine_on_dynamodb import TEXT, Queue, stored_as
from vpnbot.errors import StorageUnavailable
from vpnbot.storage.people.quarantine import StoredQuarantine, quarantined_update
from vpnbot.storage.table import Record
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.updates.failed_updates import REDELIVERED_FOR
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric

MINUTE = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=2)
"""Between two deliveries of an update by Telegram (tdlib/telegram-bot-api, WebhookActor.cpp)."""


@pytest.fixture
def user(shop: Shop) -> ChatUser:
    """A person who uses the bot, in English; updates are quarantined in the table."""
    harness = ChatHarness(shop, quarantine=StoredQuarantine(Queue(), shop.clock))  # type: ignore[arg-type]  # the real one
    person = harness.user()
    person.sends("/start")
    shop.clock.advance(timedelta(minutes=1))
    return person


def deletes_everything(user: ChatUser) -> None:
    """Delete the person's data by a tap."""
    user.harness.deliver(user.tap(Action.DELETE_ALL))
    assert user.person.user.gone


def fails(user: ChatUser, delivered: Update) -> int:
    """Deliver an update while the person cannot be loaded; return the status."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("vpnbot.storage.people.session.read_partition", _does_not_answer)
        return user.harness.deliver(delivered).status


def _does_not_answer(partition: str) -> None:
    raise StorageUnavailable(f"DynamoDB did not answer about {partition}")


def words_of(user: ChatUser) -> str:
    """Return everything that is stored in the person's two partitions."""
    person_id = user.person.id
    records = [*Record.query(person_id), *Record.query(f"{person_id}#LOG")]
    return json.dumps([record.serialize() for record in records])


def test_a_message_that_is_delivered_again_after_the_erasure_is_not_quarantined(user: ChatUser) -> None:
    shop, written = user.harness.shop, user.message(text="private words")
    sent_at = shop.clock()
    assert fails(user, written) == 503
    shop.clock.advance(timedelta(seconds=1))
    deletes_everything(user)
    shop.until(sent_at + REDELIVERED_FOR, step=MINUTE)
    assert fails(user, written) == 503
    shop.until(sent_at + REDELIVERED_FOR + LONGEST_DELAY, step=MINUTE)
    assert fails(user, written) == 200
    shop.until(shop.clock() + timedelta(hours=1))
    assert "private words" not in words_of(user)
    assert Metric.QUARANTINED_UPDATES not in shop.meter.counts


@pytest.mark.parametrize("returned", [False, True])
def test_a_message_of_before_the_deletion_is_not_handled_hours_after_it(user: ChatUser, returned: bool) -> None:
    shop, written = user.harness.shop, user.message(text="/start ref_7")
    shop.clock.advance(timedelta(seconds=1))
    deletes_everything(user)
    if returned:
        shop.clock.advance(timedelta(minutes=1))
        user.sends("/start")
    before = words_of(user)
    shop.clock.advance(timedelta(hours=3))
    assert user.harness.deliver(written).status == 200
    assert words_of(user) == before
    user.sees("3 days free" if returned else "everything is deleted")


def test_a_message_of_before_the_deletion_is_not_quarantined_after_the_return(user: ChatUser) -> None:
    shop, written = user.harness.shop, user.message(text="private words")
    shop.clock.advance(timedelta(seconds=1))
    deletes_everything(user)
    shop.clock.advance(timedelta(minutes=1))
    user.sends("/start")
    shop.until(shop.clock() + timedelta(hours=3), step=MINUTE)
    assert fails(user, written) == 200
    assert "private words" not in words_of(user)
    later = user.message(text="later words")
    shop.clock.advance(REDELIVERED_FOR + MINUTE)
    assert fails(user, later) == 200
    assert "later words" in words_of(user)


def test_an_update_goes_by_its_own_time_if_it_is_stored_in_the_moment_of_the_deletion(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.arrives()
    sent_at, save = shop.clock(), Record.save
    shop.clock.advance(MINUTE)

    def after_the_deletion(record: Record, *args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        shop.clock.now -= timedelta(seconds=1)  # the clock of the other process is behind
        delete_data(shop.open(), shop.fleet, shop.context, update())
        shop.clock.advance(MINUTE)
        shop.arrives()
        return save(record, *args, **kwargs)

    monkeypatch.setattr(Record, "save", after_the_deletion)
    assert StoredQuarantine(Queue(), shop.clock).put(shop.person_id(), TEXT, "KeyError", sent_at=sent_at)
    assert quarantined_update(stored_as(shop.person_id(), 5)) is not None
    shop.settles(minutes=15)
    assert shop.look().user.known
    assert quarantined_update(stored_as(shop.person_id(), 5)) is None


def test_a_message_of_the_second_of_the_deletion_is_not_quarantined(shop: Shop) -> None:
    shop.arrives()
    sent_at = shop.clock()
    shop.clock.advance(timedelta(milliseconds=600))
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.settles(minutes=15)
    assert not StoredQuarantine(Queue(), shop.clock).put(shop.person_id(), TEXT, "KeyError", sent_at=sent_at)
    assert quarantined_update(stored_as(shop.person_id(), 5)) is None
    after = sent_at + timedelta(seconds=1)
    assert StoredQuarantine(Queue(), shop.clock).put(shop.person_id(), TEXT, "KeyError", sent_at=after)


def test_a_message_of_before_the_deletion_is_no_answer_to_a_question_after_the_return(user: ChatUser) -> None:
    shop, written = user.harness.shop, user.message(text="private words")
    shop.clock.advance(timedelta(seconds=1))
    deletes_everything(user)
    shop.clock.advance(MINUTE)
    user.sends("/start")
    user.harness.deliver(user.tap(Action.SUPPORT))
    before = words_of(user)
    assert user.harness.deliver(written).status == 200
    assert words_of(user) == before
    assert "private words" not in str(user.harness.telegram.messages(OPERATORS))


def test_news_of_before_the_deletion_that_the_bot_is_blocked_does_not_count_after_the_return(user: ChatUser) -> None:
    shop, content = user.harness.shop, user.message()["message"]
    kicked = {"status": "kicked", "user": {"id": 4242, "is_bot": True, "first_name": "B"}, "until_date": 0}
    blocked = {"update_id": 5, "my_chat_member": content | {"old_chat_member": kicked, "new_chat_member": kicked}}
    shop.clock.advance(timedelta(seconds=1))
    deletes_everything(user)
    shop.clock.advance(MINUTE)
    user.sends("/start")
    assert user.harness.deliver(blocked).status == 200
    assert user.person.user.reachable


def test_a_payment_of_before_the_deletion_is_quarantined_all_the_same(user: ChatUser) -> None:
    shop, paid = user.harness.shop, user.message(successful_payment={"currency": "XTR"})
    shop.clock.advance(timedelta(seconds=1))
    deletes_everything(user)
    shop.until(shop.clock() + timedelta(hours=3), step=MINUTE)
    assert fails(user, paid) == 200
    assert quarantined_update(stored_as(user.person.id, paid["update_id"])) is not None
