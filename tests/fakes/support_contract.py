"""The storage contract for the state of the operators' chat."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.scheduling import REPORT_SUPPORT_TROUBLE, Due, kind_of
from vpnbot.domain.support_chat import ChatTrouble, SupportChat

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
