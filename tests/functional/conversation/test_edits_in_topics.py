"""Edits follow both ways: the copy gets the new words or file where Telegram can, otherwise it comes again."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram.methods import CopyMessage, EditMessageCaption, EditMessageMedia

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.operators_group import GROUP, OperatorsGroup
from vpnbot.domain.topics import TopicState


def picture(name: str) -> list[dict[str, Any]]:
    """Return a photo as Telegram delivers it: two sizes of a file."""
    sizes = ((1, f"{name}-small"), (2, name))
    return [{"file_id": file_id, "file_unique_id": file_id, "width": n, "height": n} for n, file_id in sizes]


VOICE = {"file_id": "v1", "file_unique_id": "v1", "duration": 3}


@pytest.fixture
def customer(harness: ChatHarness, group: OperatorsGroup) -> ChatUser:
    """A customer who has a topic."""
    user = harness.user("en")
    situations.running(user)
    group.asks(user, "Helo?")
    later(group)
    return user


def later(group: OperatorsGroup) -> None:
    """Let a moment pass: what was copied before it has no later edit."""
    group.harness.shop.clock.advance(timedelta(seconds=3))


def copies(group: OperatorsGroup) -> int:
    """Return how often something was copied into the group."""
    calls = group.harness.telegram.calls
    return sum(isinstance(call, CopyMessage) and call.chat_id == GROUP for call in calls)


class TestOfTheCustomer:
    """What the customer changes is changed in the topic, and the operators see one message."""

    def test_words_change_in_the_copy(self, group: OperatorsGroup, customer: ChatUser) -> None:
        customer.edits("Hello <world> & all?")
        assert group.words() == ["Hello <world> & all?"]
        assert customer.person.questions == ()

    def test_without_topics_too(self, harness: ChatHarness) -> None:
        user = harness.user("en")
        situations.new(user)
        user.taps("Write to us")
        user.sends("Helo?")
        harness.shop.clock.advance(timedelta(seconds=3))
        user.edits("Hello?")
        assert harness.telegram.messages(OPERATORS)[0].words == "Hello?"
        assert len(harness.telegram.messages(OPERATORS)) == 2, "the copy, and whose it is"

    def test_edits_follow_each_other_in_order(self, group: OperatorsGroup, customer: ChatUser) -> None:
        for words in ("Hello?", "Hello? It broke", "Hello? It is broken"):
            customer.edits(words)
            later(group)
        assert group.words() == ["Hello? It is broken"]

    def test_another_file_and_its_caption_change_in_the_copy(self, group: OperatorsGroup, customer: ChatUser) -> None:
        customer.harness.deliver(customer.message(photo=picture("first"), caption="look"))
        later(group)
        customer.edits("look here", photo=picture("second"))
        changed = group.messages()[-1]
        assert (changed.words, changed.file) == ("look here", "second")
        assert group.words() == ["Helo?", "look here"]

    @pytest.mark.parametrize(
        ("kind", "content", "type_of_file"),
        [
            ("video", {"file_id": "f", "file_unique_id": "f", "width": 1, "height": 1, "duration": 1}, "video"),
            ("audio", {"file_id": "f", "file_unique_id": "f", "duration": 1}, "audio"),
            ("document", {"file_id": "f", "file_unique_id": "f"}, "document"),
            (
                "animation",
                {"file_id": "f", "file_unique_id": "f", "width": 1, "height": 1, "duration": 1},
                "animation",
            ),
        ],
    )
    def test_each_kind_of_file_can_be_changed(
        self, group: OperatorsGroup, customer: ChatUser, kind: str, content: dict[str, Any], type_of_file: str
    ) -> None:
        both = {kind: content} | ({"document": content} if kind == "animation" else {})
        customer.harness.deliver(customer.message(**both, caption="before"))
        later(group)
        customer.edits("after", **both)
        call = next(call for call in group.harness.telegram.calls if isinstance(call, EditMessageMedia))
        assert call.media.type == type_of_file
        assert group.words() == ["Helo?", "after"]

    def test_of_a_voice_message_the_caption_changes(self, group: OperatorsGroup, customer: ChatUser) -> None:
        customer.harness.deliver(customer.message(voice=VOICE, caption="before"))
        later(group)
        customer.edits("after", voice=VOICE)
        assert any(isinstance(call, EditMessageCaption) for call in group.harness.telegram.calls)
        assert group.words() == ["Helo?", "after"]

    @pytest.mark.parametrize(
        "reason", ["message can't be edited", "MEDIA_EMPTY", "message to edit not found", "MESSAGE_ID_INVALID"]
    )
    def test_what_telegram_does_not_edit_comes_again_below(
        self, group: OperatorsGroup, customer: ChatUser, reason: str
    ) -> None:
        group.harness.telegram.refuse("editMessageText", Refusal(400, f"Bad Request: {reason}"))
        customer.edits("Hello?")
        assert group.words() == ["Helo?", "Hello?"]
        later(group)
        customer.edits("Hello there?")
        assert group.words() == ["Helo?", "Hello there?"], "the newest copy is changed from then on"

    def test_a_copy_that_was_changed_already_is_not_made_again(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.harness.telegram.refuse("editMessageText", Refusal(400, "Bad Request: message is not modified"))
        customer.edits("Hello?")
        assert copies(group) == 1
        assert customer.person.questions == ()

    @pytest.mark.parametrize(
        "refusal",
        [Refusal(429, "Too Many Requests", retry_after=40), Refusal(502), Refusal(0), Refusal(0, acted=True)],
    )
    def test_while_telegram_does_not_answer_it_waits(
        self, group: OperatorsGroup, customer: ChatUser, refusal: Refusal
    ) -> None:
        group.harness.telegram.refuse("editMessageText", refusal)
        customer.edits("Hello?")
        assert len(customer.person.questions) == 1
        group.harness.passes(minutes=4)
        assert group.words() == ["Hello?"]
        assert copies(group) == 1

    def test_it_is_one_of_the_messages_that_the_group_may_get_in_a_minute(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        shop = group.harness.shop
        while shop.support_records.take(GROUP, 1, shop.clock()) is None:
            pass
        customer.edits("Hello?")
        assert group.words() == ["Helo?"]
        assert len(customer.person.questions) == 1
        group.harness.passes(minutes=2)
        assert group.words() == ["Hello?"]

    def test_an_edit_before_the_copy_is_in_the_copy(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.harness.telegram.refuse("copyMessage", Refusal(502))
        customer.sends("secnd")
        customer.edits("second")
        group.harness.passes(minutes=4)
        assert group.words() == ["Helo?", "second"]

    def test_in_a_closed_conversation_it_opens_nothing(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.writes("/close")
        group.harness.passes(minutes=2)
        customer.edits("Hello?")
        assert group.words()[0] == "Hello?"
        assert group.harness.telegram.closed == {group.threads[0]}
        topic = customer.person.topic
        assert topic is not None
        assert topic.state is TopicState.CLOSED

    def test_of_a_message_that_was_not_relayed_nothing_comes(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.writes("/close")
        customer.sends("not for you")
        later(group)
        customer.edits("still not for you")
        assert not any("not for you" in words for words in group.words())

    def test_in_a_deleted_topic_it_comes_into_a_new_one(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.harness.telegram.topics.clear()
        group.harness.telegram.chats[GROUP].clear()
        customer.edits("Hello?")
        assert group.words() == ["Hello?"]

    def test_its_words_are_not_stored_after_it(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.harness.telegram.refuse("editMessageText", Refusal(502))
        customer.edits("secret words")
        assert "secret words" in repr(customer.person)
        group.harness.passes(minutes=3)
        table = group.harness.shop.people.table  # type: ignore[attr-defined]  # the one in memory
        assert "secret words" not in repr(table.items)


class TestOfTheOperators:
    """What an operator changes is changed at the customer, and is no new answer."""

    def test_another_file_changes_at_the_customer_and_buttons_stay(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        written = group.writes("", photo=picture("first"), caption="this one")
        later(group)
        group.edits(written, "", photo=picture("second"), caption="no, this one")
        assert (customer.screen.words, customer.screen.file) == ("no, this one", "second")
        customer.sees_buttons("💬 Write to us | 🏠 Home")

    def test_what_cannot_be_changed_is_said(self, group: OperatorsGroup, customer: ChatUser) -> None:
        written = group.writes("", sticker={"file_id": "s"})
        later(group)
        group.edits(written, "", dice={"emoji": "🎲", "value": 3})
        assert group.words()[-1].startswith("😢 Not delivered")

    def test_an_edit_or_a_deletion_opens_no_closed_conversation(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        written = group.writes("Helo")
        group.writes("/close")
        group.harness.passes(minutes=2)
        group.edits(written, "Hello")
        group.writes("🗑", reply_to=written)
        topic = customer.person.topic
        assert topic is not None
        assert topic.state is TopicState.CLOSED
        assert not any(message.words in {"Helo", "Hello"} for message in customer.chat)


class TestWithinAnAlbum:
    """An edit of one message of an album changes its copy, and no other message."""

    def album(self, group: OperatorsGroup, customer: ChatUser) -> None:
        """Let the customer send two pictures as one album."""
        for name in ("one", "two"):
            customer.harness.deliver(customer.message(photo=picture(name), caption=name, media_group_id="7"))

    def test_of_the_customer(self, group: OperatorsGroup, customer: ChatUser) -> None:
        self.album(group, customer)
        group.harness.passes(minutes=2)
        customer.edits("second", photo=picture("two"), media_group_id="7")
        assert group.words() == ["Helo?", "one", "second"]
        assert customer.person.questions == ()

    def test_of_the_customer_before_it_was_copied(self, group: OperatorsGroup, customer: ChatUser) -> None:
        self.album(group, customer)
        customer.edits("second", photo=picture("two"), media_group_id="7")
        assert group.words() == ["Helo?"], "the messages of an album wait for each other"
        group.harness.passes(minutes=3)
        assert group.words() == ["Helo?", "one", "second"]
        assert not any(isinstance(call, EditMessageMedia) for call in group.harness.telegram.calls)
        assert customer.person.questions == ()

    @pytest.mark.parametrize("number", [0, 1])
    def test_of_the_operators(self, group: OperatorsGroup, customer: ChatUser, number: int) -> None:
        names = ["one", "two"]
        before = len(customer.chat)
        written = [group.writes("", photo=picture(name), caption=name, media_group_id="8") for name in names]
        group.harness.passes(minutes=2)
        group.edits(written[number], "", photo=picture("other"), caption="other", media_group_id="8")
        names[number] = "other"
        assert [message.words for message in customer.chat[before:]] == names
        assert customer.chat[before + number].file == "other"

    def test_of_the_operators_before_it_was_copied(self, group: OperatorsGroup, customer: ChatUser) -> None:
        before = len(customer.chat)
        written = [group.writes("", photo=picture(name), caption=name, media_group_id="8") for name in ("one", "two")]
        group.edits(written[0], "", photo=picture("one"), caption="first", media_group_id="8")
        assert len(customer.chat) == before
        group.harness.passes(minutes=3)
        assert [message.words for message in customer.chat[before:]] == ["first", "two"]
        assert customer.person.answers == ()
