"""A person looks at their servers: which work, which do not, and what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.functional.conversation import journey_screens, situations
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.journey_screens import LANGUAGES
from tests.functional.conversation.label_width import too_wide
from tests.functional.usecases.reconciled_servers import change, with_servers
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.plans.plan_checks import LARGEST_KEYS
from vpnbot.domain.servers.circuit_breaker import Breaker
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import ServerState
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.telegram.customer.servers_screens import button

COUNTRIES = {"de": "DE", "fi": "FI", "nl": "NL"}
BROKEN: dict[str, str] = {"en": "VPN doesn't work", "ru": "VPN не работает"}
SERVERS: dict[str, str] = {"en": "🌍 Servers", "ru": "🌍 Серверы"}


@pytest.fixture
def harness(harness: ChatHarness) -> ChatHarness:
    """Three servers, each with its country; a person gets a key on each."""
    with_servers(harness.shop, *COUNTRIES)
    harness.shop.guarded = True
    for server_id, country in COUNTRIES.items():
        stands_in(harness, server_id, country)
    return harness


def stands_in(harness: ChatHarness, server_id: str, country: str) -> None:
    """Name a server by its country."""
    endpoint = harness.shop.servers.get(server_id).endpoint
    assert endpoint is not None
    named = replace(endpoint, title="", country=country)
    change(harness.shop, server_id, title="", country=country, endpoint=named)


def opens(user: ChatUser) -> None:
    """Open the screen from the diagnosis."""
    user.sends("/help")
    user.taps(SERVERS[user.language])
    assert not user.harness.quarantine.updates


def changes(user: ChatUser, server_id: str, change_of: Callable[[Access], Access]) -> None:
    """Change the person's key on one server."""
    session = user.harness.shop.open(user.user_id)
    session.commit(session.person.with_accesses(lambda a: change_of(a) if a.server_id == server_id else a))


def fails(user: ChatUser, server_id: str, trouble: PanelTrouble, *, refuses: bool = False) -> None:
    """Open the circuit breaker of a panel for the next minutes."""
    shop = user.harness.shop
    until = shop.clock() + timedelta(minutes=4)
    shop.servers.breakers[server_id] = Breaker(3, until, shop.clock(), "", trouble, refuses=refuses)


def uses_the_app(user: ChatUser) -> None:
    """Let the person's app load the link, so that the diagnosis looks past it."""
    key, now = user.person.subscription.key, user.harness.shop.clock()
    assert key is not None
    user.harness.shop.people.open(user.person.id).record_load(key, LinkFetch(now, now, "happ", key.tag))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_servers_are_named_while_no_failure_is_known(harness: ChatHarness, language: Language) -> None:
    user, shown = harness.user(language), journey_screens.SERVERS[language]
    situations.running(user)
    opens(user)
    assert user.screen.words == shown.text
    user.sees_buttons(shown.keyboard)
    assert not too_wide(user.screen.labels)
    user.taps("🔄")
    assert user.screen.words == shown.text
    assert user.toast == harness.messages.text(language, "toast-my-servers")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "✅ 🇫🇮 Finland 🔧 Being repaired: 🇩🇪 Germany ⏳ Making the key: 🇳🇱 Netherlands "
            "Choose another server in the app.",
        ),
        (
            "ru",
            "✅ 🇫🇮 Финляндия 🔧 Чиним: 🇩🇪 Германия ⏳ Готовим ключ: 🇳🇱 Нидерланды "
            "Выберите другой сервер в приложении.",
        ),
    ],
)
def test_a_panel_that_is_silent_and_a_key_that_is_being_made_are_shown(
    harness: ChatHarness, language: Language, words: str
) -> None:
    harness.shop.panel.away = {"nl"}
    user = harness.user(language)
    situations.running(user)
    harness.shop.servers.breakers.clear()
    user.sends("/help")
    harness.shop.servers.breakers.clear()
    fails(user, "de", PanelTrouble.TIMED_OUT)
    user.taps(SERVERS[language])
    user.sees(words)
    assert len(user.screen.words.split()) <= 30


@pytest.mark.parametrize(("trouble", "works"), [(PanelTrouble.WRONG_TOKEN, True), (PanelTrouble.NO_INBOUND, False)])
def test_a_panel_that_refuses_our_calls_says_nothing_about_the_vpn(
    harness: ChatHarness, trouble: PanelTrouble, works: bool
) -> None:
    user = harness.user("en")
    situations.running(user)
    fails(user, "de", trouble, refuses=True)
    opens(user)
    user.sees("✅ 🇩🇪 Germany" if works else "🔧 Being repaired: 🇩🇪 Germany")


def test_a_key_that_moves_is_shown_with_the_server_that_it_leaves(harness: ChatHarness) -> None:
    user = harness.user("en")
    situations.running(user)
    changes(user, "de", lambda access: replace(access, leaving_at=harness.shop.clock()))
    opens(user)
    user.sees("✅ 🇫🇮 Finland, 🇳🇱 Netherlands ⏸ Moving elsewhere: 🇩🇪 Germany Choose another server")


def test_a_key_that_the_panel_lost_is_being_made_again(harness: ChatHarness) -> None:
    user = harness.user("en")
    situations.running(user)
    user.sends("/help")
    changes(user, "de", lambda access: access.marked_out_of_sync(harness.shop.clock()))
    user.taps(SERVERS["en"])
    user.sees("⏳ Making the key: 🇩🇪 Germany")


def test_what_the_diagnosis_has_found_is_not_denied(harness: ChatHarness) -> None:
    """A core that stopped opens no circuit breaker: only the diagnosis knows it, and Refresh could not confirm it."""
    user = harness.user("en")
    situations.running(user)
    uses_the_app(user)
    harness.shop.panel.stopped = {"de"}
    opens(user)
    user.sees("✅ 🇫🇮 Finland, 🇳🇱 Netherlands 🔧 Being repaired: 🇩🇪 Germany")
    user.sees_buttons("🛠 VPN doesn't work / 🏠 Home")
    harness.shop.panel.stopped.clear()
    user.taps("VPN doesn't work")
    user.taps("🌍 Servers")
    user.sees("✅ 🇩🇪 Germany, 🇫🇮 Finland, 🇳🇱 Netherlands")


def test_a_person_whose_app_has_not_loaded_the_link_also_sees_what_the_diagnosis_has_found(
    harness: ChatHarness,
) -> None:
    user = harness.user("en")
    situations.running(user)
    harness.shop.panel.stopped = {"de"}
    user.sends("/help")
    user.sees("The app hasn't loaded your link yet")
    user.taps("🌍 Servers")
    user.sees("🔧 Being repaired: 🇩🇪 Germany")


@pytest.mark.parametrize(
    ("language", "told", "ask"),
    [
        ("en", "we'll message you when it's back", "Tap “VPN doesn't work”, and we'll message you"),
        ("ru", "напишем, когда починим", "Нажмите «VPN не работает», и мы напишем"),
    ],
)
def test_while_all_are_down_the_screen_leads_to_the_message_that_they_are_back(
    harness: ChatHarness, language: Language, told: str, ask: str
) -> None:
    user = harness.user(language)
    situations.running(user)
    user.sends("/help")
    for server_id in COUNTRIES:
        fails(user, server_id, PanelTrouble.TIMED_OUT)
    user.taps(SERVERS[language])
    user.sees(ask)
    assert len(user.screen.words.split()) <= 30
    harness.shop.panel.away = set(COUNTRIES)
    user.taps(BROKEN[language])
    assert {watch.server_id for watch in user.person.watches} == set(COUNTRIES)
    user.taps(SERVERS[language])
    user.sees(told)
    assert ask not in user.screen.words
    assert len(user.screen.words.split()) <= 30
    user.sees_buttons(
        {"en": "🛠 VPN doesn't work / 🔄 Refresh | 🏠 Home", "ru": "🛠 VPN не работает / 🔄 Обновить | 🏠 Главная"}[
            language
        ]
    )


def test_a_server_that_the_person_waits_for_is_down_whatever_its_panel_says(harness: ChatHarness) -> None:
    user = harness.user("en")
    situations.running(user)
    session = harness.shop.open(user.user_id)
    session.commit(replace(session.person, watches=(ServerWatch("fi", harness.shop.clock()),)))
    opens(user)
    user.sees("🔧 Being repaired: 🇫🇮 Finland")


def test_with_one_server_there_is_nothing_to_choose_and_no_button(harness: ChatHarness) -> None:
    harness.shop.servers.ids = ["nl"]
    user = harness.user("en")
    situations.running(user)
    user.sends("/help")
    assert not [label for row in user.screen.labels for label in row if "Servers" in label]


@pytest.mark.parametrize("situation", ["expired", "paused", "new", "link_gone"])
def test_a_stale_button_of_a_person_without_a_key_shows_home(harness: ChatHarness, situation: str) -> None:
    user = harness.user("en")
    situations.SITUATIONS[situation](user)
    user.harness.deliver(user.tap("my_servers", user.screen.id))
    user.sees("Here is the current screen.")


def test_a_drained_server_moves_every_key_and_the_screen_names_where_they_are(harness: ChatHarness) -> None:
    user = harness.user("en")
    situations.running(user)
    change(harness.shop, "de", state=ServerState.DRAINING)
    harness.passes(minutes=2)
    opens(user)
    user.sees("🇫🇮 Finland", "🇳🇱 Netherlands")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_as_many_servers_as_a_plan_has_fit_on_the_screen(harness: ChatHarness, language: Language) -> None:
    ids = [f"s{number}" for number in range(LARGEST_KEYS)]
    countries = ["NL", "DE", "FI", "SE", "PL", "FR", "GB", "US", "TR", "KZ", "LV", "CH"]
    with_servers(harness.shop, *ids)
    for server_id, country in zip(ids, countries, strict=False):
        stands_in(harness, server_id, country)
    user = harness.user(language)
    situations.running(user)
    session = harness.shop.open(user.user_id)
    one = session.person.accesses[0]
    held = {access.server_id for access in session.person.accesses}
    more = [replace(one, server_id=server_id) for server_id in ids if server_id not in held]
    session.commit(replace(session.person, accesses=(*session.person.accesses, *more)))
    user.sends("/help")
    for server_id in ids[::2]:
        fails(user, server_id, PanelTrouble.TIMED_OUT)
    user.taps(SERVERS[language])
    assert "🔧" in user.screen.words
    assert len(user.screen.words.split()) <= 30, user.screen.words


def test_the_button_names_every_server_of_the_largest_plan() -> None:
    action = button([f"{number}" * 24 for number in range(LARGEST_KEYS)]).action
    assert action is not None
    assert len(action.encode()) <= 64
    assert len(set(action.split(":"))) == LARGEST_KEYS + 1
