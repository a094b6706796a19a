"""While a circuit breaker is open, only an administrator who looks at the server or changes it calls its panel."""

from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import shop_in_memory
from tests.functional.conversation.administrator import ADMIN, at_field, at_server
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.usecases.reconciled_servers import change, with_servers
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import PanelTrouble


@pytest.fixture
def harness() -> ChatHarness:
    """Two servers, one with a circuit breaker that stays open for four minutes."""
    shop = with_servers(shop_in_memory(), "de", "nl")
    shop.guarded = True
    shop.tokens.put("nl", "token of nl")
    since, until = shop.clock() - timedelta(minutes=12), shop.clock() + timedelta(minutes=4)
    shop.servers.breakers["nl"] = Breaker(7, until, since, "no answer", PanelTrouble.TIMED_OUT)
    return ChatHarness(shop, admin_ids=frozenset({ADMIN}))


def test_opening_the_servers_screen_calls_its_panel(harness: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/servers")
    admin.sees("🔴 🇳🇱 nl")
    admin.taps("nl")
    admin.sees("🟢 🇳🇱 nl")
    assert harness.shop.servers.breakers == {}


def test_check_now_calls_the_panel_at_once(harness: ChatHarness, admin: ChatUser) -> None:
    breakers = dict(harness.shop.servers.breakers)
    harness.shop.panel.fault_mode = FaultMode.DOWN
    at_server(admin)
    admin.sees("🔴 🇳🇱 nl")
    assert harness.shop.servers.breakers == breakers, (
        "a failed call of an administrator does not keep the breaker open longer"
    )
    harness.shop.panel.fault_mode = FaultMode.FINE
    admin.taps("Check now")
    admin.sees("🟢 🇳🇱 nl")
    assert admin.toast == "🔄 Checked just now."


@pytest.mark.parametrize(
    ("label", "answer"), [("Address", "https://new.example"), ("Token", "right-one"), ("Capacity", "300")]
)
def test_a_change_by_the_administrator_calls_the_panel_at_once(
    harness: ChatHarness, admin: ChatUser, label: str, answer: str
) -> None:
    at_field(admin, label)
    admin.sends(answer)
    admin.sees("Saved", "🟢 🇳🇱 nl")
    assert harness.shop.servers.breakers == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_address_of_another_server_is_rejected_and_the_question_repeated(
    harness: ChatHarness, language: Language
) -> None:
    admin = harness.user(language, ADMIN)
    change(harness.shop, "de", address="https://de.example/base")
    admin.sends("/servers")
    harness.deliver(admin.tap("servers:field:nl:address", admin.screen.id))
    question = admin.screen.words
    admin.sends("https://de.example/base/panel")
    admin.sees(harness.messages.text(language, "adding-known", {"by": "", "user": ""}), question)
    assert harness.shop.servers.get("nl").address == ""
    admin.sends("https://new.example")
    assert harness.shop.servers.get("nl").address == "https://new.example"
