"""The group for questions: what it lacks is said at once, its choice is an act, and orphan topics are reported."""

from datetime import timedelta

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.operators_group import GROUP, OUTSIDER, OWNER, OperatorsGroup
from vpnbot.domain.staff.acts import Act, SupportAct, month_of
from vpnbot.domain.support_chat import ChatTrouble, Place

KICKED = Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
MUTE = Refusal(400, "Bad Request: not enough rights to send text messages to the chat")


@pytest.fixture
def customer(harness: ChatHarness) -> ChatUser:
    """A customer on trial."""
    user = harness.user("en")
    situations.running(user)
    return user


@pytest.fixture
def group(harness: ChatHarness) -> OperatorsGroup:
    """A group that an owner has chosen, who has also opened the bot."""
    group = OperatorsGroup(harness)
    group.chosen_by()
    owner(group).sends("/start")
    return group


def owner(group: OperatorsGroup) -> ChatUser:
    """Return the owner, in the own chat."""
    return group.harness.user("en", OWNER)


def acts(harness: ChatHarness) -> list[Act]:
    """Return the choices of a group in the log of acts."""
    found = harness.shop.staff.acts.page(month_of(harness.shop.clock()), limit=20)
    return [act for act in found if act.kind == SupportAct.GROUP]


class TestTheChoice:
    """A choice of a group is an act of an owner, once, and what the group lacks is said."""

    def test_it_is_in_the_log_of_acts_once_and_the_owner_reads_it_there(self, group: OperatorsGroup) -> None:
        group.harness.again()
        (act,) = acts(group.harness)
        assert (act.value, act.before, act.actor) == (
            "Operators",
            str(OPERATORS),
            f"admin:{owner(group).person.id}",
        )
        owner(group).sends("/admin")
        owner(group).taps("📒 Acts")
        assert "group for questions" in owner(group).screen.words

    def test_a_choice_that_is_not_stored_is_not_in_the_log(self, harness: ChatHarness) -> None:
        harness.telegram.forum = False
        group = OperatorsGroup(harness)
        group.chosen_by()
        assert acts(harness) == []

    def test_who_confirms_after_another_owner_changes_nothing(self, group: OperatorsGroup) -> None:
        group.writes("/support_here", OWNER, thread=None)
        group.taps("Yes, here")
        assert len(acts(group.harness)) == 1
        assert group.harness.telegram.messages(GROUP)[-1].words.startswith("✅ Questions come here now")

    @pytest.mark.parametrize(
        ("lacks", "words"),
        [
            ("administrator", "I'm not an administrator."),
            ("can_manage_topics", "I may not manage topics."),
        ],
    )
    def test_without_what_topics_need_it_is_refused_with_the_reason(
        self, harness: ChatHarness, lacks: str, words: str
    ) -> None:
        harness.telegram.lacks = {lacks}
        group = OperatorsGroup(harness)
        group.chosen_by()
        assert harness.telegram.messages(GROUP)[-1].words.startswith(words)
        assert harness.shop.support_chat.load(OPERATORS).chat_id == OPERATORS
        harness.telegram.lacks = set()
        group.taps("Refresh")
        assert harness.shop.support_chat.load(OPERATORS).chat_id == GROUP

    def test_all_that_is_missing_is_said_at_once(self, harness: ChatHarness) -> None:
        harness.telegram.forum, harness.telegram.lacks = False, {"can_manage_topics", "can_delete_messages"}
        OperatorsGroup(harness).chosen_by()
        words = harness.telegram.messages(GROUP)[-1].words
        assert all(part in words for part in ("Topics are off.", "manage topics", "delete messages"))

    def test_without_the_right_to_delete_it_is_chosen_with_a_word_about_it(self, harness: ChatHarness) -> None:
        harness.telegram.lacks = {"can_delete_messages"}
        OperatorsGroup(harness).chosen_by()
        words = harness.telegram.messages(GROUP)[-1].words
        assert words.startswith("✅ Questions come here now")
        assert "I may not delete messages" in words
        assert harness.shop.support_chat.load(OPERATORS).chat_id == GROUP

    def test_without_topics_no_right_is_asked_for(self, harness: ChatHarness) -> None:
        harness.telegram.lacks = {"administrator"}
        group = OperatorsGroup(harness)
        group.chosen_by()
        group.taps("Without topics")
        assert harness.telegram.messages(GROUP)[-1].words.endswith("reply to the line below a question.")


class TestTry:
    """A test of the group shows at once what is wrong with it."""

    def tries(self, group: OperatorsGroup) -> str:
        """Let the owner try the group; return what they read."""
        chat = owner(group)
        chat.sends("/admin")
        chat.taps("💬 Questions")
        chat.taps("🔄 Try")
        return chat.screen.words

    def test_a_group_that_works_has_the_test(self, group: OperatorsGroup) -> None:
        assert self.tries(group) == "✅ Operators has my test message."
        assert group.harness.telegram.messages(GROUP)[-1].words == "🔔 A test: I can write here."

    @pytest.mark.parametrize(
        ("refusal", "words"),
        [
            (KICKED, "I'm not in the support group any more."),
            (MUTE, "I may not write in the support group."),
            (Refusal(429, "Too Many Requests", retry_after=30), "Telegram isn't taking messages"),
            (Refusal(0), "Telegram isn't taking messages"),
        ],
    )
    def test_why_it_does_not_work_is_said_with_a_way_on(
        self, group: OperatorsGroup, refusal: Refusal, words: str
    ) -> None:
        chat = owner(group)
        chat.sends("/admin")
        chat.taps("💬 Questions")
        group.harness.telegram.refuse("sendMessage", refusal)
        chat.taps("🔄 Try")
        assert chat.screen.words.startswith(words)
        assert chat.screen.labels[0] == ["🔄 Try"]

    def test_rights_that_were_taken_away_are_named(self, group: OperatorsGroup) -> None:
        group.harness.telegram.lacks = {"can_manage_topics", "can_delete_messages"}
        words = self.tries(group)
        assert "I may not manage topics." in words
        assert "I may not delete messages" in words

    def test_a_group_that_became_another_is_followed(self, group: OperatorsGroup) -> None:
        chat = owner(group)
        chat.sends("/admin")
        chat.taps("💬 Questions")
        moved = Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=-100_888)
        group.harness.telegram.refuse("sendMessage", moved)
        chat.taps("🔄 Try")
        assert chat.screen.words.startswith("✅")
        assert group.harness.shop.support_chat.load(OPERATORS).chat_id == -100_888
        assert group.harness.telegram.messages(-100_888)[-1].words.startswith("🔔")

    def test_topics_come_back_after_the_trouble_and_waiting_questions_follow(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        refused = Refusal(400, "Bad Request: not enough rights to create a topic")
        group.harness.telegram.refuse("createForumTopic", refused)
        group.asks(customer, "flat")
        state = group.harness.shop.support_chat
        assert state.load(OPERATORS).trouble is ChatTrouble.NO_TOPICS
        group.harness.telegram.lacks = {"can_manage_topics"}
        assert "I may not manage topics" in self.tries(group)
        assert not state.load(OPERATORS).topics
        group.harness.telegram.lacks = set()
        assert self.tries(group).startswith("✅")
        assert (state.load(OPERATORS).topics, state.load(OPERATORS).trouble) == (True, None)
        group.asks(customer, "in a topic")
        assert group.words() == ["in a topic"]

    def test_a_chat_chosen_without_topics_stays_without(self, harness: ChatHarness) -> None:
        harness.telegram.forum = False
        group = OperatorsGroup(harness)
        group.chosen_by()
        group.taps("Without topics")
        owner(group).sends("/start")
        harness.telegram.forum = True
        assert self.tries(group) == "✅ Operators has my test message."
        assert not harness.shop.support_chat.load(OPERATORS).topics

    def test_a_group_that_works_again_gets_what_waits_without_a_pause(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.harness.telegram.refuse("createForumTopic", *[KICKED] * 12)
        group.asks(customer, "Hello?")
        group.harness.passes(hours=1)
        assert customer.person.questions
        group.harness.telegram.refusals.clear()
        waits_until = group.harness.shop.support_chat.load(OPERATORS).waits_until
        assert waits_until is not None
        assert waits_until - group.harness.shop.clock() > timedelta(minutes=1)
        assert self.tries(group).startswith("✅")
        assert group.harness.shop.support_chat.load(OPERATORS).waits_until is None

    def test_many_taps_do_not_use_up_the_minute_of_the_group(self, group: OperatorsGroup) -> None:
        group.harness.telegram.lacks = {"can_delete_messages"}
        self.tries(group)
        chat = owner(group)
        for _ in range(40):
            chat.taps("🔄 Try")
        tests = [m for m in group.harness.telegram.messages(GROUP) if m.words.startswith("🔔")]
        assert len(tests) <= 18
        assert chat.screen.words.startswith("⏳")

    def test_the_report_of_trouble_has_the_button(self, group: OperatorsGroup, customer: ChatUser) -> None:
        group.harness.shop.admin_ids = frozenset({OWNER})
        group.harness.telegram.refuse("createForumTopic", *[KICKED] * 3)
        group.asks(customer, "Hello?")
        group.harness.passes(minutes=3)
        report = next(message for message in owner(group).chat if message.words.startswith("⚠️"))
        assert report.labels[0] == ["🔄 Try"]
        assert "Please add me back" in report.words

    def test_others_do_not_see_it(self, group: OperatorsGroup, customer: ChatUser) -> None:
        for forged in ("adm:group", "adm:group:try"):
            group.harness.deliver(customer.tap(forged, customer.screen.id))
        assert not any(message.words.startswith("🔔") for message in group.harness.telegram.messages(GROUP))


class TestTopicsOfNobody:
    """A member of the staff who writes where no customer reads is told so once."""

    def orphan(self, group: OperatorsGroup) -> int:
        """Return a topic that belongs to no customer."""
        group.harness.telegram.topics[77] = "Team"
        return 77

    def said(self, group: OperatorsGroup) -> list[str]:
        """Return what the bot says there."""
        return [message.words for message in group.harness.telegram.messages(GROUP) if message.thread == 77]

    def test_it_is_said_once(self, group: OperatorsGroup) -> None:
        thread = self.orphan(group)
        group.writes("anybody there?", thread=thread)
        group.writes("hello?", thread=thread)
        (words,) = self.said(group)
        assert words.startswith("🤷 No customer belongs to this topic")

    def test_a_repeated_delivery_after_a_lost_answer_says_it(self, group: OperatorsGroup) -> None:
        thread = self.orphan(group)
        group.harness.telegram.refuse("sendMessage", Refusal(500))
        group.writes("anybody there?", thread=thread)
        assert self.said(group) == []
        group.harness.again()
        assert len(self.said(group)) == 1

    @pytest.mark.parametrize(("text", "user_id"), [("// among us", OWNER), ("hello", OUTSIDER)])
    def test_notes_and_people_without_a_role_get_silence(
        self, group: OperatorsGroup, text: str, user_id: int
    ) -> None:
        group.writes(text, user_id, thread=self.orphan(group))
        assert self.said(group) == []

    def test_the_general_topic_is_no_orphan(self, group: OperatorsGroup) -> None:
        before = len(group.harness.telegram.messages(GROUP))
        group.writes("good morning", thread=None)
        assert len(group.harness.telegram.messages(GROUP)) == before

    def test_it_is_said_of_a_topic_that_a_deleted_person_has_left(
        self, group: OperatorsGroup, customer: ChatUser
    ) -> None:
        group.asks(customer, "Hello?")
        (thread,) = group.threads
        refused = Refusal(400, "Bad Request: not enough rights to delete the topic")
        group.harness.telegram.refuse("deleteForumTopic", refused)
        group.harness.deliver(customer.tap("delete_all", customer.screen.id))
        group.harness.passes(minutes=3)
        group.writes("where are you?", thread=thread)
        assert group.words(thread)[-1].startswith("🤷 No customer belongs to this topic")
        records = group.harness.shop.support_records
        assert records.person_of(Place(GROUP, thread)) is None
