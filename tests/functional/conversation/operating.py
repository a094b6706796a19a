"""Operators read alerts about money, and decide with their buttons."""

import itertools
from typing import Any

from tests.fakes.provider import FakeProvider
from tests.functional.conversation.bot_session import ChatMessage
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.selling import notified
from vpnbot.domain.money import Money
from vpnbot.telegram.updates.webhook_response import WebhookResponse

GROUP = {"id": OPERATORS, "type": "supergroup", "title": "Operators"}


def alerts(harness: ChatHarness) -> list[ChatMessage]:
    """Return the messages in the operators' chat, the oldest first."""
    return harness.telegram.messages(OPERATORS)


def taps_in_group(admin: ChatUser, label: str) -> WebhookResponse:
    """Tap the newest button of this label in the operators' chat."""
    for message in reversed(alerts(admin.harness)):
        for button in itertools.chain(*message.buttons):
            if label in button.text:
                return tap_in_group(admin, button.callback_data, message.id)
    raise AssertionError(f"no button {label!r} in {[message.labels for message in alerts(admin.harness)]}")


def tap_in_group(admin: ChatUser, data: str | None, message_id: int) -> WebhookResponse:
    """Tap a button in the operators' chat."""
    message = {"message_id": message_id, "date": 1_772_366_400, "chat": GROUP, "text": "…"}
    update: dict[str, Any] = admin.tap(data, message_id, message=message)
    return admin.harness.deliver(update)


def pays(user: ChatUser, card: FakeProvider, money: Money | None = None, offer: str = "buy:standard:30d") -> str:
    """Buy a plan and pay by card, perhaps another amount than the price; return the id of the payment."""
    user.harness.deliver(user.tap(f"{offer}:{card.name}", user.screen.id))
    user.taps("💳 Pay")
    payment_id = card.last()
    card.pays(payment_id, money=money)
    notified(user, card, payment_id)
    return payment_id
