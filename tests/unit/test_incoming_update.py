"""What is read first from an update: its person, and whether it reports a payment; and what is kept in quarantine."""

from typing import Any

import pytest

from vpnbot.telegram.bot_api.incoming_update import Incoming, UnknownUpdate
from vpnbot.telegram.updates.secret_messages import redacted

ANNA = {"id": 42, "is_bot": False, "first_name": "Anna", "language_code": "ru"}
BOT = {"id": 4242, "is_bot": True, "first_name": "VPN"}
CHAT = {"id": 42, "type": "private"}
PAID = {"currency": "XTR", "total_amount": 100, "invoice_payload": "x", "telegram_payment_charge_id": "c"}


def message(**content: Any) -> dict[str, Any]:
    """Return an update with a message from Anna."""
    return {"update_id": 1, "message": {"message_id": 1, "date": 1_772_366_400, "from": ANNA, "chat": CHAT} | content}


def test_a_refund_is_sent_by_the_bot_and_belongs_to_the_person_of_the_chat() -> None:
    incoming = Incoming.parse(message(**{"from": BOT, "refunded_payment": PAID}))
    assert (incoming.user_id, incoming.chat_id, incoming.private) == (42, 42, True)
    assert incoming.language_code is None, "the language of the bot is not that of the customer"
    assert incoming.carries_payment


def test_a_payment_belongs_to_the_person_who_paid() -> None:
    incoming = Incoming.parse(message(successful_payment=PAID))
    assert (incoming.user_id, incoming.language_code, incoming.carries_payment) == (42, "ru", True)


def test_an_update_of_a_subscription_has_its_own_field_for_the_user() -> None:
    update = {"update_id": 1, "subscription": {"user": ANNA, "invoice_payload": "x", "state": "canceled"}}
    incoming = Incoming.parse(update)
    assert (incoming.user_id, incoming.chat_id, incoming.queue) == (42, 42, "subscription")
    assert incoming.carries_payment


def test_a_pre_checkout_query_belongs_to_the_person_who_will_pay() -> None:
    query = {"id": "9", "from": ANNA, "currency": "XTR", "total_amount": 100, "invoice_payload": "x"}
    incoming = Incoming.parse({"update_id": 1, "pre_checkout_query": query})
    assert (incoming.user_id, incoming.queue, incoming.pre_checkout_query_id) == (42, "pre_checkout_query", "9")
    assert not incoming.carries_payment, "no money has moved yet"
    assert incoming.sent_at is None, "it expires without a check of its age, as a callback query does"


@pytest.mark.parametrize("content", [{"text": "hello"}, {"text": "/start"}, {"photo": []}])
def test_other_messages_carry_no_payment(content: dict[str, Any]) -> None:
    assert not Incoming.parse(message(**content)).carries_payment


@pytest.mark.parametrize("sender", [BOT, None, {"id": "42"}])
def test_a_message_without_a_human_sender_is_an_unknown_update(sender: Any) -> None:
    with pytest.raises(UnknownUpdate):
        Incoming.parse(message(text="hello", **{"from": sender}))


def test_a_quarantined_payment_is_kept_unchanged() -> None:
    paid = message(successful_payment=PAID)
    assert redacted(paid) == paid


def test_text_that_an_administrator_typed_is_not_kept() -> None:
    kept = redacted(message(text="a token", entities=[1]))["message"]
    assert (kept["text"], "entities" in kept) == ("…", False)
    assert redacted(message(caption="a token", photo=[]))["message"]["text"] == "…"
    assert redacted(message(text="/servers"))["message"]["text"] == "/servers"
