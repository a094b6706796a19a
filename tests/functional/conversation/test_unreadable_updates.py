"""Updates with parts that aiogram cannot validate: they are answered, and nothing is quarantined.

Telegram adds kinds of content several times a year, before the bot has a version of aiogram that knows them.
"""

import sys
from io import StringIO
from logging import StreamHandler
from typing import Any

import pytest

from tests.fakes.reconciliations import ShopLedger
from tests.functional.conversation import situations
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from vpnbot.usecases.ports import Metric

ANNA = {"id": 42, "is_bot": False, "first_name": "A"}
UNREADABLE: dict[str, dict[str, Any]] = {
    "origin of a new type": {"forward_origin": {"type": "story", "date": 1, "story": {"id": 7}}},
    "origin without its name": {"forward_origin": {"type": "hidden_user", "date": 1}},
    "origin without its date": {"forward_origin": {"type": "user", "sender_user": ANNA}},
    "paid media": {"paid_media": {"star_count": 5, "paid_media": [{"type": "hologram", "depth": 3}]}},
    "gift": {"gift": {"gift": {"id": "g", "sticker": {"type": "of next year"}}}},
    "unique gift": {"unique_gift": {"gift": {"base_name": "b"}, "origin": 5}},
    "poll": {"poll": {"id": "1", "question": "?", "options": [{"text": "a"}], "type": "regular"}},
    "chat background": {"chat_background_set": {"type": {"type": "video", "document": {}}}},
    "entity of a new form": {"entities": [{"type": "spiral"}]},
    "text that is no text": {"text": {"of": "next year"}},
    "date that is no date": {"date": "yesterday"},
    "no message id": {"message_id": None},
    "name that is no text": {"from": ANNA | {"first_name": ["A", "B"]}},
}
"""Contents of messages, by a name for the test."""

ORIGINS = [name for name in UNREADABLE if name.startswith(("origin", "paid", "gift", "unique", "poll", "chat"))]


def assert_read(harness: ChatHarness) -> None:
    """Assert that the last update was answered, that nothing failed, and that its unread part was counted."""
    assert harness.answers[-1].status == 200
    assert not harness.quarantine.updates
    counts = harness.shop.meter.counts
    assert Metric.BUGS not in counts
    assert counts[Metric.PARTLY_READ_UPDATES] == 1


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_message_that_cannot_be_read_completely_is_an_unknown_message(user: ChatUser, kind: str) -> None:
    situations.running(user)
    user.harness.deliver(user.message(**UNREADABLE[kind]))
    words = {
        "paid media": "Please describe it in words.",
        "poll": "Pass this on to us?",
        "text that is no text": "Pass this",
    }
    user.sees(words.get(kind, "I didn't get that."))
    assert_read(user.harness)


@pytest.mark.parametrize("kind", [name for name in UNREADABLE if name != "text that is no text"])
def test_a_command_with_a_part_that_cannot_be_read_is_obeyed(user: ChatUser, kind: str) -> None:
    user.harness.deliver(user.message(**{"text": "/start ref_7"} | UNREADABLE[kind]))
    user.sees("3 days free")
    assert user.person.user.came_from == "ref_7"
    assert_read(user.harness)


@pytest.mark.parametrize("kind", ORIGINS)
def test_a_start_that_replies_to_such_a_message_shows_home(user: ChatUser, kind: str) -> None:
    answered = {"message_id": 9, "date": 1, "chat": {"id": 42, "type": "private"}} | UNREADABLE[kind]
    user.harness.deliver(user.message(text="/start", reply_to_message=answered))
    user.sees("3 days free")
    assert_read(user.harness)


@pytest.mark.parametrize("kind", ORIGINS)
def test_a_tap_on_such_a_message_counts(user: ChatUser, kind: str) -> None:
    situations.new(user)
    tap = user.tap("try", user.screen.id)
    tap["callback_query"]["message"] |= UNREADABLE[kind]
    user.harness.deliver(tap)
    assert user.person.user.trial_used
    assert len(user.chat) == 1, "the tapped message was edited"
    assert user.harness.answers[-1].status == 200
    assert not user.harness.quarantine.updates
    counts = user.harness.shop.meter.counts
    assert Metric.BUGS not in counts
    assert Metric.PARTLY_READ_UPDATES not in counts, "nothing of the content of a tapped message is read"


def test_a_tap_on_a_message_of_an_unreadable_sender_counts(user: ChatUser) -> None:
    situations.new(user)
    tap = user.tap("try", user.screen.id)
    tap["callback_query"]["message"]["from"] = {"id": 42, "is_bot": True, "first_name": ["A", "B"]}
    user.harness.deliver(tap)
    assert user.person.user.trial_used
    assert_read(user.harness)


@pytest.mark.parametrize("field", ["id", "chat_instance", "data", "message", "inline_message_id"])
@pytest.mark.parametrize("value", [None, 5, ["x"], {"a": 1}])
def test_a_tap_with_a_malformed_field_does_not_block_its_queue(user: ChatUser, field: str, value: Any) -> None:
    situations.new(user)
    tap = user.tap("try", user.screen.id)
    tap["callback_query"][field] = value
    assert user.harness.deliver(tap).status == 200
    assert not user.harness.quarantine.updates


@pytest.mark.parametrize(
    "kind", [name for name in UNREADABLE if name not in {"text that is no text", "no message id", "paid media"}]
)
def test_a_question_with_a_part_that_cannot_be_read_is_passed_on(user: ChatUser, kind: str) -> None:
    situations.new(user)
    user.taps("Write to us")
    user.harness.deliver(user.message(**{"text": "Why is it off?"} | UNREADABLE[kind]))
    user.sees("✅ Sent.")
    question, _ = user.harness.telegram.messages(OPERATORS)
    assert "Why is it off?" in question.words
    assert_read(user.harness)


@pytest.mark.parametrize("kind", ORIGINS)
def test_an_answer_to_a_question_is_passed_on_if_a_part_cannot_be_read(user: ChatUser, kind: str) -> None:
    situations.new(user)
    user.taps("Write to us")
    user.sends("Why is it off?")
    _, question = user.harness.telegram.messages(OPERATORS)
    user.harness.administered_by(99)
    group = {"id": OPERATORS, "type": "supergroup", "title": "G"}
    answered = {"message_id": question.id, "date": 1, "chat": group, "text": question.words} | UNREADABLE[kind]
    operator = user.harness.user(user_id=99)
    user.harness.deliver(operator.message(text="It is on again.", chat=group, reply_to_message=answered))
    user.sees("It is on again.")
    assert_read(user.harness)


@pytest.mark.parametrize("kind", ORIGINS)
def test_a_payment_beside_a_part_that_cannot_be_read_is_kept(user: ChatUser, kind: str) -> None:
    paid = {"currency": "XTR", "total_amount": 100, "invoice_payload": "x"}
    charge = {"telegram_payment_charge_id": "c", "provider_payment_charge_id": "p"}
    user.harness.deliver(user.message(successful_payment=paid | charge, **UNREADABLE[kind]))
    ledger = user.harness.shop.ledger
    assert isinstance(ledger, ShopLedger)
    assert list(ledger.entries) == ["payment:stars:1:c:succeeded"]


def test_a_payment_of_a_form_that_cannot_be_read_is_kept(user: ChatUser) -> None:
    user.harness.deliver(user.message(successful_payment={"currency": 5}))
    ((kept, _),) = user.harness.quarantine.updates
    assert kept["message"]["successful_payment"] == {"currency": 5}


def test_the_log_names_the_unread_fields_and_not_their_content(user: ChatUser) -> None:
    (handler,) = user.harness.observer._log.handlers
    assert isinstance(handler, StreamHandler)
    handler.stream = sys.stderr  # an earlier test may have left a closed stream
    before = handler.setStream(log := StringIO())
    try:
        user.harness.deliver(user.message(text="my secret", poll={"id": 5, "question": {"text": "private"}}))
    finally:
        handler.setStream(before)
    assert "message.poll.id" in log.getvalue()
    assert "private" not in log.getvalue()
    assert "secret" not in log.getvalue()


@pytest.mark.parametrize("text", ["/start \ud83d", "half a smile \ud83d", "\udc00"])
def test_half_a_surrogate_pair_is_read_as_a_replacement_character(user: ChatUser, text: str) -> None:
    """JSON can escape it, but neither DynamoDB, SQS nor Telegram accepts it."""
    situations.new(user)
    user.taps("Write to us")
    user.sends(text)
    assert user.harness.answers[-1].status == 200
    assert not user.harness.quarantine.updates
    stored = repr(user.person) + "".join(message.text for message in user.harness.telegram.messages(OPERATORS))
    stored.encode()


@pytest.mark.parametrize("status", [["kicked"], {"a": 1}, None, 7])
def test_a_membership_with_a_malformed_status_is_ignored(user: ChatUser, status: Any) -> None:
    situations.running(user)
    member = {"status": status, "user": {"id": 4242, "is_bot": True, "first_name": "B"}}
    content = user.message()["message"] | {"old_chat_member": member, "new_chat_member": member}
    assert user.harness.deliver({"update_id": 5, "my_chat_member": content}).status == 200
    assert user.harness.shop.meter.counts[Metric.UNKNOWN_UPDATES] == 1
    assert user.person.user.reachable


@pytest.mark.parametrize("number", [2**63, -(2**70), 10**40])
def test_an_id_that_no_chat_has_is_ignored(harness: ChatHarness, number: int) -> None:
    chat = {"id": number, "type": "private"}
    message = {"message_id": 1, "date": 1, "from": ANNA | {"id": number}, "chat": chat, "text": "/start"}
    assert harness.deliver({"update_id": 1, "message": message}).status == 200
    assert harness.shop.meter.counts == {Metric.UNKNOWN_UPDATES: 1}
