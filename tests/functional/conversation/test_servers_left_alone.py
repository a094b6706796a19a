"""A panel that was away is left alone by everybody but an administrator, who gets through to it at once."""

from datetime import timedelta

import pytest

from tests.fakes.panel import Mood
from tests.fakes.world import world_in_memory
from tests.functional.conversation.stage import Language, Somebody, Stage
from tests.functional.conversation.test_servers_in_chat import ADMIN, at_field, at_server
from tests.functional.usecases.rounds import change, with_servers
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.errors import PanelTrouble


@pytest.fixture
def stage() -> Stage:
    """Nobody is to ask the panel of one of two servers for four minutes yet."""
    world = with_servers(world_in_memory(), "de", "nl")
    world.guarded = True
    world.tokens.put("nl", "token of nl")
    since, until = world.clock() - timedelta(minutes=12), world.clock() + timedelta(minutes=4)
    world.servers.breakers["nl"] = Breaker(7, until, since, "no answer", PanelTrouble.TIMED_OUT)
    return Stage(world, admin_ids=frozenset({ADMIN}))


@pytest.fixture
def admin(stage: Stage) -> Somebody:
    return stage.somebody("en", ADMIN)


def test_looking_at_it_asks_it(stage: Stage, admin: Somebody) -> None:
    admin.sends("/servers")
    admin.sees("🔴 🇳🇱 nl")
    admin.taps("nl")
    admin.sees("🟢 🇳🇱 nl")
    assert stage.world.servers.breakers == {}


def test_checking_now_is_now(stage: Stage, admin: Somebody) -> None:
    breakers = dict(stage.world.servers.breakers)
    stage.world.panel.mood = Mood.DOWN
    at_server(admin)
    admin.sees("🔴 🇳🇱 nl")
    assert stage.world.servers.breakers == breakers, "a look in vain makes nobody wait longer"
    stage.world.panel.mood = Mood.FINE
    admin.taps("Check now")
    admin.sees("🟢 🇳🇱 nl")
    assert admin.toast == "🔄 Checked just now."


@pytest.mark.parametrize(
    ("label", "answer"), [("Address", "https://new.example"), ("Token", "right-one"), ("Capacity", "300")]
)
def test_what_mends_it_need_not_wait(stage: Stage, admin: Somebody, label: str, answer: str) -> None:
    at_field(admin, label)
    admin.sends(answer)
    admin.sees("Saved", "🟢 🇳🇱 nl")
    assert stage.world.servers.breakers == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_panel_of_another_server_is_not_taken_and_another_one_asked_for(stage: Stage, language: Language) -> None:
    admin = stage.somebody(language, ADMIN)
    change(stage.world, "de", address="https://de.example/base")
    admin.sends("/servers")
    stage.deliver(admin.tap("servers:field:nl:address", admin.screen.id))
    question = admin.screen.words
    admin.sends("https://de.example/base/panel")
    admin.sees(stage.wording.text(language, "adding-known"), question)
    assert stage.world.servers.get("nl").address == ""
    admin.sends("https://new.example")
    assert stage.world.servers.get("nl").address == "https://new.example"
