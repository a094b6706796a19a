"""What people in a hurry do in support: taps twice, hands in Telegram's own menus, and the bot thrown out."""

from typing import Any

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.operators_group import GROUP, OUTSIDER, OWNER, OperatorsGroup
from vpnbot.domain.topics import TopicState

KICKED = Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
BOT = {"id": 4242, "is_bot": True, "first_name": "B"}
PHOTO = [{"file_id": "f", "file_unique_id": "f", "width": 1, "height": 1}]


@pytest.fixture
def customer(group: OperatorsGroup) -> ChatUser:
    """A customer who has a topic."""
    user = group.harness.user("en")
    situations.running(user)
    group.asks(user, "Hello?")
    return user


def rights(group: OperatorsGroup, user_id: int = OWNER, **given: bool) -> None:
    """Let a member make the bot an administrator of the group, with these rights; without any, a member."""
    names = (
        *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
        *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
        *("can_edit_stories", "can_delete_stories", "can_send_welcome_messages", "can_manage_topics"),
    )
    member: dict[str, Any] = {"status": "member", "user": BOT}
    if given:
        member = {"status": "administrator", "user": BOT, **dict.fromkeys(names, False), **given}
    change = {
        "chat": group.chat,
        "from": group.harness.user("en", user_id).user(),
        "date": 1_772_366_400,
        "old_chat_member": {"status": "left", "user": BOT},
        "new_chat_member": member,
    }
    group.harness.deliver({"update_id": group.harness.update_id(), "my_chat_member": change})


def times(user: ChatUser, words: str) -> int:
    """Return how many of a person's messages have these words."""
    return sum(words in message.words for message in user.chat)


class TestTaps:
    """Two taps on a button are one act."""

    def test_on_a_prepared_answer(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.taps("Prepared")
        (shown,) = [message for message in group.messages() if "Which answer" in message.words]
        data = next(str(b.callback_data) for row in shown.buttons for b in row if "It works again" in b.text)
        group.tap(data, shown)
        group.tap(data, shown)
        assert times(customer, "It should work now.") == 1
        group.taps("Prepared")
        group.taps("It works again")
        assert times(customer, "It should work now.") == 2, "who asks for the list again means another answer"

    def test_on_pass_on(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.writes("/close")
        customer.sends("and one more thing")
        offer = customer.screen
        data = str(offer.buttons[0][0].callback_data)
        for _ in range(3):
            customer.harness.deliver(customer.tap(data, offer.id))
        assert group.words().count("and one more thing") == 1

    def test_on_close(self, group: OperatorsGroup, customer: ChatUser) -> None:
        card = group.card()
        data = next(str(b.callback_data) for row in card.buttons for b in row if "Close" in b.text)
        group.tap(data, card)
        group.tap(data, card)
        assert times(customer, "✅ We've closed your question.") == 1


class TestWords:
    """What is among the staff stays there, however it is written."""

    def test_a_picture_with_a_note_in_its_caption_stays(self, group: OperatorsGroup, customer: ChatUser) -> None:
        before = len(customer.chat)
        group.writes("", photo=PHOTO, caption="// their screenshot, look")
        assert len(customer.chat) == before

    def test_an_answer_that_becomes_a_note_changes_nothing_at_the_customer(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        written = group.writes("Hi")
        group.edits(written, "// no, wait")
        assert not any("no, wait" in message.words for message in customer.chat)

    def test_the_bin_of_a_phone_is_a_bin(self, group: OperatorsGroup, customer: ChatUser) -> None:
        written = group.writes("wrong person")
        group.writes("🗑\ufe0f", reply_to=written)
        words = [message.words for message in customer.chat]
        assert not any("wrong person" in each or "🗑" in each for each in words)

    def test_an_edit_after_the_deletion_is_answered_and_brings_nothing_back(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        written = group.writes("wrong person")
        group.writes("🗑", reply_to=written)
        group.edits(written, "still the wrong person")
        assert not any("wrong person" in message.words for message in customer.chat)
        assert group.harness.telegram.reactions[written] == "😢"

    def test_two_operators_at_once_are_both_heard_in_order(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.writes("one", OWNER)
        group.writes("two", OUTSIDER, anonymous=True)
        words = [message.words for message in customer.chat]
        assert words[-2:] == ["one", "two"]


class TestTopicsByHand:
    """Telegram's own menus close, open and delete topics, too."""

    def closes(self, group: OperatorsGroup, user_id: int = OWNER) -> None:
        """Let a member close the topic in Telegram."""
        group.harness.telegram.closed.add(group.threads[-1])
        group.writes("", user_id, forum_topic_closed={})

    def test_who_closes_a_topic_closes_the_conversation_once(self, group: OperatorsGroup, customer: ChatUser) -> None:
        self.closes(group)
        group.harness.again()
        group.harness.passes(minutes=2)
        assert times(customer, "✅ We've closed your question.") == 1
        topic = customer.person.topic
        assert topic is not None
        assert (topic.state, topic.closed_there) == (TopicState.CLOSED, True)
        group.asks(customer, "One more thing")
        assert group.harness.telegram.closed == set()
        assert group.words()[-1] == "One more thing"

    def test_people_without_a_role_close_none(self, group: OperatorsGroup, customer: ChatUser) -> None:
        self.closes(group, OUTSIDER)
        topic = customer.person.topic
        assert topic is not None
        assert topic.open

    def test_one_that_was_opened_by_hand_takes_the_next_message(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.writes("/close")
        group.harness.passes(minutes=2)
        group.harness.telegram.closed.clear()
        group.writes("", forum_topic_reopened={})
        group.harness.telegram.refuse("reopenForumTopic", Refusal(400, "Bad Request: TOPIC_NOT_MODIFIED"))
        group.asks(customer, "One more thing")
        assert group.words()[-1] == "One more thing"
        assert customer.person.questions == ()

    def test_one_that_was_deleted_by_hand_is_made_again_and_its_answers_arrive(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.harness.telegram.topics.clear()
        group.asks(customer, "Still there?")
        group.writes("Yes")
        customer.sees("Yes")


class TestThrownOut:
    """Who throws the bot out and adds it again finds everything where it was."""

    def test_what_waited_comes_soon_after_it_was_added_again(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.harness.telegram.refuse("copyMessage", *[KICKED] * 20)
        group.asks(customer, "Anybody?")
        group.harness.passes(hours=2)
        assert customer.person.questions
        group.harness.telegram.refusals.clear()
        rights(group, can_manage_topics=True, can_delete_messages=True)
        assert group.harness.telegram.messages(GROUP)[-1].words.startswith("👋 I'm back.")
        assert group.harness.shop.support_chat.load(OPERATORS).waits_until is None
        group.harness.passes(minutes=10)
        assert group.words()[-1] == "Anybody?"

    def test_a_right_that_was_taken_away_is_said_at_once(self, group: OperatorsGroup, customer: ChatUser) -> None:
        rights(group, can_manage_topics=True)
        assert group.harness.telegram.messages(GROUP)[-1].words.startswith("I may not delete messages")
        rights(group, can_delete_messages=True)
        assert group.harness.telegram.messages(GROUP)[-1].words.startswith("I may not manage topics.")
        rights(group)
        assert group.harness.telegram.messages(GROUP)[-1].words.startswith("I'm not an administrator.")
        before = len(group.harness.telegram.messages(GROUP))
        rights(group, can_manage_topics=True, can_delete_messages=True)
        assert len(group.harness.telegram.messages(GROUP)) == before

    def test_others_hear_nothing(self, group: OperatorsGroup, customer: ChatUser) -> None:
        before = len(group.harness.telegram.messages(GROUP))
        rights(group, OUTSIDER, can_delete_messages=True)
        assert len(group.harness.telegram.messages(GROUP)) == before

    def test_a_group_that_became_a_supergroup_goes_on(self, harness: ChatHarness) -> None:
        harness.telegram.forum = False
        group = OperatorsGroup(harness)
        group.chosen_by()
        group.taps("Without topics")
        user = harness.user("en")
        situations.running(user)
        group.asks(user, "before")
        moved = Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=-100_888)
        harness.telegram.refuse("copyMessage", moved)
        group.asks(user, "after")
        assert harness.telegram.messages(-100_888)[0].words == "after"
        assert user.person.questions == ()
