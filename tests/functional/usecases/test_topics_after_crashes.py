"""A process that ends while it relays loses nothing; a message comes twice only if it ended within a call."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from vpnbot.domain.answers import new_answer
from vpnbot.domain.edited_content import Edited
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.support.close_topic import close_topic
from vpnbot.usecases.support.relay_question import relay_answer, relay_edit, relay_question

GROUP = -100_777
_IN_A_CALL = frozenset({"copied", "pair.before"})
"""The points after Telegram has a copy, and before that is stored."""


def with_topics() -> Shop:
    """Return a shop whose group has topics, with a person."""
    shop = shop_in_memory()
    chat = shop.support_chat.load(shop.support_chat_id)
    assert shop.support_chat.save(chat, chat.chosen(GROUP, "en", topics=True))
    shop.arrives()
    return shop


def after_each_crash(prepare: Callable[[Shop], object], at_least: int = 12) -> Iterator[tuple[Shop, str]]:
    """Yield a settled shop, and the point at which a worker ended, for each step of the minutes after `prepare`."""
    for step in range(300):
        shop = with_topics()
        prepare(shop)
        first = len(shop.faults.passed)
        shop.faults.crash_at_step(step)
        crashed = False
        for _ in range(8):
            try:
                shop.settles(minutes=1)
            except Crash:
                crashed = True
        if not crashed:
            assert step > at_least, "there are many points at which it can end"
            return
        shop.settles(minutes=20)
        yield shop, shop.faults.passed[first + step]
    raise AssertionError("it does not end")


def asks(shop: Shop) -> None:
    """Let the person write two messages."""
    relay_question(shop.open(), shop.context, update(), 1)
    shop.clock.advance(timedelta(milliseconds=1))
    relay_question(shop.open(), shop.context, update(), 2)


def is_answered(shop: Shop) -> None:
    """Let the operators answer a person who has a topic."""
    asks(shop)
    shop.settles(minutes=3)
    for message_id in (71, 72):
        answer = new_answer(GROUP, message_id, f"update:1:{message_id}", shop.clock())
        relay_answer(shop.open(), shop.context, update(), answer)
        shop.clock.advance(timedelta(milliseconds=1))


def test_questions_come_in_order_and_once_or_twice_if_it_ended_within_a_call() -> None:
    for shop, point in after_each_crash(asks):
        got = [message for _, message in shop.questions.got]
        assert list(dict.fromkeys(got)) == [1, 2], point
        assert len(got) == (3 if point in _IN_A_CALL else 2), point
        assert shop.look().questions == (), point
        topic = shop.look().topic
        assert topic is not None
        assert topic.thread_id in shop.questions.topics
        assert len(shop.questions.topics) <= 2, point
        assert shop.support_records.person_of(shop.support_chat.load(None).place(topic.thread_id)) == shop.person_id()


def test_an_edit_changes_the_copy_and_copies_nothing_again() -> None:
    def edits(shop: Shop) -> None:
        asks(shop)
        shop.settles(minutes=3)
        relay_edit(shop.open(), shop.context, update(), 1, Edited("new words"))
        shop.clock.advance(timedelta(milliseconds=1))
        relay_edit(shop.open(), shop.context, update(), 1, Edited("newer words"))

    for shop, point in after_each_crash(edits, at_least=6):
        assert [message for _, message in shop.questions.got] == [1, 2], point
        words = [edited.html for _, edited in shop.questions.edits]
        assert list(dict.fromkeys(words)) == ["new words", "newer words"], point
        assert words == sorted(words), point
        assert len(words) <= 3, f"{point}: the same edit again changes nothing"
        assert shop.look().questions == (), point


def test_an_edit_that_is_refused_is_copied_once_or_twice_if_it_ended_within_a_call() -> None:
    def edits(shop: Shop) -> None:
        asks(shop)
        shop.settles(minutes=3)
        shop.questions.uneditable.add(10_001)
        relay_edit(shop.open(), shop.context, update(), 1, Edited("new words"))

    for shop, point in after_each_crash(edits, at_least=4):
        got = [message for _, message in shop.questions.got]
        assert got == ([1, 2, 1, 1] if point in _IN_A_CALL else [1, 2, 1]), point
        assert shop.look().questions == (), point


def test_that_a_topic_is_being_made_is_stored_before_it_is() -> None:
    shop = with_topics()
    asks(shop)
    shop.faults.at("topic created", Crash())
    with pytest.raises(Crash):
        shop.settles(minutes=2)
    topic = shop.look().topic
    assert topic is not None
    assert (topic.creating, topic.thread_id) == (True, 0)


def test_messages_that_wait_with_claims_of_their_own_go_with_the_first() -> None:
    """Many at once are claimed at once; no worker can use the claim of a later one while the first waits."""
    shop = with_topics()
    asks(shop)
    shop.clock.advance(timedelta(minutes=2))
    first, second = (shop.index.claim(item, shop.clock()) for item in shop.index.due(shop.clock(), 10))
    assert first is not None
    assert second is not None
    shop.work(second)
    assert shop.questions.got == [], "it waits for the first"
    shop.work(first)
    assert [message for _, message in shop.questions.got] == [1, 2]


def test_answers_come_in_order_and_once_or_twice_if_it_ended_within_a_call() -> None:
    for shop, point in after_each_crash(is_answered):
        got = [message for _, message in shop.answers.got]
        assert list(dict.fromkeys(got)) == [71, 72], point
        assert len(got) == (3 if point in _IN_A_CALL else 2), point
        assert shop.look().answers == (), point


def test_a_closed_conversation_is_closed_and_the_person_is_told() -> None:
    def closed(shop: Shop) -> None:
        asks(shop)
        shop.settles(minutes=3)
        close_topic(shop.open(), shop.context, update())

    for shop, point in after_each_crash(closed):
        topic = shop.look().topic
        assert topic is not None
        assert topic.closed_there, point
        assert len(shop.sender.said) >= 1, point


def test_the_topic_of_a_deleted_person_is_deleted() -> None:
    def deleted(shop: Shop) -> None:
        asks(shop)
        shop.settles(minutes=3)
        delete_data(shop.open(), shop.fleet, shop.context, update())

    for shop, point in after_each_crash(deleted):
        assert shop.questions.topics == {}, point
        assert shop.look().topic is None, point
