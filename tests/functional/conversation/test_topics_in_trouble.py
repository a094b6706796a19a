"""Support in topics while Telegram or the group fails: nothing is lost or comes twice, and customers never wait."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods.base import TelegramMethod, TelegramType

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import BotSession, Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.operators_group import GROUP, OWNER, OperatorsGroup
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.usecases.decide import Decision, apply_fact

SUPERGROUP = -100_999
_COUNTED = ("send", "copyMessage", "editMessage", "createForumTopic")


@dataclass
class LimitedSession(BotSession):
    """A Telegram that fails in one way while `failing` is set, and allows 20 messages a minute to a group."""

    clock: Any = None
    failing: Refusal | None = None
    of_methods: tuple[str, ...] = ()
    to_chats: frozenset[int] = frozenset({GROUP})
    sent: deque[datetime] = field(default_factory=deque)
    most_in_a_minute: int = 0
    refused: int = 0

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Refuse what fails now, and what comes too soon."""
        name, chat_id = method.__api_method__, getattr(method, "chat_id", None)
        if self.failing is not None and chat_id in self.to_chats and (not self.of_methods or name in self.of_methods):
            self._raise(bot, method, self.failing)
        if chat_id == GROUP and name.startswith(_COUNTED):
            now = self.clock()
            while self.sent and self.sent[0] <= now - timedelta(minutes=1):
                self.sent.popleft()
            count = len(getattr(method, "message_ids", [0]))
            if len(self.sent) + count > 20:
                self.refused += 1
                self._raise(bot, method, Refusal(429, "Too Many Requests", retry_after=30))
            self.sent.extend([now] * count)
            self.most_in_a_minute = max(self.most_in_a_minute, len(self.sent))
        return await super().make_request(bot, method, timeout)


@pytest.fixture
def telegram() -> LimitedSession:
    return LimitedSession()


@pytest.fixture
def harness(telegram: LimitedSession) -> ChatHarness:
    """A shop whose owner has chosen a group with topics."""
    harness = ChatHarness(telegram=telegram)
    telegram.clock = harness.shop.clock
    OperatorsGroup(harness).chosen_by()
    situations.new(harness.user("en", OWNER))
    harness.shop.admin_ids = frozenset({OWNER})
    return harness


def writes(user: ChatUser, text: str) -> None:
    """Let a customer write to support."""
    OperatorsGroup(user.harness).asks(user, text)


FAILURES: dict[str, tuple[Refusal, tuple[str, ...]]] = {
    "kicked": (Refusal(403, "Forbidden: bot was kicked from the supergroup chat"), ()),
    "chat not found": (Refusal(400, "Bad Request: chat not found"), ()),
    "no right to topics": (Refusal(400, "Bad Request: not enough rights to create a topic"), ("createForumTopic",)),
    "no forum": (Refusal(400, "Bad Request: the chat is not a forum"), ("createForumTopic",)),
    "throttled": (Refusal(429, "Too Many Requests", retry_after=40), ()),
    "silent": (Refusal(0), ()),
    "bad gateway": (Refusal(502, "Bad Gateway"), ()),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_after_six_hours_of_trouble_everything_arrives_once_and_in_order_and_customers_never_waited(
    harness: ChatHarness, telegram: LimitedSession, failure: str
) -> None:
    user = harness.user("en")
    situations.running(user)
    telegram.failing, telegram.of_methods = FAILURES[failure]
    for number in range(3):
        writes(user, f"message {number}")
        harness.passes(minutes=10)
    for number in range(6):
        paid = notification(NotificationKind.RESUMED, f"event:paid:{number}", harness.shop.clock())
        session = harness.shop.open()
        apply_fact(session, harness.shop.context, lambda person, paid=paid: Decision(person.with_notifications(paid)))  # type: ignore[misc]  # a default binds it
        before = len(user.chat)
        harness.passes(minutes=2)
        assert len(user.chat) == before + 1, "a payment notice is never later than two minutes"
        harness.passes(minutes=53)
    owners = [message.words for message in harness.user("en", OWNER).chat if message.words.startswith("⚠️")]
    assert 1 <= len(owners) <= 2, "owners hear, once a day"
    telegram.failing = None
    harness.passes(minutes=15)
    got = [message.words for message in telegram.messages(GROUP) if message.words.startswith("message")]
    assert got == ["message 0", "message 1", "message 2"]
    assert user.person.questions == ()
    assert harness.shop.index.dead_lettered() == []


def test_a_group_that_moves_gets_everything_under_its_new_id(harness: ChatHarness, telegram: LimitedSession) -> None:
    user = harness.user("en")
    situations.running(user)
    telegram.failing = Refusal(400, "Bad Request: group chat was upgraded", migrate_to=SUPERGROUP)
    for number in range(3):
        writes(user, f"message {number}")
    harness.passes(minutes=3)
    got = [message.words for message in telegram.messages(SUPERGROUP) if message.words.startswith("message")]
    assert got == ["message 0", "message 1", "message 2"]


def test_answers_to_a_person_who_has_blocked_the_bot_are_kept_and_come_once_in_order(
    harness: ChatHarness, telegram: LimitedSession
) -> None:
    user, group = harness.user("en"), OperatorsGroup(harness)
    situations.running(user)
    writes(user, "Hello?")
    telegram.blocked.add(user.user_id)
    written = [group.writes("one"), group.writes("two")]
    harness.passes(hours=6)
    assert [telegram.reactions[each] for each in written] == ["😢", "😢"]
    telegram.blocked.clear()
    user.sends("/start")
    harness.passes(minutes=2)
    assert [message.words for message in user.chat if message.words in {"one", "two"}] == ["one", "two"]


@pytest.mark.parametrize("failure", ["throttled", "silent", "bad gateway"])
def test_answers_wait_six_hours_for_telegram_and_come_once_in_order(
    harness: ChatHarness, telegram: LimitedSession, failure: str
) -> None:
    user, group = harness.user("en"), OperatorsGroup(harness)
    situations.running(user)
    writes(user, "Hello?")
    telegram.failing, telegram.to_chats = FAILURES[failure][0], frozenset({user.user_id})
    telegram.of_methods = ("copyMessage",)
    for text in ("one", "two"):
        group.writes(text)
        harness.passes(hours=3)
    telegram.failing = None
    harness.passes(minutes=15)
    assert [message.words for message in user.chat if message.words in {"one", "two"}] == ["one", "two"]
    assert user.person.answers == ()


def test_sixty_messages_of_twenty_people_in_a_minute_arrive_within_five_and_the_group_is_not_flooded(
    harness: ChatHarness, telegram: LimitedSession
) -> None:
    users = [harness.user("en", 5000 + number) for number in range(20)]
    for user in users:
        situations.new(user)
    harness.passes(minutes=2)
    began = harness.shop.clock()
    for number in range(3):
        for user in users:
            writes(user, f"{user.user_id} message {number}")
            harness.shop.clock.advance(timedelta(seconds=1))
            if harness.shop.clock().second == 0:
                harness.shop.minute()
    harness.passes(minutes=5)
    assert harness.shop.clock() - began <= timedelta(minutes=6)
    got = [message.words for message in telegram.messages(GROUP) if "message" in message.words]
    assert sorted(got) == sorted(f"{user.user_id} message {number}" for user in users for number in range(3))
    for user in users:
        of_one = [words for words in got if words.startswith(str(user.user_id))]
        assert of_one == [f"{user.user_id} message {number}" for number in range(3)]
    assert telegram.refused == 0
    assert telegram.most_in_a_minute <= 20
    assert len(telegram.topics) == 20
