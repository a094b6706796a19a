"""The storage contract for the state of the operators' chat."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.message_pairs import Pair, Side
from vpnbot.domain.scheduling import REPORT_SUPPORT_TROUBLE, Due, kind_of
from vpnbot.domain.staff.acts import Act, SupportAct, month_of, written
from vpnbot.domain.support_chat import ChatTrouble, Place, SupportChat
from vpnbot.domain.support_rate import MOST_A_MINUTE
from vpnbot.domain.topics import Topic
from vpnbot.usecases.decide import Decision, apply_fact

GROUP, SUPERGROUP = -100_500, -100_900


class TestSupportChatState:
    """The state is kept for one chat, replaced only by a process that has read the latest, and due for its report."""

    def test_nothing_is_known_about_a_chat_at_first(self, shop: Shop) -> None:
        assert shop.support_chat.load(GROUP) == SupportChat(GROUP)

    def test_what_was_saved_is_loaded_and_due(self, shop: Shop) -> None:
        moved = SupportChat(GROUP).moved(SUPERGROUP)
        failed = moved.failed(ChatTrouble.NOT_FOUND, START, timedelta(minutes=1))
        assert shop.support_chat.save(SupportChat(GROUP), failed)
        loaded = shop.support_chat.load(GROUP)
        assert loaded == replace(failed, version=1)
        assert (loaded.chat_id, loaded.waits_until) == (SUPERGROUP, START + timedelta(minutes=1))
        (item,) = shop.index.due(START, 10)
        assert kind_of(item) is REPORT_SUPPORT_TROUBLE
        assert shop.support_chat.save(loaded, loaded.working())
        assert shop.index.next_due() is None
        assert shop.support_chat.load(GROUP).chat_id == SUPERGROUP

    def test_another_chat_in_the_settings_starts_without_trouble(self, shop: Shop) -> None:
        failed = SupportChat(GROUP).moved(SUPERGROUP).failed(ChatTrouble.NOT_FOUND, START)
        assert shop.support_chat.save(SupportChat(GROUP), failed)
        other = shop.support_chat.load(77)
        assert other == SupportChat(77, version=1, due=Due(START))
        assert shop.support_chat.save(other, other.working())
        assert shop.support_chat.load(77).due is None

    def test_a_state_that_changed_meanwhile_is_not_replaced(self, shop: Shop) -> None:
        first = shop.support_chat.load(GROUP)
        assert shop.support_chat.save(first, first.failed(ChatTrouble.NO_ANSWER, START))
        assert not shop.support_chat.save(first, first.moved(SUPERGROUP))
        second = shop.support_chat.load(GROUP)
        (item,) = shop.index.due(START + timedelta(hours=1), 10)
        assert shop.index.claim(item, START + timedelta(hours=1))
        assert not shop.support_chat.save(second, second.working()), "a worker has the claim of its report"
        assert shop.support_chat.load(GROUP).trouble is ChatTrouble.NO_ANSWER

    def test_a_choice_is_written_with_its_act_or_not_at_all(self, shop: Shop) -> None:
        first = shop.support_chat.load(GROUP)
        act = Act("act:1:1", SupportAct.GROUP, "admin:x", "", START, value="Operators")
        assert shop.support_chat.save(first, first.chosen(SUPERGROUP, "en", topics=True), written(act))
        later = replace(act, cause="act:1:2")
        assert not shop.support_chat.save(first, first.chosen(77, "en", topics=True), written(later))
        assert shop.support_chat.load(GROUP).chat_id == SUPERGROUP
        assert list(shop.staff.acts.page(month_of(START), limit=10)) == [act]


PERSON = PersonId("p-1")


class TestSupportRecords:
    """Whose topics are, pairs of messages, and how much a group has got."""

    def test_a_topic_is_found_until_its_person_leaves_it(self, shop: Shop) -> None:
        shop.arrives()
        session = shop.open()
        topic = Topic(chat_id=GROUP, thread_id=7)
        apply_fact(session, shop.context, lambda person: Decision(replace(person, topic=topic)))
        records = shop.support_records
        assert records.person_of(Place(GROUP, 7)) == session.person.id
        assert records.person_of(Place(SUPERGROUP, 7)) is None
        moved = replace(topic, thread_id=8)
        apply_fact(session, shop.context, lambda person: Decision(replace(person, topic=moved)))
        assert (records.person_of(Place(GROUP, 7)), records.person_of(Place(GROUP, 8))) == (None, session.person.id)
        leaving = moved.leaving(START)
        apply_fact(session, shop.context, lambda person: Decision(replace(person, topic=leaving)))
        assert records.person_of(Place(GROUP, 8)) is None
        assert shop.look().topic == leaving

    def test_the_staff_are_told_of_a_topic_of_nobody_by_one_update(self, shop: Shop) -> None:
        records = shop.support_records
        assert records.tells_of_orphan(Place(GROUP, 7), "update:1:1", START)
        assert not records.tells_of_orphan(Place(GROUP, 7), "update:1:2", START)
        assert records.tells_of_orphan(Place(GROUP, 7), "update:1:1", START), "the answer was lost"
        assert records.tells_of_orphan(Place(GROUP, 8), "update:1:2", START)
        assert records.person_of(Place(GROUP, 7)) is None

    def test_pairs_are_found_by_the_original_until_they_are_erased(self, shop: Shop) -> None:
        records = shop.support_records
        pair = Pair(Side.IN, 5, GROUP, 6, START)
        records.remember(PERSON, pair)
        records.remember(PERSON, replace(pair, copy=9))
        records.remember(PERSON, replace(pair, side=Side.OUT, copy=11))
        assert records.pair(PERSON, Side.IN, 5) == replace(pair, copy=9)
        assert records.pair(PERSON, Side.OUT, 5) == replace(pair, side=Side.OUT, copy=11)
        assert records.pair(PERSON, Side.IN, 6) is None
        assert records.pair(PersonId("p-2"), Side.IN, 5) is None
        assert records.erase(PERSON)
        assert records.pair(PERSON, Side.IN, 5) is None

    def test_a_group_gets_so_many_messages_a_minute_and_no_more(self, shop: Shop) -> None:
        records = shop.support_records
        for second in range(MOST_A_MINUTE):
            assert records.take(GROUP, 1, START + timedelta(seconds=second)) is None
        now = START + timedelta(seconds=30)
        assert records.take(GROUP, 1, now) == START + timedelta(minutes=1)
        assert records.take(GROUP, 3, now) == START + timedelta(minutes=1, seconds=2)
        assert records.take(GROUP, 3, START + timedelta(minutes=1, seconds=2)) is None
        assert records.take(SUPERGROUP, MOST_A_MINUTE, now) is None, "another group"
