"""The storage contract for conversation states."""

import pytest

from tests.fakes.contract import CHAT, entry, met
from tests.fakes.shop import Shop
from vpnbot.errors import AlreadyDecided, Conflict


class TestConversationStates:
    """States are staged in memory, and written by a commit or by a flush."""

    def test_a_staged_state_is_written_with_the_commit(self, shop: Shop) -> None:
        session = shop.open()
        session.states.stage(CHAT, state="asking", data_json='{"a": 1}')
        session.states.mark("callback", 7)
        assert session.states.get(CHAT).state == "asking"
        assert shop.open().states.get(CHAT).state is None
        met(session)
        loaded = shop.open().states
        assert (loaded.get(CHAT).state, loaded.get(CHAT).data_json) == ("asking", '{"a": 1}')
        assert loaded.moved("callback", 7)
        assert not loaded.moved("callback", 8)
        assert not loaded.moved("message", 7)

    def test_a_rejected_commit_writes_no_state(self, shop: Shop) -> None:
        met(shop.open())
        session = shop.open()
        session.states.stage(CHAT, state="asking", data_json="{}")
        with pytest.raises(AlreadyDecided):
            session.commit(session.person, entry("update:1:1"))
        assert shop.open().states.get(CHAT).state is None

    def test_a_flush_writes_staged_states_and_succeeds_without_any(self, shop: Shop) -> None:
        session = shop.open()
        session.flush()
        session.states.stage(CHAT, state="asking", data_json="{}")
        session.flush()
        session.flush()
        assert shop.open().states.get(CHAT).state == "asking"
        assert shop.look().user.version == 0

    def test_several_conversations_are_flushed_together(self, shop: Shop) -> None:
        session = shop.open()
        session.states.stage(CHAT, state="a", data_json="{}")
        session.states.stage("7:42:43", state="b", data_json="{}")
        session.flush()
        states = shop.open().states
        assert (states.get(CHAT).state, states.get("7:42:43").state) == ("a", "b")
        session.states.clear()
        session.flush()
        assert shop.open().states.get(CHAT).state is None

    def test_a_commit_removes_cleared_states_even_if_another_update_changed_them(self, shop: Shop) -> None:
        met(shop.open())
        session, other = shop.open(), shop.open()
        session.states.clear()
        other.states.stage(CHAT, state="asking", data_json="{}")
        other.states.mark("message", 7)
        other.flush()
        session.reload()
        session.commit(session.person, entry("update:1:9"))
        left = shop.open().states
        assert left.get(CHAT).state is None
        assert not left.moved("message", 7)

    def test_a_flush_of_cleared_states_that_another_update_changed_conflicts(self, shop: Shop) -> None:
        first = shop.open()
        first.states.stage(CHAT, state="asking", data_json="{}")
        first.flush()
        session = shop.open()
        first.states.stage(CHAT, state=None, data_json="{}")
        first.flush()
        session.states.clear()
        with pytest.raises(Conflict):
            session.flush()

    @pytest.mark.parametrize("conversations", [1, 2])
    def test_the_second_of_two_updates_that_change_a_conversation_conflicts(
        self, shop: Shop, conversations: int
    ) -> None:
        sessions = [shop.open(), shop.open()]
        for session in sessions:
            for number in range(conversations):
                session.states.stage(f"{CHAT}{number}", state="asking", data_json="{}")
        sessions[0].flush()
        with pytest.raises(Conflict):
            sessions[1].flush()

    def test_a_commit_conflicts_if_another_update_changed_the_conversation(self, shop: Shop) -> None:
        met(shop.open())
        message, tap = shop.open(), shop.open()
        message.states.stage(CHAT, state="a", data_json="{}")
        tap.states.stage(CHAT, state="b", data_json="{}")
        message.flush()
        with pytest.raises(Conflict):
            tap.commit(tap.person, entry("update:1:2"))
        assert shop.history() == ["update:1:1"]

    def test_a_reload_keeps_staged_states_and_marks(self, shop: Shop) -> None:
        met(shop.open())
        message, tap = shop.open(), shop.open()
        message.states.stage(CHAT, state="a", data_json="{}")
        message.states.mark("message", 5)
        message.flush()
        tap.states.stage(CHAT, state="b", data_json='{"n": 2}')
        tap.states.mark("callback", 9)
        tap.reload()
        tap.commit(tap.person, entry("update:1:2"))
        states = shop.open().states
        assert (states.get(CHAT).state, states.get(CHAT).data_json) == ("b", '{"n": 2}')
        assert states.moved("callback", 9)
        assert states.moved("message", 5)
