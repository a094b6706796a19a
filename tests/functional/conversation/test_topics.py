"""Support in topics: a topic and a card for each customer, both ways, edits, deletions, closing, and who may."""

from datetime import timedelta

import pytest

from tests.fakes import roles
from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.operators_group import GROUP, OUTSIDER, OWNER, SUPPORTER, OperatorsGroup
from vpnbot.domain.people.roles import Role
from vpnbot.domain.topics import TopicState
from vpnbot.usecases.people.ensure_user import ensure_user


@pytest.fixture
def customer(harness: ChatHarness) -> ChatUser:
    """A customer on trial."""
    user = harness.user("en")
    situations.running(user)
    return user


def supporter(harness: ChatHarness) -> None:
    """Give a member of the group the role of support."""
    session = harness.shop.open(SUPPORTER)
    ensure_user(session, harness.shop.context, "update:1:900001", SUPPORTER, "en", None)
    roles.becomes(harness.shop, SUPPORTER, Role.SUPPORT)


class TestTheGroup:
    """Which group gets the questions is chosen in the group, and confirmed by an owner."""

    def test_an_owner_chooses_it_and_questions_go_there(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        assert group.words() == ["Hello?"]
        assert group.harness.telegram.messages(OPERATORS) == []

    def test_a_tap_of_somebody_else_chooses_nothing(self, harness: ChatHarness, customer: ChatUser) -> None:
        group = OperatorsGroup(harness)
        harness.administered_by(OWNER)
        supporter(harness)
        group.writes("/support_here", OWNER, thread=None)
        for user_id in (OUTSIDER, SUPPORTER):
            group.taps("Yes, here", user_id)
        assert harness.shop.support_chat.load(OPERATORS).chat_id == OPERATORS

    def test_an_anonymous_owner_is_named_by_the_tap(self, harness: ChatHarness) -> None:
        group = OperatorsGroup(harness)
        harness.administered_by(OWNER)
        group.writes("/support_here@sample_bot", OUTSIDER, thread=None, anonymous=True)
        group.taps("Yes, here")
        assert harness.shop.support_chat.load(OPERATORS).chat_id == GROUP

    def test_a_group_without_topics_is_refused_with_the_reason_and_a_way_on(self, harness: ChatHarness) -> None:
        harness.telegram.forum = False
        group = OperatorsGroup(harness)
        group.chosen_by()
        message = harness.telegram.messages(GROUP)[-1]
        assert message.words.startswith("Topics are off.")
        assert message.labels == [["🔄 Refresh"], ["Without topics"]]
        group.taps("Without topics")
        chat = harness.shop.support_chat.load(OPERATORS)
        assert (chat.chat_id, chat.topics) == (GROUP, False)

    @pytest.mark.parametrize("text", ["/support_here", "/id", "hello", "/start"])
    def test_people_without_a_role_get_silence(self, harness: ChatHarness, text: str) -> None:
        OperatorsGroup(harness).writes(text, OUTSIDER, thread=None)
        assert harness.telegram.messages(GROUP) == []

    def test_the_id_of_a_chat_is_shown_to_the_staff_and_the_own_one_to_everybody(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.writes("/id", thread=None)
        assert str(GROUP) in group.harness.telegram.messages(GROUP)[-1].words
        customer.sends("/id")
        customer.sees(str(customer.user_id))

    @pytest.mark.parametrize(("user_id", "told"), [(OWNER, True), (OUTSIDER, False)])
    def test_who_adds_the_bot_as_a_member_of_the_staff_reads_what_to_do(
        self, harness: ChatHarness, user_id: int, told: bool
    ) -> None:
        harness.administered_by(OWNER)
        group, bot = OperatorsGroup(harness), {"id": 4242, "is_bot": True, "first_name": "B"}
        change = {
            "chat": group.chat,
            "from": harness.user("en", user_id).user(),
            "date": 1_772_366_400,
            "old_chat_member": {"status": "left", "user": bot},
            "new_chat_member": {"status": "member", "user": bot},
        }
        harness.deliver({"update_id": harness.update_id(), "my_chat_member": change})
        assert any("/support_here" in message.words for message in harness.telegram.messages(GROUP)) is told


class TestTheTopic:
    """Each customer has one topic, whose first message is the card."""

    def test_the_first_message_makes_a_topic_with_a_card(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        card, question = group.messages()
        assert "active" in card.words
        assert card.labels[0] == ["➕ 1", "➕ 3", "➕ 7"]
        assert question.words == "Hello?"
        topic = customer.person.topic
        assert topic is not None
        assert (topic.thread_id, topic.card_id, topic.creating) == (group.threads[0], card.id, False)

    def test_the_card_names_the_problem_that_the_customer_had(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        customer.harness.deliver(customer.tap("opinion:connection", customer.screen.id))
        group.asks(customer, "Hello?")
        card, _ = group.messages()
        assert "💬 opinion: did not connect" in card.words

    def test_all_that_follows_goes_into_the_same_topic(self, group: OperatorsGroup, customer: ChatUser) -> None:
        for text in ("one", "two", "three"):
            group.asks(customer, text)
        assert group.words() == ["one", "two", "three"]
        assert len(group.threads) == 1

    def test_a_topic_that_was_deleted_is_made_again(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "one")
        group.harness.telegram.topics.clear()
        group.asks(customer, "two")
        assert group.words() == ["two"]
        assert customer.person.questions == ()

    def test_without_the_right_it_goes_on_without_topics_and_owners_hear(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        situations.new(group.harness.user("en", OWNER))
        group.harness.shop.admin_ids = frozenset({OWNER})
        refused = Refusal(400, "Bad Request: not enough rights to create a topic")
        group.harness.telegram.refuse("createForumTopic", refused)
        group.asks(customer, "Hello?")
        question, line = group.messages()[-2:]
        assert question.words == "Hello?"
        assert f"#id_{customer.person.id}" in line.words
        group.harness.passes(minutes=3)
        assert any("/support_here" in message.words for message in group.harness.user("en", OWNER).chat)

    def test_a_deleted_person_takes_the_topic_along(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        group.writes("Hi")
        customer.harness.deliver(customer.tap("delete_all", customer.screen.id))
        customer.harness.passes(minutes=3)
        assert group.threads == []
        assert customer.person.topic is None
        records = group.harness.shop.support_records
        assert not records._pairs  # type: ignore[attr-defined]  # the one in memory

    def test_a_topic_of_a_deleted_person_is_deleted_when_the_group_allows_it(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "Hello?")
        kicked = Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        group.harness.telegram.refuse("deleteForumTopic", kicked, kicked)
        customer.harness.deliver(customer.tap("delete_all", customer.screen.id))
        customer.harness.passes(minutes=1)
        assert len(group.threads) == 1
        customer.harness.passes(hours=3)
        assert group.threads == []

    def test_where_it_may_not_delete_topics_it_asks_the_operators(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "Hello?")
        refused = Refusal(400, "Bad Request: not enough rights to delete the topic")
        group.harness.telegram.refuse("deleteForumTopic", refused)
        customer.harness.deliver(customer.tap("delete_all", customer.screen.id))
        customer.harness.passes(minutes=3)
        assert "Please delete this topic" in group.words()[-1]
        assert customer.person.topic is None

    def test_who_comes_back_gets_a_topic_of_their_own_after_the_one_of_before_is_deleted(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "before")
        (old,) = group.threads
        customer.harness.deliver(customer.tap("delete_all", customer.screen.id))
        customer.sends("/start")
        group.asks(customer, "after")
        customer.harness.passes(minutes=4)
        (new,) = group.threads
        assert new != old
        assert group.words() == ["after"]


class TestAnswers:
    """What the staff write in a topic reaches the customer, and nothing else does."""

    def test_a_message_in_the_topic_is_copied_with_buttons_and_marked(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "Hello?")
        written = group.writes("Hi there")
        customer.sees("Hi there")
        customer.sees_buttons("💬 Write to us | 🏠 Home")
        assert group.harness.telegram.reactions == {written: "👌"}

    @pytest.mark.parametrize("text", ["// among us", "//"])
    def test_what_begins_with_slashes_stays_among_the_staff(
        self, group: OperatorsGroup, customer: ChatUser, text: str
    ) -> None:
        group.asks(customer, "Hello?")
        before = len(customer.chat)
        group.writes(text)
        assert len(customer.chat) == before

    def test_a_reply_to_the_card_stays_among_the_staff(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        before = len(customer.chat)
        group.writes("strange one", reply_to=group.card().id)
        assert len(customer.chat) == before
        group.writes("but this", reply_to=group.threads[0])
        customer.sees("but this")

    def test_a_member_without_a_role_is_told_and_nothing_is_sent(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "Hello?")
        before = len(customer.chat)
        group.writes("Hi", OUTSIDER)
        assert len(customer.chat) == before
        assert group.words()[-1].startswith("🙅")

    def test_support_and_an_anonymous_administrator_may_answer(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        supporter(group.harness)
        group.asks(customer, "Hello?")
        group.writes("from support", SUPPORTER)
        customer.sees("from support")
        group.writes("from nobody", OUTSIDER, anonymous=True)
        customer.sees("from nobody")

    def test_an_edit_follows(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        written = group.writes("Helo")
        group.harness.shop.clock.advance(timedelta(seconds=2))
        group.edits(written, "Hello")
        customer.sees("Hello")
        assert [message.words for message in customer.chat].count("Helo") == 0

    def test_a_bin_as_a_reply_deletes_it_at_the_customer(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        written = group.writes("wrong person")
        group.writes("🗑", reply_to=written)
        assert "wrong person" not in [message.words for message in customer.chat]

    def test_a_bin_that_comes_too_late_is_answered(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        written = group.writes("long ago")
        group.harness.telegram.too_old.add(customer.chat[-1].id)
        asked = group.writes("🗑", reply_to=written)
        assert group.harness.telegram.reactions[asked] == "😢"
        assert group.words()[-1].startswith("😢 Not deleted")

    def test_a_reaction_that_is_refused_becomes_a_reply(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        group.harness.telegram.refuse("setMessageReaction", Refusal(400, "Bad Request: REACTION_INVALID"))
        group.writes("Hi")
        assert group.words()[-1] == "✅ Passed on."

    def test_an_answer_waits_while_telegram_is_busy_and_arrives_once(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "Hello?")
        busy = Refusal(429, "Too Many Requests", retry_after=100)
        group.harness.telegram.refuse("copyMessage", busy)
        group.writes("one")
        group.writes("two")
        group.harness.passes(minutes=6)
        assert [message.words for message in customer.chat if message.words in {"one", "two"}] == ["one", "two"]

    def test_a_prepared_answer_is_sent_in_the_language_of_the_customer(self, group: OperatorsGroup) -> None:
        user = group.harness.user("ru", 43)
        situations.new(user)
        user.taps("Написать нам")
        user.sends("Привет")
        group.taps("Prepared")
        group.taps("It works again")
        user.sees("Должно заработать.")


class TestTheCard:
    """Buttons of the card act for the staff, and are silent for everybody else."""

    def test_days_are_asked_once_and_given_once(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        ends_at = customer.person.subscription.ends_at
        assert ends_at is not None
        group.taps("➕ 3")
        assert customer.person.subscription.ends_at == ends_at
        group.taps("Yes")
        assert customer.person.subscription.ends_at == ends_at + timedelta(days=3)
        group.harness.again()
        assert customer.person.subscription.ends_at == ends_at + timedelta(days=3)
        group.taps("Back to the card")
        assert group.card().labels[0] == ["➕ 1", "➕ 3", "➕ 7"]

    def test_no_button_leads_out_of_the_topic(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        for label in (
            "➕ 3",
            "Back to the card",
            "Pause",
            "Back to the card",
            "👤 Card",
            "Back",
            "Check now",
            "Prepared",
        ):
            group.taps(label)
            data = [button.callback_data for row in group.messages()[0].buttons for button in row]
            assert all(str(each).startswith(("sup:", "adm:act:")) for each in data), label

    @pytest.mark.parametrize("data", ["home", "adm:home", "adm:team", "adm:who:x", "adm:cast", "try", "money:x"])
    def test_other_buttons_in_the_group_are_silence(
        self, group: OperatorsGroup, customer: ChatUser, data: str
    ) -> None:
        group.asks(customer, "Hello?")
        before = group.harness.telegram.messages(GROUP)
        group.tap(data, group.card())
        assert group.harness.telegram.messages(GROUP) == before

    def test_taps_of_people_without_a_role_change_nothing(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        before, person = group.harness.telegram.messages(GROUP), customer.person
        for row in group.card().buttons:
            for button in row:
                group.tap(str(button.callback_data), group.card(), OUTSIDER)
        assert (group.harness.telegram.messages(GROUP), customer.person) == (before, person)


class TestClosing:
    """A conversation is closed by a button or a word, and opened by the customer's next message."""

    @pytest.mark.parametrize("way", ["button", "word"])
    def test_the_customer_is_told_once_and_the_topic_is_closed(
        self, group: OperatorsGroup, customer: ChatUser, way: str
    ) -> None:
        group.asks(customer, "Hello?")
        group.taps("✅ Close") if way == "button" else group.writes("/close")
        assert [message.words for message in customer.chat if "closed your question" in message.words] != []
        group.harness.passes(minutes=2)
        assert group.harness.telegram.closed == {group.threads[0]}
        topic = customer.person.topic
        assert topic is not None
        assert (topic.state, topic.closed_there) == (TopicState.CLOSED, True)
        group.asks(customer, "One more thing")
        assert group.harness.telegram.closed == set()
        assert group.words()[-1] == "One more thing"

    def test_after_it_words_are_offered_to_be_passed_on(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.asks(customer, "Hello?")
        group.writes("/close")
        customer.sends("thanks")
        customer.sees("Pass this on to us?")
        customer.taps("Pass on")
        assert group.words()[-1] == "thanks"
