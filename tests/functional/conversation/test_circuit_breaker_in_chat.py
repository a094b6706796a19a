"""A panel that was away is left alone by everybody but an administrator, who gets through to it at once."""

from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.test_servers_in_chat import ADMIN, at_field, at_server
from tests.functional.usecases.reconciled_servers import change, with_servers
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import PanelTrouble


@pytest.fixture
def harness() -> ChatHarness:
    """Nobody is to ask the panel of one of two servers for four minutes yet."""
    shop = with_servers(shop_in_memory(), "de", "nl")
    shop.guarded = True
    shop.tokens.put("nl", "token of nl")
    since, until = shop.clock() - timedelta(minutes=12), shop.clock() + timedelta(minutes=4)
    shop.servers.breakers["nl"] = Breaker(7, until, since, "no answer", PanelTrouble.TIMED_OUT)
    return ChatHarness(shop, admin_ids=frozenset({ADMIN}))


@pytest.fixture
def admin(harness: ChatHarness) -> ChatUser:
    return harness.user("en", ADMIN)


def test_looking_at_it_asks_it(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/servers")
    admin.sees("🔴 🇳🇱 nl")
    admin.taps("nl")
    admin.sees("🟢 🇳🇱 nl")
    assert harness.shop.servers.breakers == {}


def test_checking_now_is_now(harness: ChatHarness, admin: ChatUser) -> None:
    breakers = dict(harness.shop.servers.breakers)
    harness.shop.panel.fault_mode = FaultMode.DOWN
    at_server(admin)
    admin.sees("🔴 🇳🇱 nl")
    assert harness.shop.servers.breakers == breakers, "a look in vain makes nobody wait longer"
    harness.shop.panel.fault_mode = FaultMode.FINE
    admin.taps("Check now")
    admin.sees("🟢 🇳🇱 nl")
    assert admin.toast == "🔄 Checked just now."


@pytest.mark.parametrize(
    ("label", "answer"), [("Address", "https://new.example"), ("Token", "right-one"), ("Capacity", "300")]
)
def test_what_mends_it_need_not_wait(harness: ChatHarness, admin: ChatUser, label: str, answer: str) -> None:
    at_field(admin, label)
    admin.sends(answer)
    admin.sees("Saved", "🟢 🇳🇱 nl")
    assert harness.shop.servers.breakers == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_panel_of_another_server_is_not_taken_and_another_one_asked_for(
    harness: ChatHarness, language: Language
) -> None:
    admin = harness.user(language, ADMIN)
    change(harness.shop, "de", address="https://de.example/base")
    admin.sends("/servers")
    harness.deliver(admin.tap("servers:field:nl:address", admin.screen.id))
    question = admin.screen.words
    admin.sends("https://de.example/base/panel")
    admin.sees(harness.messages.text(language, "adding-known"), question)
    assert harness.shop.servers.get("nl").address == ""
    admin.sends("https://new.example")
    assert harness.shop.servers.get("nl").address == "https://new.example"
